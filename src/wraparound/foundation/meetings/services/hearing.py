"""One case at a session: what agencies share about it, the chair's summary of the risk, that it was heard."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.commitments.redacting import Redactor
from wraparound.foundation.meetings.models import AgendaItem, SharedInformation
from wraparound.foundation.meetings.permissions import check_can_run, check_can_share
from wraparound.foundation.meetings.rules import ASYNCHRONOUS
from wraparound.foundation.meetings.services.locking import check_may_be_written, clean, locked_item, step_item
from wraparound.foundation.meetings.states import SESSION_STANDS, ItemState, SessionState
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference, NotNow
from wraparound.kit.events import emit


def save_risk_summary(*, item: AgendaItem, risk_summary: str, version: int, by: Actor) -> AgendaItem:
    """Keep the chair's summary of the risk as far as it is written; the answer's `version` is the next to send.

    Raises ChangedMeanwhile, with both texts, where someone else wrote since `version`; NotNow for a closed session.
    """
    with transaction.atomic():
        current = locked_item(item, by)
        check_can_run(by)
        if not waits_for_summary(current):
            check_may_be_written(current)
        text = _summary(current, risk_summary, by)
        if current.risk_summary == text:
            return current
        _check_version(current, version, text, by)
        current.risk_summary = text
        current.version += 1
        current.save(update_fields=["risk_summary", "version"])
        log.write(by, "save_risk_summary", current, version=current.version)
    return current


def hear_item(*, item: AgendaItem, risk_summary: str, version: int, by: Actor) -> AgendaItem:
    """The matter was heard, with this summary of its risk. Again changes nothing.

    Raises BadInput without a summary, NotNow unless its session is open, ChangedMeanwhile for a stale `version`.
    Emits ``meetings.item_heard``.
    """
    with transaction.atomic():
        current = locked_item(item, by)
        check_can_run(by)
        text = _summary(current, risk_summary, by)
        if not text:
            raise BadInput("Sum up the risk before the next case: it is what agencies act on.", "risk_summary")
        if current.state == ItemState.HEARD and current.risk_summary == text:
            return current
        if current.session.mode == ASYNCHRONOUS:
            raise NotNow("Nobody meets in this session: its cases are heard when it closes, and summed up then.")
        if current.session.state != SessionState.OPEN:
            raise NotNow(SESSION_STANDS[SessionState(current.session.state)])
        if current.risk_summary != text:
            _check_version(current, version, text, by)
        step_item(current, "hear")
        current.risk_summary = text
        current.heard_at = current.summed_up_at = timezone.now()
        current.save(update_fields=["state", "risk_summary", "heard_at", "summed_up_at", "version"])
        log.write(by, "hear_item", current, version=current.version)
        emit("meetings.item_heard", item=current.pk, matter=current.matter_id, session=current.session_id)
    return current


def sum_up(*, item: AgendaItem, risk_summary: str, version: int, by: Actor) -> AgendaItem:
    """Sum up a case of a session without a meeting, after it closed. The same again changes nothing.

    Raises BadInput without a summary, NotNow before it closed or once it is summed up, ChangedMeanwhile.
    Emits ``meetings.item_summed_up``.
    """
    with transaction.atomic():
        current = locked_item(item, by)
        check_can_run(by)
        text = _summary(current, risk_summary, by)
        if not text:
            raise BadInput("Sum up the risk: it is what agencies act on.", "risk_summary")
        if current.summed_up_at is not None and current.risk_summary == text:
            return current
        if not waits_for_summary(current):
            raise NotNow("This case doesn’t wait to be summed up: it is done when its session has closed, once.")
        if current.risk_summary != text:
            _check_version(current, version, text, by)
        current.risk_summary, current.summed_up_at = text, timezone.now()
        current.version += 1
        current.save(update_fields=["risk_summary", "summed_up_at", "version"])
        log.write(by, "sum_up", current, version=current.version)
        emit("meetings.item_summed_up", item=current.pk, matter=current.matter_id, session=current.session_id)
    return current


def waits_for_summary(item: AgendaItem) -> bool:
    """Whether a case was heard by a closing date and the chair has yet to sum it up."""
    is_closed = item.session.mode == ASYNCHRONOUS and item.session.state == SessionState.CLOSED
    return is_closed and item.state == ItemState.HEARD and item.summed_up_at is None


def share_information(
    *,
    item: AgendaItem,
    text: str,
    is_opinion: bool,
    never_to_perpetrator: bool,
    by: Actor,
    organisation: Organisation | None = None,
) -> SharedInformation:
    """What an agency shares about a matter: fact or opinion, and whether it must never reach the perpetrator.

    It is the actor's own organisation's unless chair or co-ordinator note another's. The same text of the same
    agency again is the first one. Raises NotNow once the session is closed.
    """
    with transaction.atomic():
        current = locked_item(item, by)
        sharing = organisation or Organisation.objects.get(pk=by.organisation_id)
        check_can_share(by, sharing)
        check_may_be_written(current)
        words = clean(text, "text")
        if not words:
            raise BadInput("Write what is shared, or leave it out.", "text")
        same = current.shared.filter(
            organisation=sharing, text=words, is_opinion=is_opinion, never_to_perpetrator=never_to_perpetrator
        ).first()
        if same is not None:
            return same
        shared = SharedInformation.objects.create(
            item=current,
            matter_id=current.matter_id,
            organisation=sharing,
            text=words,
            is_opinion=is_opinion,
            never_to_perpetrator=never_to_perpetrator,
            by_id=by.user_id,
        )
        log.write(by, "share_information", shared, item=str(current.pk))
        emit("meetings.information_shared", shared=shared.pk, item=current.pk, matter=current.matter_id)
    return shared


def _check_version(item: AgendaItem, version: int, text: str, by: Actor) -> None:
    if item.version != version:
        theirs = Redactor(by, {item.matter_id}).text(item.matter_id, item.risk_summary)
        raise ChangedMeanwhile([Difference("Risk summary", text, theirs)])


def _summary(item: AgendaItem, sent: str, by: Actor) -> str:
    """What to keep of a summary that was sent. One that came back as it was shown, with a protected address taken out,
    stays as it is held: saving must not lose it.
    """
    text = clean(sent, "risk_summary")
    if item.risk_summary and text == Redactor(by, {item.matter_id}).text(item.matter_id, item.risk_summary):
        return item.risk_summary
    return text
