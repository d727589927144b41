"""The files of an import: kept under `var/imports` until it is over, and opened as the tables that the format says."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from wraparound.foundation.areas.models import Area
from wraparound.foundation.areas.queries import partnership_area
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.rulesets.queries import RuleMissing, all_rule_sets, codes, in_force
from wraparound.kit.files import FileRefused, Table, open_table
from wraparound.response.cases.importing.columns import CHILDREN, COLUMNS, INCIDENTS, REQUIRED
from wraparound.response.cases.importing.facts import ActRules, Facts
from wraparound.response.cases.importing.values import in_london
from wraparound.response.cases.params import ActTests, IncidentImportRules

_LISTS = (
    "abuse_kinds",
    "dara_grade",
    "disability",
    "ethnicity",
    "exposure",
    "force",
    "incident_flags",
    "languages",
    "location_kind",
    "relationship",
    "sex",
    "yes_no_unknown",
)
_ROWS_TO_TELL_THE_FORCE = 200
_A_DAY = 24 * 60 * 60
_ALSO_VALUES = ("declined", "unknown")  # of every equality characteristic, and of the language


@dataclass(frozen=True)
class Kept:
    """A file as it is kept: where (under `var`), its SHA-256 and its size."""

    path: str
    digest: str
    size: int


def folder_of(run_id: uuid.UUID) -> Path:
    """Where the files of a run are kept."""
    return Path(settings.VAR) / "imports" / str(run_id)


def keep(run_id: uuid.UUID, file: str, chunks: Iterable[bytes]) -> Kept:
    """Keep a file with its run, readable for this programme's own user alone."""
    folder = folder_of(run_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / file
    whole, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as kept:
        for chunk in chunks:
            kept.write(chunk)
            whole.update(chunk)
            size += len(chunk)
    return Kept(str(path.relative_to(settings.VAR)), whole.hexdigest(), size)


def chunks_of(path: str | os.PathLike[str]) -> Iterator[bytes]:
    """The bytes of a file, a megabyte at a time. Raises FileRefused where it can't be opened."""
    try:
        with Path(path).open("rb") as file:
            while chunk := file.read(1 << 20):
                yield chunk
    except OSError as wrong:
        raise FileRefused(
            f"{Path(path).name}: the file can't be opened ({wrong.strerror or 'no such file'})."
        ) from wrong


def digest_of_file(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file's bytes."""
    whole = hashlib.sha256()
    for chunk in chunks_of(path):
        whole.update(chunk)
    return whole.hexdigest()


def main_force(path: str | os.PathLike[str], facts: Facts) -> int:
    """The organisation whose import a file is: that of the first rows' force, where it has one here."""
    with open_table(path, name=Path(path).name, known=COLUMNS[INCIDENTS], required=REQUIRED[INCIDENTS]) as table:
        for row in islice(table, _ROWS_TO_TELL_THE_FORCE):
            force = facts.codes["force"].get(row.values.get("force", "").strip().casefold(), "")
            if force in facts.owners:
                return facts.owners[force]
    return facts.fallback_owner


def move(from_run: uuid.UUID, to_run: uuid.UUID) -> None:
    """Give the files of one run to another of the same files, which lost its own."""
    forget(to_run)
    folder_of(from_run).rename(folder_of(to_run))


def forget(run_id: uuid.UUID) -> None:
    """Remove the files of a run: what they said is in the store or in the report."""
    shutil.rmtree(folder_of(run_id), ignore_errors=True)


def sweep(live: Collection[uuid.UUID], now: datetime) -> int:
    """Remove what no live import needs any more: files of a process that died while it kept them, and old locks.

    Only what is older than a day is touched. Returns how many were removed.
    """
    removed, needed = 0, {str(run_id) for run_id in live}
    for path in (Path(settings.VAR) / "imports").glob("*"):
        name = path.name.removesuffix(".lock")
        if name in needed or now.timestamp() - path.stat().st_mtime < _A_DAY:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        removed += 1
    return removed


@contextmanager
def opened(
    incidents: str | os.PathLike[str],
    children: str | os.PathLike[str] | None,
    names: dict[str, str],
) -> Iterator[tuple[Table, Table | None]]:
    """Both files as tables, under the `names` that people gave them. Raises FileRefused for what is no such table."""
    with ExitStack() as stack:
        tables: list[Table | None] = []
        for file, path in ((INCIDENTS, incidents), (CHILDREN, children)):
            if path is None:
                tables.append(None)
                continue
            name = names.get(file) or Path(path).name
            table = open_table(path, name=name, known=COLUMNS[file], required=REQUIRED[file])
            tables.append(stack.enter_context(table))
        assert tables[0] is not None
        yield tables[0], tables[1]


def facts_for(
    organisation: Organisation | None, now: datetime | None = None, main_id: int | None = None
) -> tuple[Facts, Area]:
    """By what rows are judged: for one force's clerk, or for every force (None: the command line).

    `main_id` owns, for the command line, the incidents of forces that have no organisation here.
    Raises FileRefused where no pack is loaded, or no organisation here is a police force.
    """
    area = partnership_area()
    if area is None:
        raise FileRefused("No reference pack is loaded. Run “wraparound init” first.")
    moment = now or timezone.now()
    forces = dict(Organisation.objects.filter(~Q(force_code="")).order_by("pk").values_list("force_code", "pk"))
    if organisation is None:
        if not forces:
            raise FileRefused("No organisation here is a police force. Give one its force code in the reference pack.")
        owners, main, closed = forces, main_id or min(forces.values()), frozenset[str]()
    else:
        owners = {code: pk for code, pk in forces.items() if pk == organisation.pk}
        main, closed = organisation.pk, frozenset(forces) - set(owners)
    rules = in_force("cases.incident_import", area, in_london(moment).date(), IncidentImportRules)
    facts = Facts(
        now=moment,
        codes=_codes(forces),
        owners=owners,
        fallback_owner=main,
        closed_forces=closed,
        import_rules=rules.params,
        import_rules_label=rules.label,
        act_rules=_act_rules(area, moment),
        schools=frozenset(codes("schools")),
    )
    return facts, area


def _codes(forces: Iterable[str]) -> dict[str, dict[str, str]]:
    found = {name: {code.casefold(): code for code in codes(name)} for name in _LISTS}
    for name in ("ethnicity", "disability", "languages"):
        found[name].update({code: code for code in _ALSO_VALUES})
    found["force"].update({code.casefold(): code for code in forces})
    return found


def _act_rules(area: Area, now: datetime) -> ActRules:
    """The Act's ages by the day of an incident. Before any version, those of today hold.

    Between two days on which some version begins or ends the answer is the same, so it is looked up once for each
    such stretch and not for each day.
    """
    turns: set[date] = set()
    for version in all_rule_sets().filter(name="cases.act"):
        turns.add(version.effective_from)
        if version.effective_to is not None:
            turns.add(version.effective_to + timedelta(days=1))
    edges = sorted(turns)
    kept: dict[int, tuple[ActTests, str]] = {}

    def rules(day: date) -> tuple[ActTests, str]:
        stretch = bisect_right(edges, day)
        if stretch not in kept:
            try:
                found = in_force("cases.act", area, day, ActTests)
            except RuleMissing:
                found = in_force("cases.act", area, in_london(now).date(), ActTests)
            kept[stretch] = found.params, found.label
        return kept[stretch]

    return rules
