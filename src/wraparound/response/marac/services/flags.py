"""Flag and tag: agencies are asked after a hearing, say that their flag is set, and later that it is gone.

What lapses stays on record; a repeat lets the window begin anew (domain rules 3.5).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, get_visible
from wraparound.foundation.access.models import Involvement
from wraparound.foundation.access.services import end_involvement, facing_towards, involve
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import add_months, deadline_for, today
from wraparound.foundation.meetings.models import AgendaItem
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference
from wraparound.kit.events import emit
from wraparound.response.marac.flag_states import FLAG_TRANSITIONS, STANDING, FlagState
from wraparound.response.marac.in_force import criteria_rules, flag_rules, session_rules
from wraparound.response.marac.models import AgencyFlag, Referral
from wraparound.response.marac.organisations import core_organisations
from wraparound.response.marac.params import MaracCriteria, RepeatAnchor
from wraparound.response.marac.services.grounds import basis_of_referral

FOR_FLAG = "flag"
PURPOSE = "MARAC: flag and tag"
FLAGGING = (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD)
BY = system("marac.flags")
_BATCH = 500


def ask_for_flags(*, item: AgendaItem) -> int:
    """A case was heard: each agency of the MARAC flags its own records. Idempotent. Returns how many are asked.

    The agency's representative and lead keep the case open until they have answered, or the rule set's days are over.
    Emits ``marac.flags_asked``.
    """
    with transaction.atomic(), lifted("marac.flags"):
        area = item.matter.area
        heard_at = item.heard_at or timezone.now()
        rule = criteria_rules(area, today(heard_at))
        flags = flag_rules(area, today(heard_at))
        until = _stands_until(item, heard_at, rule.params)
        due_at = deadline_for(area, flags.set_within, heard_at)
        asked = 0
        for organisation in core_organisations(area, session_rules(area, today(heard_at)).params.core_kinds):
            if _ask(item, organisation, until, due_at, rule.label):
                asked += 1
                _open_for_flagging(item, organisation, due_at + timedelta(days=flags.open_days_after_due))
        if asked:
            emit("marac.flags_asked", item=item.pk, matter=item.matter_id)
    return asked


def set_flag(*, flag: AgencyFlag, reference: str, version: int, by: Actor) -> AgencyFlag:
    """The agency says that its records are flagged, and by which reference of its own it finds them again.

    Again with the same reference changes nothing. Raises BadInput without one, ChangedMeanwhile for a stale `version`.
    """
    words = " ".join(reference.split())
    if not words or len(words) > 200:
        raise BadInput("Give your own reference, up to 200 characters: it is how the flag is found again.", "reference")
    with transaction.atomic():
        current = _locked(flag, by)
        if (current.state, current.reference) == (FlagState.SET, words):
            return current
        _move(current, "set", version, by)
        current.reference, current.set_at, current.set_by_id = words, timezone.now(), by.user_id
        current.save()
        log.write(by, "set_flag", current)
        _close_after_flagging(current, by)
    return current


def hold_no_record(*, flag: AgencyFlag, version: int, by: Actor) -> AgencyFlag:
    """The agency holds no record that could be flagged. Again changes nothing."""
    with transaction.atomic():
        current = _locked(flag, by)
        if current.state == FlagState.NO_RECORD:
            return current
        _move(current, "hold_no_record", version, by)
        current.set_at, current.set_by_id = timezone.now(), by.user_id
        current.save()
        log.write(by, "hold_no_record_to_flag", current)
        _close_after_flagging(current, by)
    return current


def remove_flag(*, flag: AgencyFlag, version: int, by: Actor) -> AgencyFlag:
    """The agency says that its lapsed flag is gone from its own system. Again changes nothing; nothing is deleted."""
    with transaction.atomic():
        current = _locked(flag, by)
        if current.state == FlagState.REMOVED:
            return current
        _move(current, "remove", version, by)
        current.removed_at, current.removed_by_id = timezone.now(), by.user_id
        current.save()
        log.write(by, "remove_flag", current)
    return current


def lapse_flags(*, now: datetime | None = None) -> int:
    """Flags whose last day is over lapse: the agency is asked to remove its own. Idempotent. Returns how many."""
    moment = now or timezone.now()
    lapsed = 0
    while batch := _lapse_batch(moment):
        lapsed += batch
    return lapsed


def _lapse_batch(moment: datetime) -> int:
    with transaction.atomic(), lifted("marac.flags"):
        over = AgencyFlag.objects.select_for_update(of=("self",)).filter(
            state__in=STANDING, stands_until__lt=today(moment)
        )
        flags = list(over.order_by("stands_until", "pk")[:_BATCH])
        for flag in flags:
            flag.state = FLAG_TRANSITIONS[(FlagState(flag.state), "lapse")]
            flag.lapsed_at = moment
            flag.version += 1
            flag.save(update_fields=["state", "lapsed_at", "version"])
            log.write(BY, "lapse_flag", flag)
            if flag.state == FlagState.TO_REMOVE:
                emit("marac.flag_lapsed", flag=flag.pk, matter=flag.matter_id)
    return len(flags)


def _stands_until(item: AgendaItem, heard_at: datetime, params: MaracCriteria) -> date:
    """The last day of the window in which further abuse would be a repeat: calendar months, that day included."""
    anchor = today(heard_at)
    if params.repeat_anchor is RepeatAnchor.REFERRAL_DATE:
        last = Referral.objects.filter(matter_id=item.matter_id, received_at__lte=heard_at)
        received = last.aggregate(last=Max("received_at"))["last"]
        anchor = today(received) if received is not None else anchor
    return add_months(anchor, params.repeat_months)


def _ask(item: AgendaItem, organisation: Organisation, until: date, due_at: datetime, rule: str) -> bool:
    """Ask an agency, or let its flag stand for longer. Whether it has to do something now."""
    flag, is_new = AgencyFlag.objects.select_for_update(of=("self",)).get_or_create(
        matter_id=item.matter_id,
        organisation=organisation,
        defaults={
            "item": item,
            "heard_on": _heard_on(item),
            "stands_until": until,
            "due_at": due_at,
            "rule_version": rule,
        },
    )
    if is_new or flag.item_id == item.pk:
        return is_new
    state = FlagState(flag.state)
    following = FLAG_TRANSITIONS.get((state, "renew")) or FLAG_TRANSITIONS.get((state, "reopen")) or state
    has_to_act = following is FlagState.TO_SET and following is not state
    if has_to_act:
        flag.asked_at, flag.due_at = timezone.now(), due_at
    flag.item, flag.heard_on, flag.state, flag.rule_version = item, _heard_on(item), following, rule
    flag.stands_until = max(flag.stands_until, until)
    flag.version += 1
    flag.save()
    log.write(BY, "renew_flag", flag)
    return has_to_act


def _heard_on(item: AgendaItem) -> date:
    return today(item.heard_at or timezone.now())


def _open_for_flagging(item: AgendaItem, organisation: Organisation, ends_at: datetime) -> None:
    involve(
        matter=item.matter,
        organisation=organisation,
        purpose=PURPOSE,
        given_for=FOR_FLAG,
        lawful_basis=basis_of_referral(item.matter),
        roles=FLAGGING,
        facing=facing_towards(organisation),
        ends_at=ends_at,
        by=BY,
    )


def _close_after_flagging(flag: AgencyFlag, by: Actor) -> None:
    """What was open for flagging only closes with the answer."""
    now = timezone.now()
    with lifted("marac.flags"):
        given = Involvement.objects.filter(
            matter_id=flag.matter_id, organisation_id=flag.organisation_id, given_for=FOR_FLAG, ends_at__gt=now
        )
        for involvement in given:
            end_involvement(involvement=involvement, at=now, by=by)


def _locked(flag: AgencyFlag, by: Actor) -> AgencyFlag:
    return get_visible(by, AgencyFlag.objects.select_for_update(of=("self",)), pk=flag.pk)


def _move(flag: AgencyFlag, event: str, version: int, by: Actor) -> None:
    check(by, event, flag)
    following = FLAG_TRANSITIONS[(FlagState(flag.state), event)]
    if flag.version != version:
        raise ChangedMeanwhile([Difference("State", following.label, FlagState(flag.state).label)])
    flag.state = following
    flag.version += 1
