"""What she told her IDVA, as its reader may have it."""

from __future__ import annotations

from dataclasses import dataclass

from wraparound.foundation.commitments.redacting import Redactor
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.jinja import moment
from wraparound.response.marac.models import Agreement, IdvaRecord

TEXTS = ("wants", "fears", "safe_contact", "language", "agrees_note", "not_to_be_said")


@dataclass(frozen=True)
class RecordShown:
    """One version of the record in words."""

    rows: list[tuple[str, str]]
    not_to_be_said: str
    by: str
    version: int


def values_shown(actor: Actor, record: IdvaRecord | None) -> dict[str, str]:
    """The values for the form, without the addresses that are kept from the reader."""
    if record is None:
        return {}
    redactor = Redactor(actor, {record.matter_id})
    texts = {name: redactor.text(record.matter_id, getattr(record, name)) for name in TEXTS}
    return texts | {"interpreter": record.interpreter or "unknown", "agrees": record.agrees}


def record_shown(actor: Actor, record: IdvaRecord | None) -> RecordShown | None:
    """A record in words, or None. The row must have been read for the actor."""
    if record is None:
        return None
    words = values_shown(actor, record)
    return RecordShown(
        rows=[
            ("What she wants", words["wants"] or "Not recorded"),
            ("What she fears", words["fears"] or "Not recorded"),
            ("Safe contact at present", words["safe_contact"] or "As the contact rules say"),
            ("Interpreter", interpreter_words(record.interpreter, words["language"])),
            ("Whether she agrees", agrees_words(record.agrees, words["agrees_note"])),
        ],
        not_to_be_said=words["not_to_be_said"],
        by=f"{record.by.name}, {record.organisation.short_name}, {moment(record.at)}",
        version=record.version,
    )


def interpreter_words(interpreter: str, language: str) -> str:
    """Whether she needs one, and for which language."""
    if interpreter == "yes":
        return f"Yes: {language}" if language else "Yes"
    return "No" if interpreter == "no" else "Not known"


def agrees_words(agrees: str, note: str) -> str:
    """Whether she agrees, with what she said of it."""
    label = str(Agreement(agrees).label)
    return f"{label}: {note}" if note else label
