"""Reading single values as the format writes them. Pure: no clock, no database."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
EARLIEST_YEAR = 1900

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d{1,9})?)?)\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII | re.IGNORECASE,
)
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})", re.ASCII)
_PHONE = re.compile(r"(?:\+|00)\d{8,15}|0\d{9,10}|[1-9]\d{9}", re.ASCII)
_PHONE_SIGNS = re.compile(r"[\s().\-/]+")
_EXTENSION = re.compile(r"(?:ext|x|extension)\.?\s*\d{1,6}$", re.IGNORECASE)


class Unreadable(ValueError):
    """The value can't be read; the argument says why, as a sentence."""


def read_day(text: str) -> date:
    """A date written as 2026-11-02. Raises Unreadable."""
    if not _DAY.fullmatch(text):
        raise Unreadable("Not a date. Write it as 2026-11-02.")
    try:
        day = date.fromisoformat(text)
    except ValueError as wrong:
        raise Unreadable("There is no such day. Write it as 2026-11-02.") from wrong
    if day.year < EARLIEST_YEAR:
        raise Unreadable(f"A date before {EARLIEST_YEAR} can't be right.")
    return day


def read_moment(text: str) -> tuple[datetime, str]:
    """A date-time (ISO 8601), in UTC, and a note ("" for none) where it had to be understood.

    Without an offset it is Europe/London. Of a time that the clocks show twice the first is taken; a time that they
    leave out is taken as though they had not been put forward yet. A day without a time is its midnight.
    Raises Unreadable.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise Unreadable("Not a date and time. Write it as 2026-11-02T14:30, with an offset if you have one.")
    day, clock, offset = match.groups()
    try:
        moment = datetime.fromisoformat(_iso(day, clock or "00:00", offset or ""))
        if moment.year < EARLIEST_YEAR:
            raise Unreadable(f"A time before {EARLIEST_YEAR} can't be right.")
        if moment.tzinfo is not None:
            return moment.astimezone(UTC), ""
        found, note = _in_london(moment)
    except Unreadable:
        raise
    except (ValueError, OverflowError) as wrong:
        raise Unreadable("There is no such day or time. Write it as 2026-11-02T14:30.") from wrong
    if clock is None:
        note = "No time of day is given: midnight is taken."
    return found, note


def _iso(day: str, clock: str, offset: str) -> str:
    clock = clock.replace(",", ".")
    whole, _, fraction = clock.partition(".")
    digits = whole.replace(":", "")
    spaced = ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))
    return f"{day}T{spaced}{'.' + fraction[:6].ljust(6, '0') if fraction else ''}{offset.upper()}"


def _in_london(moment: datetime) -> tuple[datetime, str]:
    local = moment.replace(tzinfo=LONDON)
    utc = local.astimezone(UTC)
    if utc.astimezone(LONDON).replace(tzinfo=None) != moment:
        return utc, "The clocks went forward over this time: it is taken as an hour later."
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        return utc, "The clocks showed this time twice: the first is taken. Give the offset to say which."
    return utc, ""


def in_london(moment: datetime) -> datetime:
    """The moment as London's clocks show it."""
    return moment.astimezone(LONDON)


def write_moment(moment: datetime) -> str:
    """A moment as the format writes it, with London's offset: 2026-07-01T14:30:00+01:00."""
    return in_london(moment).isoformat()


def read_postcode(text: str) -> str:
    """A full postcode of the United Kingdom, in capitals with one space. Raises Unreadable."""
    compact = "".join(text.upper().split())
    match = _POSTCODE.fullmatch(compact)
    if match is None and compact != "GIR0AA":
        raise Unreadable("Not a full postcode.")
    return f"{compact[:-3]} {compact[-3:]}"


def read_phone(text: str) -> str:
    """A telephone number as it stands, where it can be one: ten or eleven digits, or with a country code.

    Raises Unreadable.
    """
    bare = _PHONE_SIGNS.sub("", _EXTENSION.sub("", text.replace("(0)", "")))
    if not _PHONE.fullmatch(bare):
        raise Unreadable("Not a telephone number.")
    return text


def same_place(first: tuple[str, str], second: tuple[str, str]) -> bool:
    """Whether two addresses (lines, postcode) are one, however they are spaced, punctuated and cased.

    Lines must agree; a postcode too where both have one. A postcode alone is a street, not an address.
    """
    codes = {_plain(code) for _, code in (first, second)} - {""}
    mine, theirs = (_plain(lines) for lines, _ in (first, second))
    for code in codes:
        mine, theirs = mine.removesuffix(code), theirs.removesuffix(code)
    return bool(mine) and mine == theirs and len(codes) <= 1


def _plain(lines: str) -> str:
    return re.sub(r"[\W_]+", "", lines.casefold())
