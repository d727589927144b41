"""The referrers' own records of those whom they refer: as they hold them, which isn't always as the police do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from wraparound.demo.city.chance import Chance
from wraparound.demo.city.people import Child, Human
from wraparound.demo.city.stories import Journey
from wraparound.demo.loading.context import BATCH, BY, Loading
from wraparound.foundation.people import services as people
from wraparound.foundation.people.models import SourceRecord
from wraparound.foundation.people.services import PersonValues, RelationshipValues

_ADDRESSES = {"safe": 55, "unconfirmed": 30, "confidential": 6, "unsafe_area": 2}
_PHONES = {"safe": 62, "unknown": 26, "unsafe": 12}


def record_agencies_people(loading: Loading, journeys: Sequence[Journey]) -> None:
    """Write the records of everyone in the referrals that aren't the police's, and how they are related."""
    wanted: dict[str, dict[str, PersonValues]] = defaultdict(dict)
    for journey in journeys:
        if journey.kind != "police":
            for ref, values in people_of(loading, journey):
                wanted[journey.kind].setdefault(ref, values)
    for kind, values_of in wanted.items():
        rows = list(values_of.items())
        for start in range(0, len(rows), BATCH):
            written = people.bulk_record_people(
                organisation=loading.organisation(kind), people=rows[start : start + BATCH], by=BY
            )
            for ref, recorded in written.items():
                loading.records[kind, ref] = recorded.record
    _relate(loading, [journey for journey in journeys if journey.kind != "police"])


def people_of(loading: Loading, journey: Journey) -> list[tuple[str, PersonValues]]:
    """Everyone in a referral: the referrer's reference and what it holds."""
    chance = loading.chance("people", journey.held_since or journey.key)
    rows = [
        (journey.victim_ref, victim_values(chance, journey)),
        (journey.perpetrator_ref, perpetrator_values(chance, journey)),
    ]
    return rows + [(child_ref(journey, child), child_values(child)) for child in journey.family.children]


def victim_values(chance: Chance, journey: Journey) -> PersonValues:
    """What the referrer holds on the victim: far more than a police file."""
    human = journey.victim
    shared = human.home == journey.perpetrator.home
    return PersonValues(
        family_name=human.name.family,
        given_names=human.name.given,
        dob=human.dob,
        sex=human.sex,
        language=human.language,
        interpreter_needed=human.language != "en" and chance.yes(0.5),
        phones=((human.phone, chance.pick(_PHONES)),) if human.phone else (),
        address_lines=human.home.lines,
        postcode=human.home.postcode,
        address_kind="shared" if shared else chance.pick(_ADDRESSES),
        equality=_answers(chance, human),
    )


def perpetrator_values(chance: Chance, journey: Journey) -> PersonValues:
    """What the referrer holds on the perpetrator."""
    human = journey.perpetrator
    knows_address = chance.yes(0.6)
    return PersonValues(
        family_name=human.name.family,
        given_names=human.name.given,
        dob=human.dob if chance.yes(0.9) else None,
        sex=human.sex,
        language=human.language,
        address_lines=human.home.lines if knows_address else "",
        postcode=human.home.postcode if knows_address else "",
        equality={"ethnicity": ("known", human.ethnicity)} if chance.yes(0.6) else {},
    )


def child_values(child: Child) -> PersonValues:
    """What the referrer holds on a child."""
    human = child.human
    return PersonValues(family_name=human.name.family, given_names=human.name.given, dob=human.dob, sex=human.sex)


def child_ref(journey: Journey, child: Child) -> str:
    """The referrer's reference of a child."""
    number = journey.family.children.index(child) + 1
    return f"{journey.held_since or journey.key}-C{number}"


def children_records(loading: Loading, journey: Journey) -> list[SourceRecord]:
    """The referrer's records of the children; the police's are those of its files."""
    if journey.kind == "police":
        return []
    return [loading.records[journey.kind, child_ref(journey, child)] for child in journey.family.children]


def relationship(journey: Journey) -> str:
    """What the perpetrator is to the victim, as the referrer says."""
    kind = journey.family.relationship
    return kind if kind not in ("none", "unknown") else "intimate_partner"


def _answers(chance: Chance, human: Human) -> dict[str, tuple[str, str]]:
    found = {
        "ethnicity": ("known", human.ethnicity) if chance.yes(0.84) else ("not_asked", ""),
        "disability": ("known", human.disability) if chance.yes(0.7) else ("not_known", ""),
    }
    if chance.yes(0.5):
        found["sexual_orientation"] = ("declined", "") if chance.yes(0.2) else ("not_asked", "")
    return found


def _relate(loading: Loading, journeys: Sequence[Journey]) -> None:
    rows = [
        RelationshipValues(
            from_record=loading.record(journey, "perpetrator"),
            to_record=loading.record(journey, "victim"),
            kind=relationship(journey),
            ended=journey.family.ended,
            separated_on=journey.family.separated_on,
            shared_child=any(child.to_perpetrator == "child" for child in journey.family.children),
        )
        for journey in journeys
        if not journey.held_since
    ]
    for start in range(0, len(rows), BATCH):
        people.record_relationships(relationships=rows[start : start + BATCH], by=BY)
