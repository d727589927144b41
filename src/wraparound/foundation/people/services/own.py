"""An organisation's own record of someone whom it first saw on another organisation's."""

from __future__ import annotations

from django.db import transaction

from wraparound.foundation.access.decisions import in_open_matters, visible
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.queries import organisation_of
from wraparound.foundation.people.models import Appearance, Person, SourceRecord
from wraparound.foundation.people.permissions import check_can_record_for
from wraparound.foundation.people.queries.held import held_values
from wraparound.foundation.people.services.appearances import Appears, record_appearances
from wraparound.foundation.people.services.links import link_own_record
from wraparound.foundation.people.services.records import record_person
from wraparound.foundation.people.values import PersonValues
from wraparound.kit.errors import Unknown
from wraparound.kit.ids import new_reference


def own_record_for(*, person: Person, by: Actor) -> SourceRecord:
    """The actor's organisation's own record of a person whose page they have before them; begun where there is
    none.

    Nobody alters another's record, so what an organisation adds goes on its own. A new one takes the name and
    birthday that the actor sees, is linked by the actor's word (which the link reviewer can undo), and appears
    in the matters through which the actor sees the person. Raises Unknown where they can't see the person.
    """
    check_can_record_for(by, by.organisation_id or 0)
    shown = visible(by, SourceRecord.objects.filter(person=person)).order_by("-updated_at", "pk")
    own = shown.filter(organisation_id=by.organisation_id).first()
    if own is not None:
        return own
    seen = shown.first()
    if seen is None:
        raise Unknown
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        own = shown.filter(organisation_id=by.organisation_id).first()
        if own is not None:
            return own
        with lifted("own_record"):
            values = held_values([seen])[seen.pk]
        known = PersonValues(
            family_name=values.family_name, given_names=values.given_names, dob=values.dob, sex=values.sex
        )
        own = record_person(organisation=organisation_of(by), external_ref=new_reference("P"), values=known, by=by)
        appearances = in_open_matters(by, Appearance.objects.filter(record__in=shown.values("pk")))
        record_appearances(appearances=[Appears(a.matter_id, own.pk, a.shielded) for a in list(appearances)], by=by)
        link_own_record(shown=seen, own=own, by=by)
        own.refresh_from_db()
    return own
