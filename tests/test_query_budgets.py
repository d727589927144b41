"""How many queries a page makes: few, and as many however much there is to show.

Counted with the world committed, so that reference data is remembered as it is between requests, and on the second
opening of a page. A page that honestly needs more than a list says so here, with its reason.
"""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.addresses import Browsers, every_address
from tests.committed import _django_db_marker, _the_world  # noqa: F401  this module's tests share one committed world
from tests.doubling import double
from tests.wall_table import ROLES, ROWS
from tests.world import World
from wraparound.foundation.areas import remembered
from wraparound.foundation.partners.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESSES = every_address()
PAGES = [name for name in sorted(ROWS) if name in ADDRESSES and ROWS[name].gets and ROWS[name].door == ROLES]
LIST, RECORD = 12, 25

# Pages that are no list: they show one thing from several sides, or ask each app what it has to contribute.
BUDGETS = {
    "today": (26, "every app contributes its own rows, each with one query"),
    "cases:case": (
        39,
        "a case at a glance asks all sources of the chronology and all panels, once each; until when it opens",
    ),
    "cases:chronology": (33, "all sources of the chronology, once each, and until when an emergency opens it"),
    "marac:session-item": (
        42,
        "one case of an agenda on one screen: the case, the session, what is known, told, promised and put off",
    ),
    "marac:session-put-off": (28, "the same case's head, the later sessions and their load, and the agencies"),
    "marac:region": (16, "sessions, load, chairs, quorum and the last quarter of every area"),
    "marac:return": (20, "each part of the form is counted by itself, in the database"),
    "marac:return-file": (20, "the same"),
    "marac:return-quality": (22, "each measure is counted by itself, beside its benchmark"),
}
# Neither what only keeps a transaction or the wall, nor that a session was used: written now and then, by the clock.
_NOT_COUNTED = re.compile(
    r'^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SELECT set_config|UPDATE "django_session")', re.IGNORECASE
)


def budget_of(name: str) -> int:
    """What the page may ask: a list little, a page about one thing more, a few what is declared for them."""
    if name in BUDGETS:
        return BUDGETS[name][0]
    return RECORD if ROWS[name].takes else LIST


@pytest.fixture(scope="module")
def counts(committed_world: World) -> dict[tuple[str, Role], tuple[int, int, str]]:
    """For each page and role: queries before and after everything was doubled, and what came besides."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remembered, "SECONDS", 3600.0)  # nothing is forgotten because the tests took their time
        remembered._kept.clear()  # what is kept from before would be forgotten after a minute
        first = _count(committed_world)
        double(committed_world)
        second = _count(committed_world)
    return {key: (len(first[key]), len(second[key]), _besides(first[key], second[key])) for key in first}


def _count(world: World) -> dict[tuple[str, Role], list[str]]:
    browsers = Browsers(actor for _, actor in world.cast.everyone())
    found = {}
    for name in PAGES:
        for role in sorted(ROWS[name].openers("GET")):
            values = {parameter: world.thing(kind, role) for parameter, kind in ROWS[name].takes.items()}
            client, path = browsers.of(world.insider(role)), ADDRESSES[name].filled(values)
            client.get(path)  # what is remembered between requests is remembered now
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            asked = [query["sql"] for query in captured.captured_queries]
            found[name, role] = [sql for sql in asked if not _NOT_COUNTED.match(sql)]
    return found


def _besides(first: list[str], second: list[str]) -> str:
    """The tables that were asked more often when there was more."""
    tables = [
        [" ".join(re.findall(r'(?:FROM|INTO|UPDATE) "(\w+)"', sql)[:1]) for sql in asked] for asked in (first, second)
    ]
    return ", ".join(sorted({table for table in tables[1] if tables[1].count(table) > tables[0].count(table)}))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_within_its_budget(name, counts):
    over = [
        f"{role}: {before}"
        for (page, role), (before, _, _) in counts.items()
        if page == name and before > budget_of(name)
    ]
    assert not over, f"{name} may make {budget_of(name)} queries: {over}"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_makes_no_more_queries_when_there_is_twice_as_much(name, counts):
    grown = [
        f"{role}: {before} to {after} ({more})"
        for (page, role), (before, after, more) in counts.items()
        if page == name and after > before
    ]
    assert not grown, f"{name} makes more queries: {grown}"


def test_every_declared_budget_is_of_a_page_and_is_needed(counts):
    for name, (most, why) in BUDGETS.items():
        asked = max(before for (page, _), (before, _, _) in counts.items() if page == name)
        assert why
        assert most - asked < 6, f"{name} needs {asked}: lower its budget of {most}"
