"""Whoever must not know of a case finds everything as it was before the case came, whoever they are and however asked.

Every page that someone in a role may open is read before a family comes. Then everything happens to the family: the
readers work on it themselves, and some of what happened is not delivered to anybody yet. Then they are kept out, by
their own word, by a co-ordinator, or with their whole organisation; and every page reads as it did before: what it
shows, lists, counts, numbers and finds, and what it offers to choose from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from difflib import unified_diff

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from tests.addresses import Browsers, anonymous_body, body_of, every_address, undone
from tests.cast import user_of
from tests.hidden_family import NAMES, WORDS, Family, bring_in, send_a_known_file_again
from tests.making import deliver
from tests.wall_table import ROLES, ROWS
from tests.world import World
from wraparound.foundation.access import services as access
from wraparound.foundation.access.models import Matter
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.states import OPEN_STATES
from wraparound.foundation.meetings.models import AgendaItem
from wraparound.foundation.notices.models import Notice, OutgoingEmail
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.foundation.people import services as people
from wraparound.interfaces.commands.tick import tick
from wraparound.response.marac.models import Telling

pytestmark = pytest.mark.django_db
ADDRESSES = every_address()
PAGES = [name for name in sorted(ROWS) if name in ADDRESSES and ROWS[name].gets and ROWS[name].door == ROLES]
READERS = sorted(WORKING_WITH_PEOPLE | {Role.LINK_REVIEWER})

# What honestly differs for someone who is kept out, and why.
DIFFERS = {
    ("cases:import-list", Role.POLICE_CLERK): "the file itself is the force's: that one came is no secret to its clerk"
}

Read = dict[tuple[Role, str], bytes]
_FILTER = re.compile(rb'href="(\?[^"]*)"')
_OPTION = re.compile(rb'<select[^>]*name="(\w+)"|<option value="([^"]+)"')


@pytest.fixture(scope="module", autouse=True)
def _one_moment(world: World) -> Iterator[None]:
    """The clock stands still: a page that is read later must not differ by an hour that passed."""
    with time_machine.travel(datetime.now().astimezone(), tick=False):
        yield


@pytest.fixture(scope="module")
def before(world: World, browsers: Browsers, _one_moment: None) -> Read:
    """Every page as it reads before the family comes."""
    for _ in range(2):
        send_a_known_file_again(world)
    tick()
    mail.outbox.clear()
    return read_all(world, browsers)


def paths(world: World, role: Role) -> Iterator[str]:
    """Every address that opens for a role, with the things of the world, and a search for each word of the family."""
    for name in PAGES:
        if role in ROWS[name].openers("GET") and (name, role) not in DIFFERS:
            yield ADDRESSES[name].filled({key: world.thing(kind, role) for key, kind in ROWS[name].takes.items()})
    if role in ROWS["search"].openers("GET"):
        yield from (f"/search?q={word.replace(' ', '+')}" for word in WORDS)


def read_all(world: World, browsers: Browsers) -> Read:
    """Every page of every reader, with each filter and page number that a list offers."""
    found: Read = {}
    for role in READERS:
        for path in paths(world, role):
            body = _read(world, browsers, role, path)
            found[role, path] = body
            for query in _queries_offered(body):
                found[role, path + query] = _read(world, browsers, role, path + query)
    return found


def _read(world: World, browsers: Browsers, role: Role, path: str) -> bytes:
    response = browsers.get(world.insider(role), path)
    assert response.status_code == 200, f"{role} at {path}: {response.status_code}"
    return anonymous_body(response)


def _queries_offered(body: bytes) -> set[str]:
    """The links of a list to itself, and each value of the filters above it."""
    found = {match.decode().replace("&amp;", "&") for match in _FILTER.findall(body)}
    form = re.search(rb'<form[^>]*method="get".*?</form>', body, re.DOTALL)
    name = ""
    for select, value in _OPTION.findall(form.group()) if form else []:
        name = select.decode() or name
        if value and name:
            found.add(f"?{name}={value.decode()}")
    return {query for query in found if "=" in query}


# --- the ways to be kept out --------------------------------------------------------------------------------


def declare(world: World, family: Family) -> None:
    """ "I know someone here", by each of them; the link reviewer on the pair that waits."""
    for role in READERS:
        actor = world.insider(role)
        with acting_as(actor):
            if role is Role.LINK_REVIEWER:
                people.know_someone(proposal=family.proposal, by=actor)
            else:
                access.declare_knowing_someone(matter=family.matter, by=actor)


def be_excluded(world: World, family: Family) -> None:
    """By a co-ordinator, one after the other."""
    second = world.cast.extras["second co-ordinator"]
    with acting_as(second):
        for role in READERS:
            access.exclude(matter=family.matter, user=user_of(world.insider(role)), reason="Related", by=second)


def be_excluded_with_all(world: World, family: Family) -> None:
    """By a co-ordinator, with the whole organisation; the co-ordinator's own comes last."""
    second = world.cast.extras["second co-ordinator"]
    theirs = {world.insider(role).organisation_id for role in READERS}
    with acting_as(second):
        for pk in sorted(theirs, key=lambda pk: pk == second.organisation_id):
            organisation = Organisation.objects.get(pk=pk)
            access.exclude(matter=family.matter, organisation=organisation, reason="Related", by=second)


