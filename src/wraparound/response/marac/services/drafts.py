"""Writing a referral: begun once, saved step by step, resumed whenever; in nobody's queue until it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, check_open
from wraparound.foundation.access.models import Matter
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference, NotNow, Unknown
from wraparound.kit.ids import new_id
from wraparound.response.marac.models import CriteriaPrompt, ReferralDraft
from wraparound.response.marac.permissions import check_can_refer
from wraparound.response.marac.steps import BY_KEY

Values = Mapping[str, Any]  # as typed: field name (or name-day ...) to text, or to a list of texts


def start_draft(
    *,
    by: Actor,
    matter: Matter | None = None,
    prompt: CriteriaPrompt | None = None,
    answers: Mapping[str, Any] | None = None,
) -> ReferralDraft:
    """A new draft, or the one that this author has begun on the same matter already.

    `answers` fills it from what is held: {step: {"values": ...} or {"rows": [...]}}. Raises Refused for a role that
    doesn't work with people, Unknown for a matter that isn't open to the author.
    """
    check_can_refer(by)
    if prompt is not None:
        check(by, "answer", prompt)
        matter = prompt.matter
    if matter is not None:
        check_open(by, matter.pk)
    with transaction.atomic():
        begun = ReferralDraft.objects.filter(
            author_id=by.user_id, organisation_id=by.organisation_id, matter=matter, submitted_at__isnull=True
        )
        draft = begun.first() if matter is not None else None
        if draft is None:
            assert by.user_id is not None  # a role was checked above
            assert by.organisation_id is not None
            draft = ReferralDraft.objects.create(
                author_id=by.user_id,
                organisation_id=by.organisation_id,
                matter=matter,
                prompt=prompt,
                answers=dict(answers or {}),
            )
            log.write(by, "start_referral", draft)
    return draft


def save_step(
    *, draft: ReferralDraft, step: str, values: Values, version: int, by: Actor, window: str = ""
) -> ReferralDraft:
    """Keep the answers of one step as they were typed. `version` is the step's, as the page showed it.

    `window` names the page that writes: what it saved by itself a moment ago is no one else's change. Raises
    ChangedMeanwhile when the step was saved from elsewhere since, NotNow when the referral was sent.
    """
    values = _as_typed(values)
    with transaction.atomic():
        current = _for_writing(draft, step, by)
        held = current.answers.get(step, {})
        now_at = _check_version(held, dict(values), version, window)
        clears = BY_KEY[step].is_list and values.get("any") in ("no", "not_known")
        if held.get("values") == dict(values) and not (clears and held.get("rows")):
            return _save_window(current, held, window)
        current.answers[step] = {**held, "values": dict(values), "version": now_at + 1, "window": window}
        if clears:
            current.answers[step]["rows"] = []  # there are none: who was typed in before is a stale answer
        return _save(current)


def save_row(
    *, draft: ReferralDraft, step: str, row: str, values: Values, version: int, by: Actor, window: str = ""
) -> tuple[ReferralDraft, str]:
    """Keep one person of a list of people; `row` "" adds one. Returns the draft and the row's id."""
    values = _as_typed(values)
    with transaction.atomic():
        current = _for_writing(draft, step, by)
        if not BY_KEY[step].is_list:
            raise Unknown
        rows = list(current.answers.get(step, {}).get("rows", []))
        if not row:
            row = str(new_id())
            rows.append({"id": row, "values": dict(values), "version": 1, "window": window})
        else:
            held = next((entry for entry in rows if entry["id"] == row), None)
            if held is None:
                raise Unknown
            now_at = _check_version(held, dict(values), version, window)
            if held.get("values") == dict(values):
                return _save_window(current, held, window), row
            held.update(values=dict(values), version=now_at + 1, window=window)
        current.answers[step] = {**current.answers.get(step, {}), "rows": rows}
        if step == "children":
            current.answers[step]["values"] = {"any": "yes"}  # whoever adds a child has said that there is one
        return _save(current), row


def remove_row(*, draft: ReferralDraft, step: str, row: str, by: Actor) -> ReferralDraft:
    """Take one person off a list of people. Removing it again changes nothing."""
    with transaction.atomic():
        current = _for_writing(draft, step, by)
        held = current.answers.get(step, {})
        rows = [entry for entry in held.get("rows", []) if entry["id"] != row]
        if len(rows) == len(held.get("rows", [])):
            return current
        current.answers[step] = {**held, "rows": rows}
        return _save(current)


def discard_draft(*, draft: ReferralDraft, by: Actor) -> None:
    """Delete a draft that was not sent. Raises NotNow for one that was."""
    with transaction.atomic():
        current = _for_writing(draft, "victim", by)
        log.write(by, "discard_referral_draft", current)
        current.delete()


def step_version(draft: ReferralDraft, step: str, row: str = "") -> int:
    """The version of a step, or of one person in it: what `save_step` is given back."""
    held = draft.answers.get(step, {})
    if row:
        held = next((entry for entry in held.get("rows", []) if entry["id"] == row), {})
    return int(held.get("version", 0))


def _as_typed(values: Values) -> Values:
    """What was typed, but for what no database can keep: NUL, and halves of characters."""
    return {
        name: [_kept(one) for one in value] if isinstance(value, list) else _kept(value)
        for name, value in values.items()
    }


def _kept(value: Any) -> Any:
    return value.replace("\0", "").encode("utf-8", "ignore").decode() if isinstance(value, str) else value


def _for_writing(draft: ReferralDraft, step: str, by: Actor) -> ReferralDraft:
    if step not in BY_KEY:
        raise Unknown
    check(by, "write", draft)
    current = ReferralDraft.objects.select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if current is None:  # deleted in another window while this one waited for its turn
        raise Unknown
    if current.submitted_at is not None:
        raise NotNow("This referral has been sent. What was given can't be changed; the referral's page shows it.")
    return current


def _save_window(draft: ReferralDraft, held: dict[str, Any], window: str) -> ReferralDraft:
    """The same words again change nothing but which page may go on from them. `held` is the draft's own."""
    if held.get("window", "") != window:
        held["window"] = window
        draft.save(update_fields=["answers"])
    return draft


def _save(draft: ReferralDraft) -> ReferralDraft:
    draft.version += 1
    draft.updated_at = timezone.now()
    draft.save(update_fields=["answers", "version", "updated_at"])
    return draft


def _check_version(held: Mapping[str, Any], mine: Mapping[str, Any], version: int, window: str) -> int:
    """The version that is held now, if this page may write on it.

    Two windows on one step: neither writes over the other. The same words twice are no difference.
    """
    if version < 0:
        raise BadInput("This page's form is not complete. Open the step again from the list.")
    theirs, now_at = held.get("values", {}), int(held.get("version", 0))
    if now_at == version or theirs == mine or (window and held.get("window") == window):
        return now_at
    names = sorted(set(mine) | set(theirs))
    raise ChangedMeanwhile(
        [
            Difference(_label(name), _text(mine.get(name)), _text(theirs.get(name)))
            for name in names
            if _text(mine.get(name)) != _text(theirs.get(name))
        ]
    )


def _label(name: str) -> str:
    return name.replace("_", " ").replace("-", ", ").capitalize()


def _text(value: object) -> str:
    return ", ".join(str(part) for part in value) if isinstance(value, list) else str(value or "")
