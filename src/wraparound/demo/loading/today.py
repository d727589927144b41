"""What has been done on the last day itself: now, by real actors, through the services, and not moved anywhere."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from wraparound.demo.city.stories import Journey
from wraparound.demo.loading import work
from wraparound.demo.loading.context import Loading
from wraparound.foundation.areas import clocks
from wraparound.foundation.commitments import services as commitments
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.services import Evidence
from wraparound.foundation.commitments.states import State
from wraparound.foundation.partners.actors import Actor, actor_for
from wraparound.foundation.partners.models import Membership
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people import queries as people
from wraparound.foundation.people import services as people_services
from wraparound.kit.events import deliver_pending
from wraparound.response.cases import services as cases
from wraparound.response.cases.queries import case_of_matter
from wraparound.response.marac import services as marac
from wraparound.response.marac.models import Referral, Telling
from wraparound.response.marac.states import TellingState


def live_the_last_day(loading: Loading, present: list[Journey]) -> None:
    """A few acts of each kind, so that the day has begun; then what is due by the clock."""
    _keep_commitments(loading)
    _tell_survivors(loading)
    _know_someone(loading, present)
    _leave_work_half_done(loading, present)
    _look_in_an_emergency(loading, present)
    while deliver_pending():
        pass
    commitments.chase(timezone.now())
    while deliver_pending():
        pass


def _keep_commitments(loading: Loading) -> None:
    """Two are done, one is not done: its lead is told. Those of the personas' own stay for them to do."""
    accepted = Commitment.objects.filter(state=State.ACCEPTED, owner__isnull=False)
    rows = list(accepted.exclude(owner__email__endswith=".demo.invalid").order_by("due_on", "pk")[:3])
    for commitment in rows[:2]:
        evidence = Evidence("Done and checked this morning", clocks.today(), "Duty worker", "Note 4/11")
        commitments.do(commitment=commitment, evidence=evidence, version=commitment.version, by=_owner(commitment))
    coordinator = loading.staff.one("marac_team", Role.MARAC_COORDINATOR)
    for commitment in rows[2:3]:
        reason = "Nobody took it over when the worker fell ill."
        commitments.set_not_done(commitment=commitment, reason=reason, version=commitment.version, by=coordinator)


def _owner(commitment: Commitment) -> Actor:
    memberships = Membership.objects.live().filter(user=commitment.owner, organisation=commitment.organisation)
    return actor_for(memberships.order_by("pk")[0])


def _tell_survivors(loading: Loading) -> None:
    """For one the next attempt is agreed; the others wait."""
    idva = loading.staff.one("idva_service", Role.IDVA)
    waiting = Telling.objects.filter(state=TellingState.WAITING).select_related("referral__victim")
    for telling in waiting.order_by("due_at", "pk"):
        guidance = people.contact_guidance(idva, telling.referral.victim)
        allowed = [advice for advice in guidance.channels if advice.may_use]
        if allowed:
            marac.record_attempt(
                referral=telling.referral,
                rule_id=allowed[0].channel.rule_id,
                outcome="not_safe_now",
                note="Answered, but he was there. Agreed: tomorrow at eleven, when he is at work.",
                next_attempt_at=timezone.now() + timedelta(hours=22),
                telling=telling,
                by=idva,
            )
            return


def _know_someone(loading: Loading, present: list[Journey]) -> None:
    """An IDVA knows someone in a case that is listed, and is out of it; another colleague was shut out of one."""
    listed = [journey for journey in present if journey.stage == "listed" and journey.key in loading.matters]
    if len(listed) < 2:
        return
    first, second = (case_of_matter(loading.matters[journey.key]) for journey in listed[:2])
    colleague = loading.staff.all("idva_service", Role.IDVA)[-1]
    if first is not None:
        cases.exclude_me(case=first, by=colleague)
    other = loading.staff.all("substance_misuse", Role.MARAC_REPRESENTATIVE)
    coordinator = loading.staff.one("marac_team", Role.MARAC_COORDINATOR)
    if second is not None and other:
        user = Membership.objects.get(pk=other[0].membership_id).user
        cases.exclude(case=second, user=user, reason="The perpetrator's cousin, as the police say.", by=coordinator)


def _look_in_an_emergency(loading: Loading, present: list[Journey]) -> None:
    """A health worker had someone frightened before her; housing, whose case it is, finds the look to be reviewed."""
    workers = loading.staff.all("health", Role.PRACTITIONER)
    matters = [loading.matters[journey.key] for journey in present if journey.key in loading.matters]
    referrals = Referral.objects.filter(matter__in=matters, victim__dob__isnull=False).select_related("victim")
    held = referrals.filter(matter__organisation__kind="housing").order_by("received_at", "pk").first()
    if not workers or held is None or held.victim.dob is None:
        return
    people_services.look_in_emergency(
        family_name=held.victim.family_name,
        given_names=held.victim.given_names,
        dob=held.victim.dob,
        reason="She is in A&E with a broken arm, and he waits outside. I must know what he has done before.",
        by=workers[0],
    )


def _leave_work_half_done(loading: Loading, present: list[Journey]) -> None:
    """A Dash that an IDVA has begun, and referrals that were begun and not sent."""
    for journey in present:
        even = int(journey.key[1:]) % len(loading.staff.all("idva_service", Role.IDVA)) == 0
        if journey.stage == "received" and even:
            referral = Referral.objects.get(matter_id=loading.matters[journey.key], state="received")
            work.assess(loading, journey, referral, sign=False)
            break
    work.begin_a_referral(loading, loading.staff.one("police", Role.PRACTITIONER))
    work.begin_a_new_referral(loading.staff.one("housing", Role.PRACTITIONER))
