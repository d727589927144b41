"""A case moves with the victim-survivor: it is prepared, sent, its receipt confirmed, and the IDVAs hand over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, get_visible
from wraparound.foundation.areas.clocks import deadline_for, today
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference, NotNow
from wraparound.kit.events import emit
from wraparound.response.marac.in_force import sharing_rules, transfer_rules
from wraparound.response.marac.models import Direction, Move, Referral, Transfer
from wraparound.response.marac.repeat_states import TRANSFER_TRANSITIONS, TransferState
from wraparound.response.marac.services.linking import recompute
from wraparound.response.marac.states import WAITING

Section = dict[str, object]  # {"title": ..., "rows": [[question, answer], ...]}


@dataclass(frozen=True)
class TransferValues:
    """What a co-ordinator writes of a move: where to or where from, why, and what goes with it."""

    other_area: str
    reason: str
    lawful_basis: str
    contents: tuple[str, ...]
    other_marac: str = ""
    other_contact: str = ""
    move: str = Move.UNKNOWN
    why_contents: str = ""
    heard_there_on: date | None = None


def prepare_transfer(*, referral: Referral, values: TransferValues, by: Actor) -> Transfer:
    """Prepare a case for another area's MARAC. Nothing has left yet. The same again is the first one.

    Raises BadInput without area, reason, lawful basis or contents; NotNow where one is on its way already. Emits
    ``marac.transfer_prepared``.
    """
    return _begin(referral, values, Direction.OUT, by)


def record_transfer_in(*, referral: Referral, values: TransferValues, by: Actor) -> Transfer:
    """Record that a case comes from another area's MARAC: its origin is shown wherever it is heard.

    The criteria are computed anew, since a hearing there may make it a repeat here. Emits ``marac.transfer_announced``.
    """
    return _begin(referral, values, Direction.IN, by)


def send_transfer(*, transfer: Transfer, pack: Sequence[Section], version: int, by: Actor) -> Transfer:
    """Send it. The pack is kept as it went. Sending it again changes nothing.

    Raises ChangedMeanwhile for a stale `version`. Emits ``marac.transfer_sent``.
    """
    with transaction.atomic():
        current = _locked(transfer, by)
        if current.state == TransferState.SENT and current.sent_by_id == by.user_id:
            return current
        check(by, "send", current)
        _check_version(current, version, "Sent")
        now = timezone.now()
        rule = transfer_rules(current.matter.area, today(now))
        current.pack = list(pack)
        current.sent_at, current.sent_by_id = now, by.user_id
        current.confirm_by = deadline_for(current.matter.area, rule.params.confirm_within, now)
        _move(current, "send")
        log.write(by, "send_transfer", current, area=current.other_area, contents=",".join(current.contents))
        emit("marac.transfer_sent", transfer=current.pk, matter=current.matter_id)
    return current


def confirm_receipt(*, transfer: Transfer, received_by: str, version: int, by: Actor) -> Transfer:
    """It has arrived: over there, or here. Confirming it again changes nothing.

    Raises BadInput where nobody is named. Emits ``marac.transfer_received``.
    """
    name = " ".join(received_by.split())[:200]
    if not name:
        raise BadInput("Say who confirmed that it has arrived.", "received_by")
    with transaction.atomic():
        current = _locked(transfer, by)
        if (current.state, current.received_by) == (TransferState.RECEIVED, name):
            return current
        check(by, "confirm_receipt", current)
        _check_version(current, version, "Received")
        current.received_at, current.received_by = timezone.now(), name
        _move(current, "confirm_receipt")
        log.write(by, "confirm_transfer", current)
        emit("marac.transfer_received", transfer=current.pk, matter=current.matter_id)
    return current


def call_off_transfer(*, transfer: Transfer, reason: str, version: int, by: Actor) -> Transfer:
    """It isn't sent after all, and why. Raises BadInput without a reason. Emits ``marac.transfer_called_off``."""
    words = " ".join(reason.split())[:300]
    if not words:
        raise BadInput("Say why it isn't sent.", "reason")
    with transaction.atomic():
        current = _locked(transfer, by)
        if (current.state, current.ended_reason) == (TransferState.CALLED_OFF, words):
            return current
        check(by, "call_off", current)
        _check_version(current, version, "Called off")
        current.ended_reason = words
        _move(current, "call_off")
        log.write(by, "call_off_transfer", current)
        emit("marac.transfer_called_off", transfer=current.pk, matter=current.matter_id)
    return current


