"""What the MARAC does when something happened here or elsewhere. Idempotent; notices name nobody."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.urls import reverse

from wraparound.foundation.access.models import Exclusion
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.notices.services import tell
from wraparound.foundation.partners.models import User
from wraparound.foundation.partners.queries import holders_of
from wraparound.foundation.partners.roles import Role
from wraparound.kit.events import handles
from wraparound.kit.models import Event
from wraparound.response.marac import services
from wraparound.response.marac.facts import person_ids_of
from wraparound.response.marac.models import Referral, Screening, Telling
from wraparound.response.marac.organisations import chairing_organisations, coordinators, idva_services


@handles("cases.incidents_imported")
def look_at_what_arrived(event: Event) -> None:
    """Incidents arrived: their matters are looked at, so many at a time."""
    services.look_at_run(run_id=uuid.UUID(event.payload["run"]))


@handles("marac.incidents_arrived")
def compute_the_criteria(event: Event) -> None:
    """The criteria may ask the agency that holds the incidents. Nobody is referred by it."""
    services.raise_prompts(matter_ids=[uuid.UUID(pk) for pk in event.payload["matters"].split(",")])


@handles("risk.assessment_signed")
def compute_the_criteria_anew(event: Event) -> None:
    """A signed Dash or DARA may change what a waiting referral's criteria say."""
    services.recompute_for_matters(matter_ids=[uuid.UUID(event.payload["matter"])])


@handles("people.linked")
def look_at_linked_people(event: Event) -> None:
    """Two records became one person: waiting referrals are looked at anew."""
    services.persons_were_linked(person_id=uuid.UUID(event.payload["person"]))


@handles("people.split")
def look_at_split_people(event: Event) -> None:
    """A link was undone: the MARAC sees no more than its referrals bring it."""
    records = [uuid.UUID(event.payload[name]) for name in ("record_a", "record_b")]
    services.persons_were_split(person_ids=set(person_ids_of(records)))


@handles("marac.referral_received")
def tell_idvas_and_coordinators(event: Event) -> None:
    """On receipt, before screening: the IDVA team. Never a worker who is excluded (`notices` leaves them out)."""
    referral = _referral(event)
    area = referral.matter.area
    idvas = [user for service in idva_services(area) for user in holders_of(Role.IDVA, service)]
    _tell(idvas, "A referral to MARAC has come in. See how to reach the victim-survivor safely.", referral, Role.IDVA)
    _tell(coordinators(area), "A referral to MARAC waits to be screened.", referral, Role.MARAC_COORDINATOR)


@handles("marac.screened")
def tell_the_referrer(event: Event) -> None:
    """The referrer is told what became of the referral and, where it isn't listed, how to challenge that."""
    referral = _referral(event)
    screening = Screening.objects.get(pk=event.payload["screening"])
    if screening.outcome == "accept":
        text = "Your referral to MARAC was accepted. It will be listed on a session."
    else:
        text = "Your referral to MARAC was not listed. See why, and how to challenge it."
    _tell([referral.referrer], text, referral, None, suffix=str(screening.pk))


@handles("marac.challenged")
def tell_who_looks_again(event: Event) -> None:
    """A challenge goes to the co-ordinators and to the chairs."""
    referral = _referral(event)
    area = referral.matter.area
    chairs = [u for organisation in chairing_organisations(area) for u in holders_of(Role.MARAC_CHAIR, organisation)]
    text = "A referrer challenges the outcome of a screening. Someone who did not decide before looks at it."
    suffix = f"challenge:{referral.challenges.count()}"
    _tell([*coordinators(area), *chairs], text, referral, None, suffix=suffix)


@handles("marac.listed")
def tell_of_the_listing(event: Event) -> None:
    """The referrer and the IDVAs learn when it will be heard."""
    referral = _referral(event)
    idvas = [user for service in idva_services(referral.matter.area) for user in holders_of(Role.IDVA, service)]
    text = "A referral to MARAC was listed on a session."
    _tell([referral.referrer, *idvas], text, referral, None, suffix=f"listed:{event.payload['item']}")


@handles("marac.referral_linked")
def tell_of_the_link(event: Event) -> None:
    """The co-ordinators learn that someone is known elsewhere too; the criteria were computed anew."""
    referral = _referral(event)
    text = "Someone in a MARAC referral appears in another case too. The criteria were computed again."
    suffix = f"linked:{event.payload['person']}:{referral.version}"
    _tell(coordinators(referral.matter.area), text, referral, Role.MARAC_COORDINATOR, suffix=suffix)


@handles("meetings.item_heard")
def begin_the_telling(event: Event) -> None:
    """A case was heard: the victim-survivor is to be told."""
    services.begin_telling(item=AgendaItem.objects.get(pk=event.payload["item"]))


@handles("meetings.session_closed")
def list_again_what_was_not_heard(event: Event) -> None:
    """What a session left unheard waits to be listed again."""
    services.put_back_unheard(session=Session.objects.get(pk=event.payload["session"]))


@handles("marac.telling_began")
def tell_the_idva_team(event: Event) -> None:
    """The IDVA service has someone to tell."""
    _tell_team(event, "A victim-survivor is to be told what was agreed.")


@handles("marac.telling_given_back")
def tell_the_idva_team_again(event: Event) -> None:
    """A colleague can't go on with it."""
    _tell_team(event, "Telling a victim-survivor has come back to the team.")


@handles("access.excluded")
def reassign_the_work(event: Event) -> None:
    """ "I know someone here": what waited for the excluded worker goes back to the team, and nothing is lost."""
    exclusion = Exclusion.objects.get(pk=event.payload["exclusion"])
    if exclusion.user_id is not None:
        for matter_id in _matters_closed_with(exclusion):
            services.give_back(user_id=exclusion.user_id, matter_id=matter_id)


def _matters_closed_with(exclusion: Exclusion) -> list[uuid.UUID]:
    """Its own matter, and those to which it was carried."""
    rows = Exclusion.objects.filter(user_id=exclusion.user_id, lifted_at__isnull=True)
    return list(rows.values_list("matter_id", flat=True))


def _referral(event: Event) -> Referral:
    return Referral.objects.select_related("matter__area", "referrer").get(pk=event.payload["referral"])


def _tell(users: Iterable[User], text: str, referral: Referral, role: Role | None, suffix: str = "received") -> None:
    tell(
        users,
        "marac",
        text,
        key=f"marac:{referral.pk}:{suffix}",
        link=reverse("marac:referral", args=[referral.pk]),
        matter=referral.matter,
        role=role,
    )


def _tell_team(event: Event, text: str) -> None:
    telling = Telling.objects.select_related("matter", "organisation").get(pk=event.payload["telling"])
    tell(
        holders_of(Role.IDVA, telling.organisation),
        "marac",
        text,
        key=f"marac:{telling.pk}:{event.name}:{telling.version}",
        link=reverse("marac:telling", args=[telling.pk]),
        matter=telling.matter,
        role=Role.IDVA,
    )
