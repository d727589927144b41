"""What is staged into the store: repeats set aside across files, parts moved, manifests written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wraparound.evidence.store.catalogue import DATASETS
from wraparound.evidence.store.contents import Content
from wraparound.evidence.store.duplicates import find_repeats, is_shared
from wraparound.evidence.store.engine import open_store
from wraparound.evidence.store.manifests import Manifest, write_manifests
from wraparound.evidence.store.police import months_in
from wraparound.evidence.store.profiles import Profile, nothing, profile, profiles_by_load
from wraparound.evidence.store.staging import COPY, Staged, text

LOADED_BEFORE = "month_of_force_loaded_before"
MONTH_DIFFERS = "month_differs_from_name"
BY_BTP = "location_type_btp"
POLICE = {"street", "outcomes", "stop_search"}


def settle(connection: Any, taken: Mapping[Content, Staged], store: Path) -> dict[str, Manifest]:
    """Set repeats aside, write the manifests, and last of all move the parts into the store: then the rows count.

    A part that several loads share takes all of them in at once; whoever ends before it leaves manifests without a
    part, which are none.
    """
    before = open_store(store)
    loaded = {(m.kind, force, month) for m in before.manifests for force in m.forces for month in m.months}
    staged = {content.sha256: one for content, one in taken.items()}
    moves: dict[Path, Path] = {}
    kept: dict[str, dict[str, int]] = {sha256: {} for sha256 in staged}
    for dataset in DATASETS:
        having = {sha256: one for sha256, one in staged.items() if dataset in one.parts}
        parts = list(dict.fromkeys(one.parts[dataset] for one in having.values()))
        turns = {sha256: turn for turn, sha256 in enumerate(having)}
        repeats = find_repeats(connection, dataset, turns, parts, before.parts(dataset))
        fewer = {having[sha256].parts[dataset] for sha256 in repeats}
        for part in parts:
            moves[part] = store / dataset / part.name.replace(f"-{dataset}.staged", "")
        for part in {*fewer, *(one.parts[dataset] for one in having.values() if _has_reasons(one))}:
            _without(connection, part)
        anew = {part: profiles_by_load(connection, dataset, part) for part in fewer if is_shared(part)}
        for sha256, one in having.items():
            mine = repeats.get(sha256, Counter())
            one.set_aside_in(dataset, mine)
            if dataset == one.counts_in and mine and one.is_shared:
                one.profile = anew[one.parts[dataset]].get(sha256, nothing(dataset))
            elif dataset == one.counts_in and (mine or one.profile is None):
                one.profile = profile(connection, dataset, one.parts[dataset])
            kept[sha256][dataset] = _rows(connection, one, dataset)
    manifests: dict[str, Manifest] = {}
    for content, one in taken.items():
        shared = {dataset: moves[part].name for dataset, part in one.parts.items() if one.is_shared}
        manifest = _manifest(connection, content, one, kept[content.sha256], loaded)
        manifests[content.sha256] = replace(manifest, shared=shared)
        loaded |= {(manifest.kind, force, month) for force in manifest.forces for month in manifest.months}
    write_manifests(store, manifests.values())
    for part, target in moves.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        part.replace(target)
    return manifests


def _has_reasons(staged: Staged) -> bool:
    """Whether a part has rows yet that are set aside. A shared one was written without them."""
    return not staged.is_shared and not (staged.profile and not staged.profile.reasons)


def _without(connection: Any, part: Path) -> None:
    """Write a part anew, without the rows that are set aside."""
    unfinished = part.with_suffix(".unfinished")
    connection.execute(
        f"copy (select * exclude (file_row_number) from read_parquet({text(part)}, file_row_number=true)"
        f" where reason is null and file_row_number not in (select row from repeat where filename = {text(part)}))"
        f" to {text(unfinished)} {COPY}"
    ).fetchall()
    unfinished.replace(part)


def _rows(connection: Any, staged: Staged, dataset: str) -> int:
    """The load's rows in a part."""
    if staged.is_shared and staged.profile is not None:
        return staged.profile.kept
    found = connection.execute(f"select count(*) from read_parquet({text(staged.parts[dataset])})").fetchone()
    return int(found[0])


def _manifest(
    connection: Any, content: Content, staged: Staged, kept: dict[str, int], loaded: set[tuple[str, str, str]]
) -> Manifest:
    """What the load did, with the quality of what was kept."""
    found = staged.profile or profile(connection, staged.counts_in, staged.parts[staged.counts_in])
    flags, warnings = Counter(found.flags) + staged.flags, list(staged.warnings)
    flags.update(dict.fromkeys(found.flags, 0))
    _tell_months(found, staged, content, flags, warnings)
    forces = found.forces
    if staged.kind == "street_api":
        forces = _of_api(connection, staged, found, flags)
    again = sorted(f"{f} {month}" for f in forces for month in found.months if (staged.kind, f, month) in loaded)
    if again and staged.counts_in in POLICE:
        flags[LOADED_BEFORE] = kept[staged.counts_in]
        twice = found.flags.get("no_id", found.kept)
        warnings.append(
            f"COUNTED TWICE? Another file of {', '.join(again)} was loaded before this one. Rows with an id count once;"
            f" the {twice:,} {'row' if twice == 1 else 'rows'} without one can't be told apart from its own, and count"
            " again. If this file replaces"
            " the other, take that out: see `evidence list` and `evidence forget`."
        )
    return Manifest(
        sha256=content.sha256,
        name=content.name,
        kind=staged.kind,
        rows_read=staged.rows_read,
        rows_kept=staged.rows_read - staged.set_aside.total(),
        set_aside=dict(staged.set_aside),
        flags=dict(flags),
        months=tuple(found.months),
        forces=forces,
        parts=kept,
        quality=found.quality,
        warnings=tuple(warnings),
        source=staged.source,
        licence=staged.licence,
        loaded_at=datetime.now(UTC).isoformat(timespec="microseconds"),
        is_synthetic=staged.is_synthetic,
    )


def _of_api(connection: Any, staged: Staged, found: Profile, flags: Counter[str]) -> tuple[str, ...]:
    """The forces of an answer of the API: it tells the transport police's records, and no other's force."""
    part = text(staged.parts[staged.counts_in])
    flags[BY_BTP] = connection.execute(f"select count(*) from read_parquet({part}) where force = 'btp'").fetchone()[0]
    return found.forces if not found.quality["force"] else ()


def _tell_months(found: Profile, staged: Staged, content: Content, flags: Counter[str], warnings: list[str]) -> None:
    """Flag rows of another month than the name of the file or of its folder claims. The record is believed."""
    claimed = months_in(content.name) if staged.counts_in in POLICE else set()
    differing = sum(count for month, count in found.months.items() if claimed and claimed != {month})
    if differing:
        flags[MONTH_DIFFERS] = differing
        warnings.append(
            f"The name says {' and '.join(sorted(claimed))}, the records say {', '.join(found.months)}."
            " The records are believed."
        )
