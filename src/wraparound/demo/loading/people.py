"""The records that referrals make: of people as the referrer holds them, which isn't always as the police do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from wraparound.demo.city.chance import Chance
from wraparound.demo.city.people import Child, is_same_sex
from wraparound.demo.city.stories import Journey
from wraparound.demo.loading.context import BATCH, BY, Loading
from wraparound.foundation.people import services as people
from wraparound.foundation.people.models import Address, EqualityAnswer, LinkDecision, SourceRecord
from wraparound.foundation.people.queries.held import held_values
from wraparound.foundation.people.services import PersonValues, RelationshipValues
from wraparound.kit.bulk import insert_objects, rewrite

LINKED_BY_WORD = "Recorded from the page of this person."
_ADDRESSES = {"safe": 55, "unconfirmed": 30, "confidential": 6, "unsafe_area": 2}
_PHONES = {"safe": 62, "unknown": 26, "unsafe": 12}


def record_people(loading: Loading, journeys: Sequence[Journey]) -> None:
    """Write what past referrals made: records of everyone in them, how they are related, and the police's own links."""
    first = [journey for journey in journeys if not journey.held_since]
    loading.find_police_files(first)
    wanted: dict[str, dict[str, PersonValues]] = defaultdict(dict)
    held = held_values([loading.file_record(ref) for j in first if j.kind == "police" for ref in j.family.pair])
    for journey in first:
        for ref, human_ref, values in _people_of(loading, journey):
            if journey.kind == "police":
                asked = values.equality if ref == journey.victim_ref else {}
                values = replace(held[loading.file_record(human_ref).pk], equality=asked)
            wanted[journey.kind][ref] = values
    for kind, values_of in wanted.items():
        rows = list(values_of.items())
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            written = people.bulk_record_people(organisation=loading.organisation(kind), people=batch, by=BY)
            loading.records |= {(kind, ref): recorded.record for ref, recorded in written.items()}
    _link_to_files(loading, [journey for journey in first if journey.kind == "police"])
    _backdate(loading, first)
    _relate(loading, first)
    _type_addresses(loading, first)
    of_referrals = EqualityAnswer.objects.filter(record__external_ref__startswith="marac:")
    of_referrals.update(said_by="professional")


def _people_of(loading: Loading, journey: Journey) -> list[tuple[str, str, PersonValues]]:
    """Everyone in a referral: the record's reference, the force's, and what the referrer says."""
    victim, perpetrator = journey.family.pair
    chance = loading.chance("people", journey.key)
    rows = [
        (journey.victim_ref, victim, victim_values(chance, journey)),
        (journey.perpetrator_ref, perpetrator, perpetrator_values(chance, journey)),
    ]
    return rows + [(journey.child_ref(n), "", child_values(child)) for n, child in enumerate(journey.named_children, 1)]


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
        equality=answers(chance, journey),
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
    )


def child_values(child: Child) -> PersonValues:
    """What the referrer holds on a child."""
    human = child.human
    return PersonValues(family_name=human.name.family, given_names=human.name.given, dob=human.dob, sex=human.sex)


def children_records(loading: Loading, journey: Journey) -> list[SourceRecord]:
    """The records of the children of a past referral."""
    return [
        loading.records[journey.kind, journey.child_ref(number + 1)] for number in range(len(journey.named_children))
    ]


def relationship(journey: Journey) -> str:
    """What the perpetrator is to the victim, as the referrer says."""
    kind = journey.family.relationship
    return kind if kind not in ("none", "unknown") else "intimate_partner"


def shares_child(journey: Journey) -> bool:
    """Whether the two are parents of one child, as the referrer says."""
    return any(child.to_perpetrator == "child" for child in journey.family.children)


def answers(chance: Chance, journey: Journey) -> dict[str, tuple[str, str]]:
    """What the referrer asked the victim, whoever refers: the form wants it."""
    human = journey.victim
    return {
        "ethnicity": ("known", human.ethnicity) if journey.asked_ethnicity else ("not_asked", ""),
        "disability": ("known", human.disability) if chance.yes(0.7) else ("not_known", ""),
        "sexual_orientation": _orientation(chance, journey),
    }


def _orientation(chance: Chance, journey: Journey) -> tuple[str, str]:
    if is_same_sex(journey.family):
        return "known", "gay_or_lesbian"
    return chance.pick({("known", "straight"): 45.0, ("declined", ""): 15.0, ("not_asked", ""): 40.0})


def _link_to_files(loading: Loading, journeys: Sequence[Journey]) -> None:
    """A referral from a case that the force holds: its records are of the people in the case, by the officer's word."""
    decisions = []
    for journey in journeys:
        for role, human_ref in zip(("victim", "perpetrator"), journey.family.pair, strict=True):
            own, in_file = loading.record(journey, role), loading.file_record(human_ref)
            own.person_id = in_file.person_id
            decisions.append(
                LinkDecision(
                    record_a=in_file,
                    record_b=own,
                    same=True,
                    reason=LINKED_BY_WORD,
                    decided_by_id=loading.referrer(journey).user_id,
                    decided_at=journey.received_at,
                )
            )
    insert_objects(decisions)


def _backdate(loading: Loading, journeys: Sequence[Journey]) -> None:
    """The records are as old as their referral, and whose the links say."""
    records = []
    for journey in journeys:
        both = [loading.record(journey, role) for role in ("victim", "perpetrator")]
        for record in (*both, *children_records(loading, journey)):
            record.created_at = record.updated_at = journey.received_at
            records.append(record)
    rewrite(records, ["person", "created_at", "updated_at"])


def _relate(loading: Loading, journeys: Sequence[Journey]) -> None:
    rows = [
        RelationshipValues(
            from_record=loading.record(journey, "perpetrator"),
            to_record=loading.record(journey, "victim"),
            kind=relationship(journey),
            ended=journey.family.ended,
            separated_on=journey.family.separated_on,
            shared_child=shares_child(journey),
        )
        for journey in journeys
    ]
    for start in range(0, len(rows), BATCH):
        people.record_relationships(relationships=rows[start : start + BATCH], by=BY)


def _type_addresses(loading: Loading, journeys: Sequence[Journey]) -> None:
    """The referrer said of each address what it is."""
    for start in range(0, len(journeys), BATCH):
        by_record = {
            loading.record(journey, role).pk: journey
            for journey in journeys[start : start + BATCH]
            for role in ("victim", "perpetrator")
        }
        addresses = list(Address.objects.filter(record__in=list(by_record)))
        for address in addresses:
            journey = by_record[address.record_id]
            address.typed_by_id, address.typed_at = loading.referrer(journey).user_id, journey.received_at
        rewrite(addresses, ["typed_by", "typed_at"])
