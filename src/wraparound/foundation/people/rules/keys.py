"""Blocking keys: short strings of which two records of one person share at least one, and few others do.

    b  birthday, day and month in either order        p  telephone number
    c  postcode and a name's first sound              s  two sounds of the name
    y  one sound of the name and the year of birth

Each is narrow enough that at a million records few hundred share it. They are ordered here as they are looked
up: the narrow ones first. They are the same on every database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import product

from wraparound.foundation.people.rules.names import sounds_of
from wraparound.foundation.people.values import PersonValues

_NOT_DIGITS = re.compile(r"\D+")
_POSTCODE = re.compile(r"^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$")
_MOST_KEYS = 24


@lru_cache(maxsize=50_000)
def phone_of(text: str) -> str:
    """The digits by which a number is compared, without the country code; "" where it isn't a number."""
    digits = _NOT_DIGITS.sub("", text)
    if digits.startswith("0044"):
        digits = digits[2:]
    if digits.startswith("44") and len(digits) >= 11:
        digits = digits[2:]
    digits = digits.lstrip("0")
    return digits[-10:] if len(digits) >= 9 else ""


@lru_cache(maxsize=50_000)
def postcode_of(text: str) -> str:
    """A full UK postcode without its space; "" where it isn't one."""
    compact = "".join(text.upper().split())
    return compact if _POSTCODE.match(compact) else ""


def district_of(postcode: str) -> str:
    """The district of a full postcode: what stands before its last three signs."""
    compact = postcode_of(postcode)
    return compact[:-3]


def blocking_keys(values: PersonValues) -> list[str]:
    """Every key under which the record is to be found, in the order in which they are looked up."""
    return list(dict.fromkeys(_keys(values)))[:_MOST_KEYS]


def lookup_keys(keys: list[str]) -> list[str]:
    """Those of a record's keys that lead to candidates: not the year key of someone whose birthday isn't known."""
    return [key for key in keys if not key.endswith("|")]


def name_key(first: str, second: str) -> str:
    """The key of two sounds of a name, in either order."""
    return "s:" + "|".join(sorted((first, second)))


def birthday_key(day: date) -> str:
    """The key of a birthday, whose day and month may stand in either order."""
    low, high = sorted((day.day, day.month))
    return f"b:{day.year}|{low:02d}{high:02d}"


def year_prefix(sound: str) -> str:
    """What the year keys of one sound begin with."""
    return f"y:{sound}|"


def _keys(values: PersonValues) -> Iterator[str]:
    days = [day for day in (values.dob, *values.dob_alternatives) if day]
    family, given = sounds_of(values.family_name), sounds_of(values.given_names)
    others = [sounds_of(alias) for alias in values.aliases]
    yield from (birthday_key(day) for day in days)
    if postcode := postcode_of(values.postcode):
        yield from (f"c:{postcode}|{sounds[0][0]}" for sounds in (given, family) if sounds)
    yield from (f"p:{number}" for phone, _ in values.phones if (number := phone_of(phone)))
    yield from (name_key(a, b) for a, b in product(family, given[:1]))
    for sounds in [given + family if not (given and family) else (), *others]:
        yield from (name_key(sounds[0], sound) for sound in sounds[1:])
    years: list[int | str] = list(dict.fromkeys(day.year for day in days)) or [""]
    every = dict.fromkeys([*family, *given[:2], *(sound for sounds in others for sound in sounds)])
    yield from (f"{year_prefix(sound)}{year}" for sound, year in product(every, years))
