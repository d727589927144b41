"""Search by name however it is spelt and in whatever script, by reference, by telephone, by birthday.

It goes through the table of blocking keys, never through names themselves, and shows only what the actor may
know of: a record hidden from them is not found, nor counted.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from django.db.models import QuerySet
from rapidfuzz import fuzz

from wraparound.foundation.access.decisions import in_open_matters, visible
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE
from wraparound.foundation.people.models import Appearance, BlockingKey, SourceRecord
from wraparound.foundation.people.permissions import sees_contact_details
from wraparound.foundation.people.rules.keys import birthday_key, name_key, phone_of, year_prefix
from wraparound.foundation.people.rules.names import sounds_of, words_of

MOST_FOUND = 25
_MOST_LOOKED_AT = 20_000  # rows of the key table under one sound
GOOD_FIT = 85.0  # from which on what was found is taken for what was meant
FEW_RECORDS = 2_000  # up to so many visible records a search begins with them instead of with the name
_MOST_COMPARED = 300  # visible records compared with what was typed
_DAY = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b|\b(\d{4})-(\d{2})-(\d{2})\b")
_YEAR = re.compile(r"\b(19\d\d|20\d\d)\b")
_PHONE = re.compile(r"\+?\d[\d\s()-]{7,}\d")


@dataclass(frozen=True)
class PersonFound:
    """One person found, by the visible record that fits best."""

    person_id: UUID
    record: SourceRecord
    fit: float  # 0 to 100


@dataclass(frozen=True)
class _Wanted:
    name: str
    day: datetime.date | None
    year: int | None
    phone: str
    reference: str


def search(actor: Actor, words: str, limit: int = MOST_FOUND) -> list[PersonFound]:
    """The people whom the actor may know of and who fit the words, best first, each once."""
    wanted = _read(words)
    if actor.role is None and not actor.is_system:
        return []
    with lifted("search"):  # the key table opens to nobody; all that comes out of it is narrowed to the actor here
        found = _exact(actor, wanted)
        if wanted.name or wanted.day:
            found |= _by_name(actor, wanted)
    best: dict[UUID, tuple[float, SourceRecord]] = {}
    for record in found.values():
        fit = _fit(record, wanted)
        if record.person_id not in best or best[record.person_id][0] < fit:
            best[record.person_id] = (fit, record)
    ordered = sorted(best.values(), key=lambda one: (-one[0], one[1].full_name, str(one[1].pk)))[:limit]
    # Read once more as the actor, so that the wall beneath has its word on each that is shown.
    shown = SourceRecord.objects.select_related("organisation").in_bulk([record.pk for _, record in ordered])
    return [PersonFound(record.person_id, shown[record.pk], fit) for fit, record in ordered if record.pk in shown]


def _read(words: str) -> _Wanted:
    text = " ".join(words.split())[:200]
    day = None
    if match := _DAY.search(text):
        day = _day(match)
        text = text.replace(match[0], " ")
    year = None
    if match := _YEAR.fullmatch(text.split()[-1]) if text.split() else None:
        year = int(match[1])
    phone = phone_of(match[0]) if (match := _PHONE.search(text)) else ""
    name = " ".join(part for part in text.split() if not any(letter.isdigit() for letter in part))
    return _Wanted(name=name, day=day, year=year, phone=phone, reference=" ".join(words.split())[:100])


def _day(match: re.Match[str]) -> datetime.date | None:
    parts = [int(part) for part in match.groups() if part]
    order = parts if match[4] else reversed(parts)
    try:
        return datetime.date(*order)
    except ValueError:
        return None


def _exact(actor: Actor, wanted: _Wanted) -> dict[UUID, SourceRecord]:
    """By the organisation's reference, or by telephone number for those whose work may need to reach people."""
    found: dict[UUID, SourceRecord] = {}
    if wanted.reference and any(letter.isdigit() for letter in wanted.reference):
        # By every organisation in turn, so that the index by organisation and reference is used.
        spellings = {wanted.reference, wanted.reference.upper()}
        rows = visible(actor, SourceRecord.objects.filter(external_ref__in=spellings))
        rows = rows.filter(organisation_id__in=Organisation.objects.values("pk"))
        found |= {record.pk: record for record in rows[:MOST_FOUND]}
    if wanted.phone and sees_contact_details(actor):
        found |= _visible(actor, _with_keys([f"p:{wanted.phone}"]))
    return found


def _by_name(actor: Actor, wanted: _Wanted) -> dict[UUID, SourceRecord]:
    """First by the keys that few share; where nothing fits well, by each sound of the name alone."""
    sounds = sounds_of(wanted.name)
    keys = [name_key(a, b) for a, b in combinations(sounds, 2)]
    keys += [f"{year_prefix(sound)}{year}" for sound in sounds for year in _years(wanted)]
    if wanted.day and not sounds:
        keys = [birthday_key(wanted.day)]
    found = _visible(actor, _with_keys(keys)) if keys else {}
    if not _years(wanted) and all(_fit(record, wanted) < GOOD_FIT for record in found.values()):
        few = _few_known_to(actor)
        for sound in sounds:
            keys_of_sound = _with_prefix(year_prefix(sound))
            found |= _visible(actor, keys_of_sound if few is None else keys_of_sound.filter(record__in=few))
    return found


def _few_known_to(actor: Actor) -> list[UUID] | None:
    """The records among which whatever the actor may know of must be; None where they are too many to begin with them.

    Thousands bear one surname: whoever sees few records is answered from those, not from all of the name.
    """
    own = SourceRecord.objects.filter(organisation_id=actor.organisation_id).values_list("pk", flat=True)
    ids = set(own[: FEW_RECORDS + 1])
    if actor.is_system or actor.role not in WORKING_WITH_PEOPLE or len(ids) > FEW_RECORDS:
        return None
    seen = in_open_matters(actor, Appearance.objects.all()).values_list("record_id", flat=True)
    ids.update(seen[: FEW_RECORDS + 1])
    return list(ids) if len(ids) <= FEW_RECORDS else None


def _years(wanted: _Wanted) -> Sequence[int]:
    if wanted.day:
        return [wanted.day.year]
    return [wanted.year] if wanted.year else []


def _with_keys(keys: Iterable[str]) -> QuerySet[BlockingKey]:
    return BlockingKey.objects.filter(key__in=sorted(set(keys))).order_by("key", "record")


def _with_prefix(prefix: str) -> QuerySet[BlockingKey]:
    return BlockingKey.objects.filter(key__gte=prefix, key__lt=prefix[:-1] + "}").order_by("key", "record")


def _visible(actor: Actor, keys: QuerySet[BlockingKey]) -> dict[UUID, SourceRecord]:
    """The records under these keys that the actor may know of: the wall is asked before anything is compared."""
    looked_at = keys.values("record_id")[:_MOST_LOOKED_AT]
    rows = visible(actor, SourceRecord.objects.filter(pk__in=looked_at))
    return {record.pk: record for record in rows[:_MOST_COMPARED]}


def _fit(record: SourceRecord, wanted: _Wanted) -> float:
    """How well a record fits what was typed, from 0 to 100: by the letters of the name, and the birthday."""
    if wanted.reference.upper() == record.external_ref.upper():
        return 100.0
    if not wanted.name:
        return 90.0
    typed = " ".join(sorted(words_of(wanted.name)))
    names = [f"{record.given_names} {record.family_name}", *record.aliases]
    best = max(fuzz.token_set_ratio(typed, " ".join(sorted(words_of(name)))) for name in names)
    if wanted.day and record.dob == wanted.day:
        best += 5
    return min(best, 99.0)
