"""The steps in a commitment's life. Each is locked, checked, remembered, logged and told in one transaction.

Every one takes the `version` that its author saw. The same step sent again by the same person changes nothing; a
step on a version that someone else changed raises ChangedMeanwhile, with both versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.areas import clocks
from wraparound.foundation.commitments.evidence_files import cleaned
from wraparound.foundation.commitments.models import ChaseKind, Commitment, Told
from wraparound.foundation.commitments.permissions import VERBS
from wraparound.foundation.commitments.redacting import Redactor
from wraparound.foundation.commitments.services.chasing import escalate
from wraparound.foundation.commitments.services.writing import line, locked, remember, tell
from wraparound.foundation.commitments.states import OPEN_STATES, STANDS, State, after, leading_to
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference, NotNow


@dataclass(frozen=True)
class Evidence:
    """With what evidence a commitment was kept: one line of what, when, who and a reference; a file is optional.

    `file` is a PDF, JPEG or PNG of at most 10 MB. `told` is a value of `Told`, or "" where it wasn't asked.
    """

    what: str
    on: date
    who: str
    reference: str = ""
    file: File | None = None
    told: str = ""


def accept(*, commitment: Commitment, version: int, by: Actor) -> Commitment:
    """The agency takes on what was proposed to it; whoever accepts owns it until someone else is named.

    Emits ``commitments.accepted``.
    """
    values: dict[str, object] = {"escalated_at": None}
    if commitment.owner_id is None and by.user_id is not None:
        values["owner_id"] = by.user_id
    return _take("accept", "accepted", commitment, version, by, values=values)


def decline(*, commitment: Commitment, reason: str, version: int, by: Actor) -> Commitment:
    """The agency declines, saying why: the co-ordinator finds another. Emits ``commitments.declined``."""
    reason = line(reason, "reason", "Say why it is declined, so that someone else can be asked.")
    return _take("decline", "declined", commitment, version, by, reason=reason)


def do(*, commitment: Commitment, evidence: Evidence, version: int, by: Actor) -> Commitment:
    """It is done. Raises BadInput without evidence: what was done, on which day (not a future one) and by whom.

    Emits ``commitments.done``.
    """
    values = _checked(evidence)
    with ExitStack() as undo:
        if evidence.file is not None:
            content, ending = cleaned(evidence.file)
            name = commitment.evidence_file.storage.save(
                commitment._meta.get_field("evidence_file").generate_filename(commitment, f"evidence{ending}"),
                ContentFile(content),
            )
            undo.callback(commitment.evidence_file.storage.delete, name)
            values["evidence_file"] = name
        done = _take("do", "done", commitment, version, by, values=values)
        if done.evidence_file.name == values.get("evidence_file"):
            undo.pop_all()  # it is the commitment's now; of a form sent twice the second file goes
    return done


def claim_not_possible(*, commitment: Commitment, reason: str, version: int, by: Actor) -> Commitment:
    """The agency says that circumstances changed; a co-ordinator confirms it or doesn't.

    Emits ``commitments.claimed_not_possible``.
    """
    reason = line(reason, "reason", "Say what changed, so that the co-ordinator can decide.")
    return _take(
        "claim_not_possible",
        "claimed_not_possible",
        commitment,
        version,
        by,
        reason=reason,
        values={"claimed_by_id": by.user_id},
    )


def confirm_not_possible(*, commitment: Commitment, version: int, by: Actor) -> Commitment:
    """A co-ordinator confirms that circumstances changed. Emits ``commitments.not_possible``."""
    return _take("confirm_not_possible", "not_possible", commitment, version, by)


def refuse_not_possible(*, commitment: Commitment, reason: str, version: int, by: Actor) -> Commitment:
    """A co-ordinator doesn't agree that it can't be done any more: it stands. Emits ``commitments.claim_refused``."""
    reason = line(reason, "reason", "Say why it is still to be done.")
    values = {"reason": "", "claimed_by_id": None}
    return _take("refuse_not_possible", "claim_refused", commitment, version, by, note=reason, values=values)


def set_not_done(*, commitment: Commitment, reason: str, version: int, by: Actor) -> Commitment:
    """It was not done, and why. The agency's lead is told at once.

    Emits ``commitments.not_done`` and ``commitments.escalated``.
    """
    reason = line(reason, "reason", "Say why it was not done.")
    with transaction.atomic():
        before = locked(commitment, by).version
        ended = _take("set_not_done", "not_done", commitment, version, by, reason=reason)
        if ended.version != before:
            escalate(ended, ChaseKind.NOT_DONE, clocks.today(), by)
    return ended


def _take(
    event: str,
    told: str,
    commitment: Commitment,
    version: int,
    by: Actor,
    *,
    reason: str = "",
    note: str = "",
    values: Mapping[str, object] | None = None,
) -> Commitment:
    """Take one step of the table of states."""
    values = dict(values or {})
    if reason:
        values["reason"] = reason
    with transaction.atomic():
        current = locked(commitment, by)
        VERBS[event](by, current)
        if _was_taken(event, current, version, by, values):
            return current
        if current.version != version:
            raise ChangedMeanwhile(_differences(event, current, values, note, by))
        before = State(current.state)
        next_state = after(before, event)
        if next_state is None:
            raise NotNow(STANDS[before])
        for name, value in values.items():
            setattr(current, name, value)
        current.state = next_state
        current.version += 1
        if next_state not in OPEN_STATES:
            current.closed_at = timezone.now()
        current.save()
        remember(current, event, before, by, note or reason)
        log.write(by, f"commitment_{event}", current, version=current.version)
        tell(told, current, by)
    return current


def _was_taken(event: str, current: Commitment, version: int, by: Actor, values: Mapping[str, object]) -> bool:
    """Whether this very step was taken by this very person on this version: the form was sent twice."""
    if current.version != version + 1 or State(current.state) is not leading_to(event):
        return False
    last = current.changes.filter(event=event).order_by("-pk").first()
    same_person = last is not None and last.by_id == by.user_id
    kept = {name: value for name, value in values.items() if name not in ("evidence_file", "owner_id")}
    return same_person and all(getattr(current, name) == value for name, value in kept.items())


_LABELS = {
    "reason": "Reason",
    "evidence_what": "What was done",
    "evidence_on": "When it was done",
    "evidence_who": "Who did it",
    "evidence_reference": "Reference",
}


def _differences(
    event: str, current: Commitment, values: Mapping[str, object], note: str, by: Actor
) -> list[Difference]:
    """Both versions: one's own as written, the other without the addresses that are protected from the reader."""
    redactor = Redactor(by, {current.matter_id})
    found = [Difference("State", leading_to(event).label, State(current.state).label)]
    for name, label in _LABELS.items():
        mine = note if name == "reason" and note else values.get(name) or ""
        theirs = getattr(current, name) or ""
        if mine or theirs:
            found.append(Difference(label, str(mine), redactor.text(current.matter_id, str(theirs))))
    return found


def _checked(evidence: Evidence) -> dict[str, object]:
    if evidence.on > clocks.today():
        raise BadInput("The day on which it was done can't lie in the future.", "on")
    if len(evidence.reference) > 100:
        raise BadInput("The reference must be 100 characters or fewer.", "reference")
    if evidence.told and evidence.told not in Told.values:
        raise BadInput("Choose one of the answers on this page.", "told")
    who = line(evidence.who, "who", "Say who did it.")
    if len(who) > 200:
        raise BadInput("Say who did it in 200 characters or fewer.", "who")
    return {
        "evidence_what": line(evidence.what, "what", "Say what was done: nothing is closed without evidence."),
        "evidence_on": evidence.on,
        "evidence_who": who,
        "evidence_reference": evidence.reference.strip(),
        "survivor_told": evidence.told,
    }
