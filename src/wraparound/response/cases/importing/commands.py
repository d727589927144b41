"""What the command line calls: `wraparound import incidents` and `wraparound export incidents`."""

from __future__ import annotations

import os
from typing import TextIO

from wraparound.foundation.access.wall import lifted
from wraparound.kit.errors import NotNow
from wraparound.kit.files import FileRefused, Table
from wraparound.response.cases.importing import runs, sources
from wraparound.response.cases.importing.columns import CHILDREN, INCIDENTS
from wraparound.response.cases.importing.effects import DryRun, Tell
from wraparound.response.cases.importing.engine import Pass
from wraparound.response.cases.importing.exporting import Exported, export
from wraparound.response.cases.importing.reports import Report, report_of, report_of_dry_run
from wraparound.response.cases.states import ImportState

_WAIT_FOR_THE_DEAD = 3.0  # seconds until a killed process's lock is surely gone


def import_incidents(
    file: str | os.PathLike[str],
    children: str | os.PathLike[str] | None = None,
    dry_run: bool = False,
    progress: Tell | None = None,
) -> Report:
    """Import the police's files, each incident for the organisation of its force, and give the report.

    An import of the same files that was cut off goes on where it stood, and its report is that of one which never
    stopped. `progress` is called with a sentence after each batch. With `dry_run` nothing is written.
    Raises FileRefused, with a sentence, for what can't be read at all: then nothing was written.
    """
    path, children_path = os.fspath(file), os.fspath(children) if children is not None else None
    with lifted("import"):
        facts, _ = sources.facts_for(None)
        owners = {facts.fallback_owner, *facts.owners.values()}
        with sources.opened(path, children_path, {}) as (table, children_table):
            if dry_run:
                return _dry_run(Pass(facts, effect := DryRun(progress), owners), effect, table, children_table)
        main_id = sources.main_force(path, facts)
        run, goes_on = runs.begin_from_command_line(file=path, children=children_path, organisation_id=main_id)
        if not runs.work_on(run.pk, progress, wait=_WAIT_FOR_THE_DEAD if goes_on else 0.0):
            # Another process is at the same files at this moment, or just finished them: this one goes through them
            # too, and finds unchanged what the other wrote.
            run = runs.begin_beside(run, file=path, children=children_path)
            runs.work_on(run.pk, progress)
        run.refresh_from_db()
        if run.state == ImportState.RUNNING:
            raise NotNow("Another process took this import over. Run the command again to see its report.")
        if run.state == ImportState.REFUSED:
            raise FileRefused(run.error)
        return report_of(run)  # its lines belong to the clerks of the force: read as the system


def _dry_run(through: Pass, effect: DryRun, table: Table, children: Table | None) -> Report:
    through.incidents(table)
    unknown, names = {INCIDENTS: table.unknown_columns}, {INCIDENTS: table.name}
    if children is not None:
        through.children(children)
        unknown[CHILDREN], names[CHILDREN] = children.unknown_columns, children.name
    return report_of_dry_run(effect, unknown, names)


def export_incidents(stream: TextIO | None, children_to: TextIO | None = None) -> Exported:
    """Write every incident that is held, and the children connected to them, in the format in which they came.

    An address or postcode that isn't open to everyone reads as withheld; imported again, it stays as held. Streams take
    text and should not translate line ends; either may be left out. Gives the numbers of rows written.
    """
    with lifted("export"):
        return export(stream, children_to)
