"""How sensitive each field is and how long its row is kept.

Every model of the project says so in an inner attribute ``data_classes = holds(...)``; a test fails for a
field that is in no class, and the data dictionary is written from it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Sensitivity(enum.StrEnum):
    """Who could be harmed if the value were seen by the wrong reader, from nobody to a life."""

    OPEN = "open"  # published or meaningless alone
    INTERNAL = "internal"  # about the work, not about a person
    PERSONAL = "personal"  # identifies someone
    SPECIAL = "special"  # UK GDPR Art 9 and 10: health, ethnicity, orientation, offences, what happened
    LOCATING = "locating"  # finds someone: addresses, telephone numbers, schools


class Retention(enum.StrEnum):
    """When a row may go. Periods are rule-set data (`retention`), never constants; see the domain rules, 11."""

    REFERENCE = "reference"  # replaced by the next version of the pack
    ACCOUNT = "account"  # with the user's account
    OPERATIONAL = "operational"  # short-lived work of the machine
    CASE = "case"  # with the matter that it belongs to
    AUDIT = "audit"  # the longest: never changed, never deleted before its period


@dataclass(frozen=True)
class DataClasses:
    """The classes of one model's fields."""

    retention: Retention
    fields: dict[str, Sensitivity]


def holds(
    retention: Retention,
    *,
    open: str = "",
    internal: str = "",
    personal: str = "",
    special: str = "",
    locating: str = "",
) -> DataClasses:
    """Classify fields by name, given as words: ``holds(Retention.CASE, internal="id matter", personal="name")``.

    Raises ValueError where a field stands in two classes.
    """
    fields: dict[str, Sensitivity] = {}
    named = {
        Sensitivity.OPEN: open,
        Sensitivity.INTERNAL: internal,
        Sensitivity.PERSONAL: personal,
        Sensitivity.SPECIAL: special,
        Sensitivity.LOCATING: locating,
    }
    for sensitivity, names in named.items():
        for name in names.split():
            if name in fields:
                raise ValueError(f"{name} stands in two classes: {fields[name]} and {sensitivity}")
            fields[name] = sensitivity
    return DataClasses(retention=retention, fields=fields)
