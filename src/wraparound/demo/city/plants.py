"""The same person as another clerk has them, and people who only look like one another: with the truth of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from wraparound.demo.city import names
from wraparound.demo.city.chance import Chance
from wraparound.demo.city.names import Name
from wraparound.demo.city.people import Human
from wraparound.demo.city.places import Places

HOW_HELD: Mapping[str, float] = {
    "as_it_is": 44,
    "other_spelling": 15,
    "misspelt": 14,
    "names_swapped": 5,
    "birthday_swapped": 6,
    "birthday_slip": 6,
    "moved": 5,
    "other_family_name": 3,
    "own_script": 2,
}
"""How agencies hold someone whom the police hold too, in hundredths."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A record: whose, and under which reference. An agency's own is named by the referral that made it."""

    organisation: str  # the kind of organisation
    ref: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records and what is true of them."""

    a: Holder
    b: Holder
    what: str


def held_otherwise(chance: Chance, human: Human, places: Places, how: str = "") -> tuple[Human, str]:
    """The human as another organisation has them, and the word for what differs."""
    how = how or chance.pick(HOW_HELD)
    changed = _WAYS[how](chance, human, places)
    if changed is None:
        how, changed = "misspelt", _misspelt(chance, human, places)
    if chance.yes(0.25):
        changed = replace(changed, phone="")
    return changed, how


def twin(chance: Chance, human: Human, other: Human) -> Human:
    """Somebody else who is hard to tell from `human`: born on the same day in the same house."""
    given = other.name.given
    if given == human.name.given:
        given = f"{given} Junior"
    return replace(other, dob=human.dob, home=human.home, sex=human.sex, name=Name(human.name.family, given), phone="")


def namesake(chance: Chance, human: Human, other: Human) -> Human:
    """Somebody else with the same name, born some other day, in another house."""
    return replace(other, name=human.name, sex=human.sex, dob=human.dob + timedelta(days=chance.randint(400, 6000)))


def _as_it_is(chance: Chance, human: Human, places: Places) -> Human:
    return human


def _other_spelling(chance: Chance, human: Human, places: Places) -> Human | None:
    name = names.other_spelling(chance, human.name)
    return replace(human, name=name) if name else None


def _misspelt(chance: Chance, human: Human, places: Places) -> Human:
    return replace(human, name=names.misspelt(chance, human.name))


def _own_script(chance: Chance, human: Human, places: Places) -> Human | None:
    name = names.in_own_script(human.name)
    return replace(human, name=name) if name else None


def _names_swapped(chance: Chance, human: Human, places: Places) -> Human:
    return replace(human, name=Name(human.name.given, human.name.family))


def _birthday_swapped(chance: Chance, human: Human, places: Places) -> Human | None:
    if human.dob.day > 12 or human.dob.day == human.dob.month:
        return None
    return replace(human, dob=human.dob.replace(day=human.dob.month, month=human.dob.day))


def _birthday_slip(chance: Chance, human: Human, places: Places) -> Human:
    day = human.dob.day + (1 if human.dob.day < 28 else -1)
    return replace(human, dob=date(human.dob.year, human.dob.month, day))


def _moved(chance: Chance, human: Human, places: Places) -> Human:
    return replace(human, home=places.home(chance))


def _other_family_name(chance: Chance, human: Human, places: Places) -> Human:
    other = names.draw_name(chance, human.culture, human.sex)
    return replace(human, name=Name(other.family, human.name.given))


_WAYS: dict[str, Callable[[Chance, Human, Places], Human | None]] = {
    "as_it_is": _as_it_is,
    "other_spelling": _other_spelling,
    "misspelt": _misspelt,
    "own_script": _own_script,
    "names_swapped": _names_swapped,
    "birthday_swapped": _birthday_swapped,
    "birthday_slip": _birthday_slip,
    "moved": _moved,
    "other_family_name": _other_family_name,
}
