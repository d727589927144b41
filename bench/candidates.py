"""Candidate search among many records: our blocking keys beside what one would pick instead (LIKE, pg_trgm)."""

from __future__ import annotations

import json
import statistics
import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402  after django.setup()

from bench.people import people  # noqa: E402
from wraparound.foundation.access.wall import acting_as  # noqa: E402
from wraparound.foundation.partners.actors import system  # noqa: E402
from wraparound.foundation.partners.models import Organisation  # noqa: E402
from wraparound.foundation.people.queries import candidates_for  # noqa: E402
from wraparound.foundation.people.services import bulk_record_people  # noqa: E402
from wraparound.foundation.people.values import PersonValues  # noqa: E402

LOOKUPS = 200
BATCH = 2_000


def values_of(person: dict[str, object]) -> PersonValues:
    return PersonValues(
        family_name=str(person["family"]),
        given_names=str(person["given"]),
        dob=person["dob"],
        sex=str(person["sex"]),
        phones=((str(person["phone"]), "unknown"),),
        postcode=str(person["postcode"]),
    )


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


def main(count: int) -> None:
    organisation = Organisation.objects.filter(kind="police").order_by("pk")[0]
    figures: dict[str, float] = {}
    with acting_as(system("bench")):
        start = time.perf_counter()
        batch = []
        for person in people(count):
            batch.append((f"bench-{person['ref']}", values_of(person)))
            if len(batch) == BATCH:
                bulk_record_people(organisation=organisation, people=batch, by=system("bench"))
                batch = []
        if batch:
            bulk_record_people(organisation=organisation, people=batch, by=system("bench"))
        figures["people: records written a second"] = count / (time.perf_counter() - start)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        wanted = [values_of(p) for n, p in enumerate(people(count)) if n % (count // LOOKUPS) == 0][:LOOKUPS]
        times, cpu, found = [], [], 0
        for values in wanted:
            misspelt = PersonValues(
                family_name=values.family_name.replace("a", "e", 1),
                given_names=values.given_names.split()[0],
                dob=values.dob,
                sex=values.sex,
            )
            start, used = time.perf_counter(), time.process_time()
            results = candidates_for(misspelt, limit=10)
            times.append((time.perf_counter() - start) * 1000)
            cpu.append((time.process_time() - used) * 1000)
            found += any(
                one.record.dob == values.dob and one.record.given_names == values.given_names for one in results
            )
        figures["candidate search: median ms"] = statistics.median(times)
        figures["candidate search: 95th percentile ms"] = percentile(times, 0.95)
        figures["candidate search: median ms of the process's own CPU"] = statistics.median(cpu)
        figures["candidate search: misspelt names found, %"] = 100 * found / len(wanted)
        times = []
        for values in wanted[:20]:
            start = time.perf_counter()
            instead(values)
            times.append((time.perf_counter() - start) * 1000)
        figures["instead, LIKE (SQLite) or pg_trgm without our keys (PostgreSQL): median ms"] = statistics.median(times)
    print(json.dumps(figures))


def instead(values: PersonValues) -> None:
    """What one would write without blocking keys."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT id FROM people_sourcerecord WHERE similarity(family_name, %s) > 0.4"
                " ORDER BY similarity(family_name, %s) DESC LIMIT 10",
                [values.family_name, values.family_name],
            )
        else:
            cursor.execute(
                "SELECT id FROM people_sourcerecord WHERE family_name LIKE %s AND given_names LIKE %s LIMIT 10",
                [f"%{values.family_name[1:-1]}%", f"%{values.given_names.split()[0][1:-1]}%"],
            )
        cursor.fetchall()


if __name__ == "__main__":
    main(int(sys.argv[1]))
