"""People for tests, made by the real services."""

from __future__ import annotations

from datetime import date
from typing import Any

from wraparound.foundation.access.models import Matter, MatterKind
from wraparound.foundation.access.services import involve, open_matter
from wraparound.foundation.areas.queries import partnership_area
from wraparound.foundation.partners.actors import system
from wraparound.foundation.people.models import LinkProposal, SourceRecord
from wraparound.foundation.people.queries.candidates import matching_rules
from wraparound.foundation.people.services import PersonValues, record_appearance, record_person

BY = system("test")
AISHA = PersonValues(
    family_name="Khan",
    given_names="Aisha",
    dob=date(1992, 3, 27),
    sex="female",
    phones=(("07700 900123", "unknown"),),
    address_lines="14 Larch Road",
    postcode="B11 1AA",
    equality={"ethnicity": ("known", "4")},
)
AYESHA = PersonValues(family_name="Kahn", given_names="Ayesha", dob=date(1992, 3, 27), sex="female")


def recorded(organisation: Any, ref: str, values: PersonValues = AISHA) -> SourceRecord:
    """A source record of the organisation."""
    return record_person(organisation=organisation, external_ref=ref, values=values, by=BY)


def matter_of(organisation: Any, *records: SourceRecord, shielded: bool = True) -> Matter:
    """A matter in which the organisation is involved and the records appear."""
    area = partnership_area()
    assert area is not None
    matter = open_matter(kind=MatterKind.CASE, organisation=organisation, area=area, by=BY)
    opened(matter, organisation)
    record_appearance(matter=matter, records=records, by=BY, shielded=shielded)
    return matter


def opened(matter: Matter, organisation: Any, given_for: str = "test", **options: Any) -> None:
    """Involve an organisation in a matter."""
    involve(matter=matter, organisation=organisation, purpose="test", given_for=given_for, by=BY, **options)


def proposed(a: SourceRecord, b: SourceRecord) -> LinkProposal:
    """The open proposal between two records, made by hand where their likeness did not make it."""
    first, second = sorted((a, b), key=lambda record: str(record.pk))
    rules = matching_rules()
    assert rules is not None
    proposal, _ = LinkProposal.objects.get_or_create(
        record_a=first, record_b=second, defaults={"score": 1.0, "reasons": [], "rule_version": rules.label}
    )
    return proposal


def person_of(record: SourceRecord) -> Any:
    """Whose record it is now."""
    return SourceRecord.objects.values_list("person_id", flat=True).get(pk=record.pk)
