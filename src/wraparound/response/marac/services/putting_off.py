"""Putting a case off: a person, a reason, what keeps people safe meanwhile, and the next session.

Within the rule set's limits the co-ordinator or the chair decides at once. Past them it waits for the chair, and the
case stays where it is until the chair agrees.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, get_visible
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.meetings.states import ITEM_STANDS, ItemState
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, NotNow
from wraparound.kit.events import emit
from wraparound.response.marac.in_force import deferral_rules
from wraparound.response.marac.models import Deferral, DeferralKind
from wraparound.response.marac.permissions.sessions import check_can_put_off
from wraparound.response.marac.rules.deferrals import past_limits
from wraparound.response.marac.services.listing import involve_agencies
from wraparound.response.marac.states import DEFERRAL_TRANSITIONS, DeferralState

_EVENTS = {DeferralKind.DEFERRED: "defer", DeferralKind.ADJOURNED: "adjourn"}


def put_off(*, item: AgendaItem, to: Session, kind: str, reason: str, interim_safety: str, by: Actor) -> Deferral:
    """Defer a listed case, or adjourn it in its session, to a later one.

    Past the limits of `marac.deferrals` the answer waits for the chair, unless the chair asks. The same again is the
    first. Raises BadInput without a reason, interim safety or a later session; NotNow where the case isn't listed.
    Emits ``marac.put_off`` or ``marac.deferral_asked``.
    """
    words = {
        "reason": _said(reason, "reason", 500, "Say why it can’t be heard then."),
        "interim_safety": _said(
            interim_safety, "interim_safety", 4000, "Say what is done for their safety until it is heard."
        ),
    }
    with transaction.atomic():
        rows = AgendaItem.objects.select_for_update(of=("self",)).select_related("session__panel", "matter__area")
        current = get_visible(by, rows, pk=item.pk)
        check_can_put_off(by)
        held = Deferral.objects.filter(item=current).order_by("-asked_at").first()
        if held is not None and (held.to_session_id, held.kind, held.reason) == (to.pk, kind, words["reason"]):
            return held
        if held is not None and held.state == DeferralState.ASKED:
            raise NotNow("Putting it off was asked for already, and waits for the chair.")
        if current.state != ItemState.LISTED:
            raise NotNow(ITEM_STANDS[ItemState(current.state)])
        if to.pk == current.session_id or to.starts_at <= current.session.starts_at:
            raise BadInput("Choose a later session.", "to_session")
        deferral = _written(current, to, kind, words, by)
        if deferral.state == DeferralState.AGREED:
            _move(deferral, current, by)
        else:
            log.write(by, "ask_deferral", deferral)
            emit("marac.deferral_asked", deferral=deferral.pk, matter=deferral.matter_id)
    return deferral


def decide_deferral(*, deferral: Deferral, agree: bool, note: str, by: Actor) -> Deferral:
    """The chair agrees, and the case moves; or refuses, and it is heard as listed. The same again changes nothing.

    Raises BadInput for a refusal without a word. Emits ``marac.put_off`` or ``marac.deferral_refused``.
    """
    words = note.strip()[:500]
    if not agree and not words:
        raise BadInput("Say why it is heard as listed, for whoever asked.", "note")
    wanted = DEFERRAL_TRANSITIONS[(DeferralState.ASKED, "agree" if agree else "refuse")]
    with transaction.atomic():
        rows = Deferral.objects.select_for_update(of=("self",)).select_related("item__matter__area", "to_session")
        current = get_visible(by, rows, pk=deferral.pk)
        if current.state == wanted:
            return current
        check(by, "decide", current)
        current.state, current.decision_note = wanted, words
        current.decided_by_id, current.decided_at = by.user_id, timezone.now()
        current.save(update_fields=["state", "decision_note", "decided_by", "decided_at"])
        if agree:
            _move(current, current.item, by)
        else:
            log.write(by, "refuse_deferral", current)
            emit("marac.deferral_refused", deferral=current.pk, matter=current.matter_id)
    return current


def adjourn_session(*, session: Session, to: Session, reason: str, interim_safety: str, by: Actor) -> Session:
    """Adjourn a session: whatever wasn't heard goes to a later one, with one reason and one word on safety meanwhile.

    `reason` names nobody: it stands on the session's page. Cases that the actor may not know of go with it. Again
    changes nothing. Raises BadInput without a reason, interim safety or a later session.
    """
    safety = _said(interim_safety, "interim_safety", 4000, "Say what is done for their safety until they are heard.")
    with transaction.atomic():
        current = get_visible(by, Session.objects.select_for_update(of=("self",)), pk=session.pk)
        check_can_put_off(by)
        if to.pk == current.pk or to.starts_at <= current.starts_at:
            raise BadInput("Choose a later session.", "to_session")
        adjourned = meetings.adjourn_session(session=current, because=reason, to=to, by=by)
        words = {"reason": adjourned.adjourned_because, "interim_safety": safety}
        with lifted("marac.adjourn"):
            for item in _unheard(adjourned):
                _settle(item, "The whole session was adjourned.", by)
                deferral = _written(item, to, DeferralKind.ADJOURNED, words, by, at_once=True)
                _move(deferral, item, by, as_system=True)
    return adjourned


def _unheard(session: Session) -> Iterable[AgendaItem]:
    rows = AgendaItem.objects.select_for_update(of=("self",)).filter(session=session, state=ItemState.LISTED)
    return list(rows.select_related("session__panel", "matter__area").order_by("position", "listed_at", "pk"))


def settle_deferrals(*, item: AgendaItem) -> int:
    """A case was heard or left its agenda while its deferral waited for the chair: nothing waits any more. Idempotent.

    Returns how many were settled.
    """
    if item.state == ItemState.LISTED:
        return 0
    by = system("marac.deferrals")
    with transaction.atomic(), lifted("marac.deferrals"):
        return _settle(item, f"Answered by what happened meanwhile: {ItemState(item.state).label.lower()}.", by)


def _settle(item: AgendaItem, note: str, by: Actor) -> int:
    rows = list(Deferral.objects.select_for_update(of=("self",)).filter(item=item, state=DeferralState.ASKED))
    for asked in rows:
        asked.state, asked.decision_note = DEFERRAL_TRANSITIONS[(DeferralState.ASKED, "refuse")], note
        asked.decided_by_id, asked.decided_at = by.user_id, timezone.now()
        asked.save(update_fields=["state", "decision_note", "decided_by", "decided_at"])
        log.write(by, "refuse_deferral", asked)
    return len(rows)


def _written(
    item: AgendaItem, to: Session, kind: str, words: dict[str, str], by: Actor, at_once: bool = False
) -> Deferral:
    """The record of it: agreed at once within the limits, by the chair, or where a whole session is adjourned."""
    before = _put_off_before(item)
    rule = deferral_rules(item.matter.area, today())
    first = before[0].from_session if before else item.session
    passed = past_limits(
        rule.params, put_off_before=len(before), first_listed_for=today(first.starts_at), to=today(to.starts_at)
    )
    decided = at_once or not passed or by.role is Role.MARAC_CHAIR
    now = timezone.now()
    return Deferral.objects.create(
        matter_id=item.matter_id,
        item=item,
        from_session=item.session,
        to_session=to,
        kind=kind,
        state=DeferralState.AGREED if decided else DeferralState.ASKED,
        number=len(before) + 1,
        past_limits=" ".join(passed)[:300],
        rule_version=rule.label[:60],
        asked_by_id=by.user_id,
        asked_at=now,
        decided_by_id=by.user_id if decided else None,
        decided_at=now if decided else None,
        **words,
    )


def _put_off_before(item: AgendaItem) -> list[Deferral]:
    """The deferrals on the way to this hearing, the first one first: what came before an earlier hearing is over."""
    with lifted("marac.put_off"):
        rows = Deferral.objects.filter(matter_id=item.matter_id, state=DeferralState.AGREED)
        heard = AgendaItem.objects.filter(matter_id=item.matter_id).aggregate(last=Max("heard_at"))["last"]
        if heard is not None:
            rows = rows.filter(asked_at__gt=heard)
        return list(rows.select_related("from_session").order_by("asked_at", "pk"))


def _move(deferral: Deferral, item: AgendaItem, by: Actor, *, as_system: bool = False) -> None:
    mover = system("marac.adjourn") if as_system else by
    event = _EVENTS[DeferralKind(deferral.kind)]
    following = meetings.move_item(item=item, to=deferral.to_session, event=event, by=mover)
    involve_agencies(item.matter, deferral.to_session, by)
    log.write(by, "put_off", deferral, item=str(item.pk), to=str(following.pk))
    emit("marac.put_off", deferral=deferral.pk, matter=deferral.matter_id)


def _said(text: str, field: str, longest: int, missing: str) -> str:
    words = text.strip()
    if not words:
        raise BadInput(missing, field)
    if len(words) > longest:
        raise BadInput(f"Say it in {longest:,} characters or fewer.", field)
    return words
