"""The wall: every address, for every role, with its own thing, another agency's, an excluded one, and none at all.

The combinations come from the table of addresses, the expectations from `tests.wall_table`.
"""

from __future__ import annotations

import pytest

from tests.addresses import Browsers, anonymous_body, every_address
from tests.all_posts import SENDS
from tests.wall_table import ACCOUNT, PUBLIC, ROLES, ROWS, Roles
from tests.world import World
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role

pytestmark = pytest.mark.django_db
ADDRESSES = every_address()
NAMES = sorted(ROWS.keys() & ADDRESSES.keys())
BEHIND_THE_DOOR = [name for name in NAMES if ROWS[name].door == ROLES]
SHOWING = [name for name in BEHIND_THE_DOOR if ROWS[name].gets]
TAKING = [name for name in BEHIND_THE_DOOR if ROWS[name].posts]


def test_every_address_is_declared_and_nothing_else():
    assert set(ADDRESSES) - set(ROWS) == set(), "declare these addresses in tests/wall_table.py"
    assert set(ROWS) - set(ADDRESSES) == set(), "these addresses are gone: take their rows away"


@pytest.mark.parametrize("name", NAMES)
def test_the_row_names_every_parameter(name):
    assert set(ROWS[name].takes) == set(ADDRESSES[name].takes)


@pytest.mark.parametrize("name", NAMES)
def test_whoever_sees_more_than_their_own_does_so_for_a_reason(name):
    row = ROWS[name]
    assert bool(row.others_see or row.excluded_see) == bool(row.why)


@pytest.mark.parametrize("name", SHOWING)
def test_a_page_opens_only_to_those_whom_it_is_for(name, world, browsers):
    _hold_the_wall(name, "GET", world, browsers)


@pytest.mark.parametrize("name", TAKING)
def test_a_form_is_taken_only_from_those_whom_it_is_for(name, world, browsers):
    _hold_the_wall(name, "POST", world, browsers)


@pytest.mark.parametrize("name", [name for name in BEHIND_THE_DOOR if not ROWS[name].gets])
def test_what_only_takes_forms_shows_nothing(name, world, browsers):
    for role in sorted(ROWS[name].openers("GET")):
        path = ADDRESSES[name].filled(_values(name, world, role))
        assert browsers.get(world.insider(role), path).status_code == 405


@pytest.mark.parametrize("name", NAMES)
def test_whoever_is_not_signed_in_is_led_to_sign_in(name, world, browsers):
    row, address = ROWS[name], ADDRESSES[name]
    path = address.filled(_values(name, world, None))
    for method in row.methods.split():
        response = browsers.get(None, path) if method == "GET" else browsers.post(None, path)
        if row.door == PUBLIC:
            assert response.status_code in row.answers, f"{method} {path}"
        else:
            assert response.status_code == 302, f"{method} {path}"
            assert response["Location"].startswith("/sign-in?next="), f"{method} {path}"


@pytest.mark.parametrize("name", [name for name in NAMES if ROWS[name].door == ACCOUNT])
def test_ones_own_account_opens_whatever_ones_role(name, world, browsers):
    for role in sorted(Role):
        response = browsers.get(world.insider(role), ADDRESSES[name].filled({}))
        assert response.status_code in ROWS[name].answers, f"{role} {name}: {response.status_code}"


# --- how it is held -----------------------------------------------------------------------------------------


def _values(name: str, world: World, role: Role | None) -> dict[str, object]:
    return {parameter: world.thing(kind, role) for parameter, kind in ROWS[name].takes.items()}


def _hold_the_wall(name: str, method: str, world: World, browsers: Browsers) -> None:
    """Every role with its four things; all that isn't as declared is told at once."""
    wrong = []
    for role in sorted(Role):
        attempt = _Attempt(name, method, world, browsers, role)
        wrong += attempt.at_the_door() if role not in ROWS[name].gate else attempt.within()
    assert not wrong, f"{method} {name}:\n" + "\n".join(wrong)


def _first_difference(thing: tuple[int, bytes], nothing: tuple[int, bytes]) -> str:
    if thing[0] != nothing[0]:
        return f"{thing[0]} and {nothing[0]}"
    lines = zip(thing[1].splitlines(), nothing[1].splitlines(), strict=False)
    return next((f"{one!r} and {other!r}" for one, other in lines if one != other), "one is longer")


class _Attempt:
    """One role at one address, by one method."""

    def __init__(self, name: str, method: str, world: World, browsers: Browsers, role: Role) -> None:
        self.row, self.address, self.method, self.role = ROWS[name], ADDRESSES[name], method, role
        self.world, self.browsers = world, browsers
        self.own = _values(name, world, role)
        self.nowhere = {parameter: self.address.nowhere(parameter) for parameter in self.own}
        self.wrong: list[str] = []

    def at_the_door(self) -> list[str]:
        """The role isn't let in."""
        self._expect("the door", self._call(self.world.insider(self.role), self.own)[0], {403})
        return self.wrong

    def within(self) -> list[str]:
        """The role is let in: what opens is as declared, and what is hidden reads as what isn't there."""
        insider = self.world.insider(self.role)
        opens, refused = self.role in self.row.openers(self.method), self.role in self.row.refusals(self.method)
        self._expect(
            "their own", self._call(insider, self.own)[0], self._passed if opens else {403} if refused else {404}
        )
        for parameter in self.own:
            values = {**self.own, parameter: self.nowhere[parameter]}
            self._expect(f"no such {parameter}", self._call(insider, values)[0], {404})
        if self.own:
            self._hidden("another agency's", self.world.cast.outsiders[self.role], self.row.others_see)
            if self.role in self.world.cast.excluded:
                self._hidden("an excluded one", self.world.cast.excluded[self.role], self.row.excluded_see)
        return self.wrong

    def _hidden(self, what: str, actor: Actor, who_see_it: Roles) -> None:
        thing = self._call(actor, self.own)
        if self.role in who_see_it:
            self._expect(what, thing[0], self._passed)
            return
        self._expect(what, thing[0], {404})
        nothing = self._call(actor, self.nowhere)
        if thing != nothing:
            self.wrong.append(f"{self.role}: {what} can be told from nothing: {_first_difference(thing, nothing)}")

    @property
    def _passed(self) -> set[int]:
        """A page is shown; a form is taken, or shown again because of what is in it."""
        return {200} if self.method == "GET" else {200, 302, 409, 422}

    def _expect(self, what: str, got: int, expected: set[int]) -> None:
        if got not in expected:
            self.wrong.append(f"{self.role} with {what}: {got}, not {sorted(expected)}")

    def _call(self, actor: Actor, values: dict[str, object]) -> tuple[int, bytes]:
        path = self.address.filled(values)
        if self.method == "GET":
            response = self.browsers.get(actor, path)
        else:
            response = self.browsers.post(actor, path, SENDS[self.address.name].data(self.world, actor, values))
        return response.status_code, anonymous_body(response)
