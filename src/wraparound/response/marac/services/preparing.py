"""What the victim-survivor told her IDVA for the session; and the systems in which an agency looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check_open, visible
from wraparound.foundation.access.models import Matter
from wraparound.foundation.commitments.redacting import Redactor
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference
from wraparound.kit.events import emit
from wraparound.response.marac.models import AgencySystems, Agreement, IdvaRecord
from wraparound.response.marac.permissions.preparing import check_can_keep_systems, check_can_speak_for_her
from wraparound.response.marac.services.researching import answer_by_record, names_of

LABELS = {
    "wants": "What she wants",
    "fears": "What she fears",
    "safe_contact": "Safe contact",
    "interpreter": "Interpreter",
    "language": "Language",
    "agrees": "Whether she agrees",
    "agrees_note": "What she said of it",
    "not_to_be_said": "What must not be said",
}
_LONG = {"wants": 4_000, "fears": 4_000, "safe_contact": 2_000, "not_to_be_said": 2_000}


@dataclass(frozen=True)
class HerWords:
    """What an IDVA heard. `agrees` is a value of `Agreement`; `interpreter` is yes, no or ""."""

    wants: str = ""
    fears: str = ""
    safe_contact: str = ""
    interpreter: str = ""
    language: str = ""
    agrees: str = Agreement.NOT_ASKED.value
    agrees_note: str = ""
    not_to_be_said: str = ""


def save_idva_record(*, matter: Matter, words: HerWords, version: int, by: Actor) -> IdvaRecord:
    """Keep what she told the IDVA. What stood before stays as it was; the same again changes nothing.

    `version` is that of the record one began from, 0 for the first. Raises BadInput for a text that is too long,
    ChangedMeanwhile for a stale `version`. It answers the session's question to the IDVA service.
    Emits ``marac.idva_record_saved``.
    """
    check_open(by, matter.pk)
    check_can_speak_for_her(by)
    _check(words)
    with transaction.atomic():
        Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
        before = _current(matter, by)
        new = _as_held(words, before, by)
        if before is not None and all(getattr(before, name) == value for name, value in new.items()):
            return before
        held = before.version if before is not None else 0
        if held != version:
            raise ChangedMeanwhile(_differences(new, before, by))
        if before is not None:
            before.superseded_at = timezone.now()
            before.save(update_fields=["superseded_at"])
        record = IdvaRecord.objects.create(
            matter=matter, organisation_id=by.organisation_id, version=held + 1, by_id=by.user_id, **new
        )
        answer_by_record(matter_id=matter.pk, by=by)
        log.write(by, "save_idva_record", record, version=record.version)
        emit("marac.idva_record_saved", record=record.pk, matter=matter.pk)
    return record


def _current(matter: Matter, by: Actor) -> IdvaRecord | None:
    rows = visible(by, IdvaRecord.objects.filter(matter=matter, superseded_at__isnull=True))
    return rows.filter(organisation_id=by.organisation_id).first()


def _check(words: HerWords) -> None:
    if words.agrees not in Agreement.values:
        raise BadInput("Say whether she agrees, or that she was not asked.", "agrees")
    for name, value in asdict(words).items():
        longest = _LONG.get(name, 300)
        if len(value) > longest:
            raise BadInput(f"{LABELS[name]}: say it in {longest:,} characters or fewer.", name)


def _as_held(words: HerWords, before: IdvaRecord | None, by: Actor) -> dict[str, str]:
    """What to keep. A text that came back as it was shown, with a protected address taken out, stays as it is held."""
    new = {name: value.strip() for name, value in asdict(words).items()}
    if before is not None:
        redactor = Redactor(by, {before.matter_id})
        for name, value in new.items():
            held = getattr(before, name)
            if value == redactor.text(before.matter_id, held):
                new[name] = held
    return new


def _differences(new: dict[str, str], before: IdvaRecord | None, by: Actor) -> list[Difference]:
    if before is None:
        return [Difference(LABELS[name], value, "") for name, value in new.items() if value]
    redactor = Redactor(by, {before.matter_id})
    return [
        Difference(LABELS[name], value, redactor.text(before.matter_id, getattr(before, name)))
        for name, value in new.items()
        if value != getattr(before, name)
    ]


def name_systems(*, systems: Iterable[str], by: Actor) -> AgencySystems:
    """Remember in which systems one's agency looks. Raises BadInput without any."""
    check_can_keep_systems(by)
    names = names_of(systems)
    if not names:
        raise BadInput("Name at least one system, one on each line.", "systems")
    with transaction.atomic():
        kept, _ = AgencySystems.objects.update_or_create(
            organisation_id=by.organisation_id,
            defaults={"systems": names, "by_id": by.user_id, "at": timezone.now()},
        )
        log.write(by, "name_systems", kept, organisation=by.organisation_id)
    return kept
