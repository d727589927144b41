"""A process of its own for tests of the importer: it is killed, or runs beside another, on a database of its own.

    python -m wraparound.response.cases.tests.alone prepare|undisturbed|killed|beside FOLDER SEED

Prints one line of JSON. The database and the folder come by the environment (DATABASE_URL, WRAPAROUND_VAR).
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

import django

BATCH = 12
ROWS, CHILDREN = 600, 150
KILLS = 20


def prepare(folder: Path, seed: int) -> Any:
    """Make the database ready with the small pack, and write the files."""
    from django.core.management import call_command

    from wraparound.foundation.access.wall import acting_as
    from wraparound.foundation.areas.pack import open_pack
    from wraparound.foundation.partners.actors import system
    from wraparound.kit.registry import pack_loaders
    from wraparound.response.cases.tests.factories import children_file, incidents_file, many_children, many_incidents

    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    with acting_as(system("load_pack")):
        for load in pack_loaders:
            load(open_pack("fenmoor"))
    incidents_file(folder / "incidents.csv", many_incidents(ROWS, seed))
    children_file(folder / "children.csv", many_children(CHILDREN, ROWS, seed))
    return "ready"


def take_in(folder: Path, tell: Any = None) -> Any:
    """Import the files in small batches."""
    from wraparound.response.cases.importing import engine
    from wraparound.response.cases.importing.commands import import_incidents

    engine.BATCH_ROWS = BATCH
    return import_incidents(folder / "incidents.csv", folder / "children.csv", progress=tell)


def undisturbed(folder: Path, seed: int) -> Any:
    """Import once, and give the report and a picture of what is there."""
    return {"report": take_in(folder), "picture": picture()}


def killed(folder: Path, seed: int) -> Any:
    """Import in processes that are killed at random points, one after the other, and then to the end."""
    chance = random.Random(seed)
    deaths = 0
    for _ in range(KILLS):
        deaths += _kill_one(folder, batches=chance.randrange(3), seconds=chance.random() * 0.12)
    return {"deaths": deaths, "report": take_in(folder), "picture": picture()}


def _kill_one(folder: Path, batches: int, seconds: float) -> bool:
    """Begin or go on with the import, and kill it so long after so many batches. Whether it was killed at work."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        take_in(folder, lambda text: os.write(writing, b"."))
        os._exit(0)
    os.close(writing)
    for _ in range(batches):
        os.read(reading, 1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(reading)
    return os.WIFSIGNALED(status)


def beside(folder: Path, seed: int) -> Any:
    """Import while another process imports the same: the test starts two of these."""
    return take_in(folder)


def picture() -> Any:
    """What an import leaves behind, told by references and not by ids or times."""
    from wraparound.foundation.access.models import Involvement, Matter
    from wraparound.foundation.people.models import Appearance, BlockingKey, Relationship, SourceRecord
    from wraparound.kit.models import Event
    from wraparound.response.cases.importing.content import content_of, content_of_child
    from wraparound.response.cases.models import (
        Case,
        ChildExposure,
        ImportLine,
        ImportRun,
        Incident,
        UrgentRow,
    )

    incidents = Incident.objects.select_related("victim", "perpetrator", "organisation")
    records = SourceRecord.objects.prefetch_related("addresses", "contact_rules", "equality_answers")
    return {
        "incidents": sorted(
            [i.incident_ref, i.version, i.content_hash, i.act, i.victim.external_ref, content_of(i)] for i in incidents
        ),
        "children": sorted(
            [c.incident.incident_ref, c.record.external_ref, c.version, content_of_child(c)]
            for c in ChildExposure.objects.select_related("incident", "record")
        ),
        "people": sorted(
            [
                r.external_ref,
                r.family_name,
                str(r.dob),
                r.version,
                r.content_hash,
                sorted([a.lines, a.kind, a.ended_at is None] for a in r.addresses.all()),
                sorted([c.value, c.safety] for c in r.contact_rules.all()),
                sorted([e.characteristic, e.state, e.code, e.replaced_at is None] for e in r.equality_answers.all()),
            ]
            for r in records
        ),
        "cases": sorted(
            sorted([party.role, party.record.external_ref] for party in case.parties.all())
            for case in Case.objects.prefetch_related("parties__record")
        ),
        "relationships": sorted(
            list(row) for row in Relationship.objects.values_list("from_record__external_ref", "kind", "limb")
        ),
        "lines": sorted(
            list(row) for row in ImportLine.objects.values_list("file", "line", "severity", "column", "reason")
        ),
        "urgent": sorted(list(row) for row in UrgentRow.objects.values_list("file", "line", "why")),
        "counts": {
            model.__name__: model._default_manager.count()
            for model in (Matter, Case, Involvement, Appearance, BlockingKey, ImportRun)
        },
        "runs": sorted(list(row) for row in ImportRun.objects.values_list("state", "rows_done", "children_done")),
        "events": Event.objects.filter(name="cases.incidents_imported").count(),
    }


def main() -> None:
    """Do what the command line says."""
    django.setup()
    step, folder, seed = sys.argv[1:4]
    steps = {"prepare": prepare, "undisturbed": undisturbed, "killed": killed, "beside": beside}
    sys.stdout.write(json.dumps(steps[step](Path(folder), int(seed)), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
