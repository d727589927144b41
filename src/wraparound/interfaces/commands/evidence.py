"""`wraparound evidence`: files into the store, and what the store holds. None of it needs a database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from wraparound.evidence.store.engine import open_store
from wraparound.evidence.store.loading import load_paths
from wraparound.evidence.store.manifests import forget_load
from wraparound.evidence.store.places import store_path

SHOWN_MONTHS = 4


def load(paths: Iterable[Path]) -> dict[str, Any]:
    """Load, and say what became of each file."""
    return {"files": [report.as_json() for report in load_paths(paths)]}


def print_load(report: dict[str, Any], say: Callable[[str], object]) -> None:
    """The report in lines that a person reads."""
    for file in report["files"]:
        if "error" in file:
            say(f"{file['path']}: NOT LOADED. {file['error']}")
            continue
        already = " (already loaded: nothing changed)" if file["already_loaded"] else ""
        say(f"{file['path']}: {file['kind']}, {file['rows_read']:,} rows read, {file['rows_kept']:,} kept{already}")
        for reason, count in file["set_aside"].items():
            say(f"  set aside: {count:,}, {reason}")
        for name, count in file["flags"].items():
            if count:
                say(f"  flag: {name.replace('_', ' ')}: {count:,}")
        if file["months"]:
            say(f"  months: {_months(file['months'])}; forces: {', '.join(file['forces']) or 'not said'}")
        for warning in file["warnings"]:
            say(f"  {warning}")


def listed() -> dict[str, Any]:
    """The manifests of the store."""
    return {"loads": [manifest.as_json() for manifest in open_store().manifests]}


def print_listed(found: dict[str, Any], say: Callable[[str], object]) -> None:
    """The store's loads in lines that a person reads."""
    if not found["loads"]:
        say("The store is empty. Run: script/wraparound evidence load PATH")
    for one in found["loads"]:
        invented = " SYNTHETIC" if one["is_synthetic"] else ""
        say(f"{one['sha256'][:12]} {one['kind']}: {one['rows_kept']:,} rows, {one['name']}{invented}")
        say(f"  {one['source']}. {one['licence']}")


def forget(begins: str) -> str:
    """Take a load out. Returns the line to print."""
    manifest = forget_load(store_path(), begins)
    return f"{manifest.name} ({manifest.rows_kept:,} rows) is out of the store."


def _months(months: list[str]) -> str:
    if len(months) <= SHOWN_MONTHS:
        return ", ".join(months)
    return f"{months[0]} to {months[-1]} ({len(months)} months)"