def hand_over(*, transfer: Transfer, idva_there: str, note: str, version: int, by: Actor) -> Transfer:
    """The IDVAs have spoken: with whom, and what matters for her safety. Said anew, the last word stands.

    Raises BadInput where nobody is named, Refused for anyone but an IDVA. Emits ``marac.transfer_handed_over``.
    """
    name, words = " ".join(idva_there.split())[:300], note.strip()
    if not name:
        raise BadInput("Say with which IDVA you spoke.", "idva_there")
    if not words:
        raise BadInput("Say what you handed over: the risks now, and how she can be reached safely.", "note")
    with transaction.atomic():
        current = _locked(transfer, by)
        if (current.idva_there, current.handover_note, current.handed_over_by_id) == (name, words, by.user_id):
            return current
        check(by, "hand_over", current)
        _check_version(current, version, "Handed over")
        current.idva_there, current.handover_note = name, words
        current.handed_over_at, current.handed_over_by_id = timezone.now(), by.user_id
        current.version += 1
        current.save()
        log.write(by, "hand_over", current)
        emit("marac.transfer_handed_over", transfer=current.pk, matter=current.matter_id)
    return current


# --- helpers ------------------------------------------------------------------------------------------------


def _begin(referral: Referral, values: TransferValues, direction: Direction, by: Actor) -> Transfer:
    area = referral.matter.area
    rule = transfer_rules(area, today())
    _check(values, direction, set(rule.params.contents), set(sharing_rules(area, today()).params.lawful_bases))
    with transaction.atomic():
        rows = Referral.objects.select_for_update(of=("self",)).select_related("matter__area")
        current = get_visible(by, rows, pk=referral.pk)
        check(by, "transfer", current)
        standing = Transfer.objects.filter(
            matter=current.matter, direction=direction, state__in=(TransferState.PREPARED, TransferState.SENT)
        ).first()
        if standing is not None:
            return _the_same(standing, values)
        made = Transfer.objects.create(
            matter=current.matter,
            referral=current,
            direction=direction,
            state=TransferState.PREPARED if direction == Direction.OUT else TransferState.SENT,
            other_area=values.other_area.strip(),
            other_marac=values.other_marac.strip(),
            other_contact=values.other_contact.strip(),
            move=values.move,
            reason=values.reason.strip(),
            lawful_basis=values.lawful_basis,
            heard_there_on=values.heard_there_on,
            contents=[code for code in rule.params.contents if code in values.contents],
            why_contents=values.why_contents.strip(),
            confirm_by=deadline_for(area, rule.params.confirm_within, timezone.now()),
            made_by_id=by.user_id,
            rule_version=rule.label,
        )
        is_out = direction == Direction.OUT
        log.write(by, "prepare_transfer" if is_out else "record_transfer_in", made, area=made.other_area)
        name = "marac.transfer_prepared" if is_out else "marac.transfer_announced"
        emit(name, transfer=made.pk, matter=made.matter_id)
    if not is_out and current.state in WAITING:
        recompute(referral=current, by=by)
    return made


def _the_same(standing: Transfer, values: TransferValues) -> Transfer:
    if (standing.other_area, standing.reason) == (values.other_area.strip(), values.reason.strip()):
        return standing
    raise NotNow(f"A transfer of this case is on its way already: {standing.other_area}.")


def _check(values: TransferValues, direction: str, contents: Collection[str], bases: Collection[str]) -> None:
    if not values.other_area.strip():
        raise BadInput("Say which area.", "other_area")
    if not values.reason.strip():
        raise BadInput("Say why the case moves.", "reason")
    if values.move not in set(Move.values):
        raise BadInput("Say for how long.", "move")
    if values.heard_there_on is not None and values.heard_there_on > today() + timedelta(days=0):
        raise BadInput("The day on which it was heard there lies in the future.", "heard_there_on")
    if direction == Direction.OUT:
        if values.lawful_basis not in bases:
            raise BadInput("Choose the lawful basis on which it is sent.", "lawful_basis")
        if not set(values.contents) & set(contents):
            raise BadInput("Choose what goes with it: no more than is needed there.", "contents")
        if not values.why_contents.strip():
            raise BadInput("Say why so much is needed there, and not more.", "why_contents")


def _locked(transfer: Transfer, by: Actor) -> Transfer:
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("matter__area")
    return get_visible(by, rows, pk=transfer.pk)


def _move(transfer: Transfer, event: str) -> None:
    transfer.state = TRANSFER_TRANSITIONS[(TransferState(transfer.state), event)]
    transfer.version += 1
    transfer.save()


def _check_version(transfer: Transfer, version: int, decision: str) -> None:
    if transfer.version != version:
        raise ChangedMeanwhile(
            [
                Difference("The transfer", "As it stood when you opened the page", "Changed by a colleague"),
                Difference("Your step", decision, "Not taken yet"),
            ],
            back="",
        )
