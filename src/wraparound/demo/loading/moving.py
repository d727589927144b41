"""Cases that move between areas: one on its way out and late, one that has arrived, one that came here."""

from __future__ import annotations

from datetime import timedelta

from wraparound.demo.backdating import TimeMap
from wraparound.demo.loading.context import Loading
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.queries import guidance_for_person
from wraparound.kit.events import deliver_pending
from wraparound.response.marac.models import Referral, Transfer
from wraparound.response.marac.presenters.transfers import pack_of
from wraparound.response.marac.services import transfers
from wraparound.response.marac.services.transfers import TransferValues
from wraparound.response.marac.states import ReferralState

_LATE, _ARRIVED = timedelta(days=6), timedelta(days=20)
_WHY = "They hear it on Thursday, and half of the plan is still to be done."
_OUT = ("people", "referral", "risk", "minutes", "plan")


def move_between_areas(loading: Loading) -> int:
    """Two cases that were heard go elsewhere, and one that waits here came from elsewhere. Returns how many."""
    settled = loading.now - _ARRIVED - timedelta(days=15)
    heard = Referral.objects.filter(state=ReferralState.CLOSED, received_at__lt=settled)
    heard = heard.select_related("matter__area", "victim")
    waiting = Referral.objects.filter(state__in=(ReferralState.ACCEPTED, ReferralState.LISTED))
    leaving = list(heard.order_by("-received_at", "pk")[:2])
    coming = waiting.select_related("matter__area", "victim").order_by("received_at", "pk").first()
    coordinator = loading.staff.one("marac_team", Role.MARAC_COORDINATOR)
    idva = loading.staff.one("idva_service", Role.IDVA)
    times, made = TimeMap(), 0
    for referral, area, ago in zip(leaving, ("Larchshire", "Saltmere"), (_LATE, _ARRIVED), strict=False):
        with times.at(loading.now - ago):
            sent = _send(referral, area, coordinator)
        if ago is _ARRIVED:
            with times.at(loading.now - ago + timedelta(days=1)):
                _arrive(sent, coordinator, idva)
        made += 1
    if coming is not None:
        with times.at(max(coming.received_at, loading.now - timedelta(days=1))):
            _came(coming, loading, coordinator)
        made += 1
    while deliver_pending():
        pass
    times.apply()
    late = Transfer.objects.filter(state="sent", direction="out")
    late.update(confirm_by=loading.now - _LATE + timedelta(days=2))
    return made


def _send(referral: Referral, area: str, by: Actor) -> Transfer:
    values = TransferValues(
        other_area=area,
        other_marac=f"{area} MARAC",
        other_contact=f"Co-ordinator, marac@{area.lower()}.invalid",
        move="permanent",
        reason="She has moved to family there and will stay.",
        lawful_basis=referral.lawful_basis,
        contents=_OUT,
        why_contents=_WHY,
    )
    with acting_as(by):
        made = transfers.prepare_transfer(referral=referral, values=values, by=by)
        return transfers.send_transfer(transfer=made, pack=pack_of(by, made), version=made.version, by=by)


def _arrive(sent: Transfer, coordinator: Actor, idva: Actor) -> None:
    with acting_as(coordinator):
        there = transfers.confirm_receipt(
            transfer=sent, received_by="The co-ordinator there, by secure e-mail", version=sent.version, by=coordinator
        )
    with acting_as(idva):
        guidance = guidance_for_person(idva, there.referral.victim.person_id)
        transfers.hand_over(
            transfer=there,
            idva_there="Duty IDVA, by telephone",
            note=f"Spoke at length; she knows who will ring. {guidance.sentence}",
            version=there.version,
            by=idva,
        )


def _came(referral: Referral, loading: Loading, by: Actor) -> None:
    values = TransferValues(
        other_area="Saltmere",
        other_marac="Saltmere MARAC",
        move="temporary",
        reason="She stays with a friend here until the hearing.",
        lawful_basis=referral.lawful_basis,
        contents=("referral", "minutes"),
        heard_there_on=(loading.now - timedelta(days=70)).date(),
    )
    with acting_as(by):
        transfers.record_transfer_in(referral=referral, values=values, by=by)
