"""How much two records speak for being one person, in words that a link reviewer can weigh.

The points are tenths of a bit of evidence by the rule set `people.matching`. Nobody is ever linked by them: at a
score a pair goes to a person, and that is all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import product

from rapidfuzz.distance import Indel

from wraparound.foundation.people.params import MatchingRules
from wraparound.foundation.people.rules.keys import district_of, phone_of, postcode_of
from wraparound.foundation.people.rules.names import sound_of, words_of
from wraparound.foundation.people.values import PersonValues

SAME_SOUND = 0.95  # how alike two words are that only sound the same


@dataclass(frozen=True)
class Reason:
    """One field, how it agrees, in words and without its value, and the points that this gives."""

    field: str
    agreement: str
    points: float


@dataclass(frozen=True)
class Facts:
    """What is compared of one record: each may have several."""

    names: tuple[tuple[str, str], ...]  # (family, given)
    days: tuple[date, ...] = ()
    postcodes: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    sex: str = ""


def facts_of(values: PersonValues) -> Facts:
    """What is compared of a record."""
    names = [(values.family_name, values.given_names), *((alias, "") for alias in values.aliases)]
    return Facts(
        names=tuple(name for name in names if any(name)),
        days=tuple(day for day in (values.dob, *values.dob_alternatives) if day),
        postcodes=frozenset(filter(None, [postcode_of(values.postcode)])),
        phones=frozenset(filter(None, (phone_of(number) for number, _ in values.phones))),
        sex=values.sex,
    )


def score(a: Facts, b: Facts, rules: MatchingRules) -> tuple[float, list[Reason]]:
    """The points of a pair and its reasons, the weightiest first. The same whichever record comes first."""
    reasons = [
        reason
        for reason in (
            _name(a, b, rules),
            _birthday(a, b, rules),
            _place(a, b, rules),
            _phone(a, b, rules),
            _sex(a, b, rules),
        )
        if reason is not None
    ]
    reasons.sort(key=lambda reason: (-abs(reason.points), reason.field))
    return sum(reason.points for reason in reasons), reasons


def most_points(a: Facts, b: Facts, rules: MatchingRules) -> float:
    """What a pair could reach if its names were the same, which is the dear part to ask. Never less than `score`."""
    others = (_birthday(a, b, rules), _place(a, b, rules), _phone(a, b, rules))
    return rules.name_same + sum(reason.points for reason in others if reason is not None)


def is_alike(a: Facts, b: Facts, rules: MatchingRules) -> bool:
    """Whether their names are the same or similar: without that nothing else makes a pair of them."""
    reason = _name(a, b, rules)
    return reason is not None and reason.points >= rules.name_similar


def _name(a: Facts, b: Facts, rules: MatchingRules) -> Reason | None:
    found = [_names_agree(one, other, rules) for one, other in product(a.names, b.names)]
    told = [reason for reason in found if reason is not None]
    return max(told, key=lambda reason: (reason.points, reason.agreement), default=None)


def _names_agree(one: tuple[str, str], other: tuple[str, str], rules: MatchingRules) -> Reason | None:
    mine, theirs = _words(one), _words(other)
    if not mine or not theirs:
        return None
    if mine == theirs:
        swapped = words_of(one[0]) != words_of(other[0]) and one[1] and other[1]
        return Reason("name", "same name, in another order" if swapped else "same name", rules.name_same)
    if {sound_of(word) for word in mine} == {sound_of(word) for word in theirs}:
        return Reason("name", "names that sound the same", rules.name_similar)
    alike, shorter, longer = _alike(mine, theirs), *sorted((len(mine), len(theirs)))
    if alike / longer >= rules.similar_name_from:
        return Reason("name", "similar name", rules.name_similar)
    if len(mine & theirs) >= 2 or (shorter >= 2 and alike / shorter >= rules.similar_name_from):
        return Reason("name", "one name is part of the other", rules.name_similar)
    if one[1] and other[1] and _sounds_meet(one[1], other[1]) and not _sounds_meet(one[0], other[0]):
        return Reason("name", "same given name, another family name", 0.0)
    return Reason("name", "different name", rules.name_different)


def _alike(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """How many words two names share: matched one to one, the most alike first; each pair counts from 0 to 1."""
    alike = {
        (one, other): SAME_SOUND if sound_of(one) == sound_of(other) else Indel.normalized_similarity(one, other)
        for one, other in product(mine, theirs)
    }
    total, left = 0.0, (set(mine), set(theirs))
    for one, other in sorted(alike, key=lambda pair: (-alike[pair], min(pair), max(pair))):
        if one in left[0] and other in left[1]:
            total += max(alike[(one, other)], float(one == other))
            left[0].discard(one)
            left[1].discard(other)
    return total


def _words(name: tuple[str, str]) -> frozenset[str]:
    return frozenset((*words_of(name[0]), *words_of(name[1])))


def _sounds_meet(one: str, other: str) -> bool:
    return bool({sound_of(word) for word in words_of(one)} & {sound_of(word) for word in words_of(other)})


def _birthday(a: Facts, b: Facts, rules: MatchingRules) -> Reason | None:
    found = [_days_agree(one, other, rules) for one, other in product(a.days, b.days)]
    return max(found, key=lambda reason: (reason.points, reason.agreement), default=None)


def _days_agree(one: date, other: date, rules: MatchingRules) -> Reason:
    if one == other:
        return Reason("birthday", "same birthday", rules.dob_same)
    if one.year == other.year and (one.day, one.month) == (other.month, other.day):
        return Reason("birthday", "birthday: day and month swapped", rules.dob_parts_swapped)
    differing = [part for part in ("day", "month", "year") if getattr(one, part) != getattr(other, part)]
    if len(differing) == 1:
        return Reason("birthday", f"birthday: only the {differing[0]} differs", rules.dob_one_part_differs)
    return Reason("birthday", "different birthday", rules.dob_different)


def _place(a: Facts, b: Facts, rules: MatchingRules) -> Reason | None:
    if not a.postcodes or not b.postcodes:
        return None
    if a.postcodes & b.postcodes:
        return Reason("address", "same postcode", rules.postcode_same)
    if {district_of(code) for code in a.postcodes} & {district_of(code) for code in b.postcodes}:
        return Reason("address", "address moved within the postcode district", rules.postcode_district_same)
    return Reason("address", "address in another postcode district", 0.0)


def _phone(a: Facts, b: Facts, rules: MatchingRules) -> Reason | None:
    if a.phones & b.phones:
        return Reason("telephone", "same telephone number", rules.phone_same)
    return None


def _sex(a: Facts, b: Facts, rules: MatchingRules) -> Reason | None:
    if {a.sex, b.sex} == {"female", "male"}:
        return Reason("sex", "recorded as another sex", rules.sex_different)
    return None