NOBODY = "by nobody"
WAYS: dict[str, Callable[[World, Family], None]] = {
    "by their own word": declare,
    "by a co-ordinator": be_excluded,
    "with their organisation": be_excluded_with_all,
}


@pytest.fixture(scope="module")
def kept_out(request: pytest.FixtureRequest, world: World, browsers: Browsers, before: Read) -> Iterator[Family]:
    """The family came, and every reader was kept out; what waited was delivered, and what was due was done."""
    with undone():
        family = bring_in(world)
        mail.outbox.clear()
        if request.param != NOBODY:
            WAYS[request.param](world, family)
        deliver()
        tick()
        yield family


in_each_way = pytest.mark.parametrize("kept_out", sorted(WAYS), indirect=True, scope="module")


# --- what they find -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept_out", [NOBODY], indirect=True, scope="module")
def test_the_family_is_everywhere_before_anyone_is_kept_out(world, browsers, before, kept_out):
    """Or the tests below would compare pages that never showed anything of it."""
    during = read_all(world, browsers)
    showing = {(role, path) for (role, path), body in during.items() if body != before.get((role, path))}
    paths_ = {path.split("?")[0] for _, path in showing}
    assert {role for role, _ in showing} == set(READERS)
    lists = "today search cases:list commitments:list commitments:ledger notices:list risk:drafts marac:referrals"
    lists += " marac:prompts marac:screening-list marac:sessions marac:contacts marac:tellings people:link-queue"
    assert {name for name in lists.split() if reverse(name) not in paths_} == set()
    assert ADDRESSES["marac:session"].filled({"pk": world.things["session"]}) in paths_
    assert any(name.encode() in body for body in during.values() for name in NAMES)


@in_each_way
def test_every_page_reads_as_it_did_before(world, browsers, before, kept_out):
    after = read_all(world, browsers)
    different = [f"{role} at {path}" for role, path in sorted(before.keys() ^ after.keys())]
    different += [
        f"{role} at {path}:\n{_difference(before[role, path], body)}"
        for (role, path), body in after.items()
        if (role, path) in before and body != before[role, path]
    ]
    assert not different, "\n".join(different)


@in_each_way
def test_nothing_of_the_family_opens(world, browsers, kept_out):
    found = []
    for role in READERS:
        for path in kept_out.addresses():
            response = browsers.get(world.insider(role), path)
            if response.status_code not in (403, 404):
                found.append(f"{role} at {path}: {response.status_code}")
    assert not found, "\n".join(found)


@in_each_way
def test_no_page_names_the_family(world, browsers, kept_out):
    """Not even those that honestly differ."""
    named = []
    for role in READERS:
        for name, _ in (one for one in DIFFERS if one[1] is role):
            body = body_of(browsers.get(world.insider(role), ADDRESSES[name].filled({})))
            named += [f"{role} at {name}: {word}" for word in NAMES if word.encode() in body]
    assert not named, "\n".join(named)


@in_each_way
def test_nobody_who_is_kept_out_gets_an_email(world, kept_out):
    theirs = {user_of(world.insider(role)).email for role in READERS}
    assert not theirs & {address for message in mail.outbox for address in message.to}
    waiting = OutgoingEmail.objects.filter(user__email__in=theirs, sent_at__isnull=True)
    assert not waiting.exists()


@in_each_way
def test_nobody_is_told_of_what_was_not_delivered_yet(world, kept_out):
    """A notice that was there is closed to them; one of what came last was never written."""
    users = [user_of(world.insider(role)).pk for role in READERS]
    last = {str(promise.pk) for promise in kept_out.promises[-2:]}
    told = Notice.objects.filter(user__in=users, matter=kept_out.matter)
    assert not [notice.link for notice in told if any(pk in notice.link for pk in last)]


@in_each_way
def test_their_work_goes_back_to_the_team_and_nothing_is_lost(world, kept_out):
    """What they were named for has no owner; what was said and promised stands."""
    users = [user_of(world.insider(role)).pk for role in READERS]
    assert Telling.objects.filter(matter=kept_out.matter).exists()
    assert Commitment.objects.filter(matter=kept_out.matter).count() == len(kept_out.promises)
    assert AgendaItem.objects.filter(matter=kept_out.matter).exists()
    assert Matter.objects.filter(pk=kept_out.matter.pk).exists()
    if kept_out.matter.exclusions.filter(user__in=users).exists():
        assert not Telling.objects.filter(matter=kept_out.matter, worker__in=users).exists()
        still_to_do = Commitment.objects.filter(matter=kept_out.matter, state__in=OPEN_STATES)
        assert not still_to_do.filter(owner__in=users).exists()


def _difference(one: bytes, other: bytes) -> str:
    lines = unified_diff(
        one.decode(errors="replace").splitlines(), other.decode(errors="replace").splitlines(), lineterm="", n=1
    )
    return "\n".join(list(lines)[:14])
