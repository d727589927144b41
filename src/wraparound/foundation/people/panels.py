"""What apps above contribute to a person's page, such as the roles that someone has in cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from wraparound.kit.registry import Register


@dataclass(frozen=True)
class PersonPanel:
    """A table on a person's page: already narrowed to the actor, and redacted.

    `rows` are cells as `ui.table` takes them: texts, or markup for links. `empty_text` says what would be here.
    """

    title: str
    columns: Sequence[Any]
    rows: Sequence[Sequence[Any]] = field(default_factory=list)
    empty_text: str = ""


PersonPanelSource = Callable[[Any, Sequence[UUID]], PersonPanel | None]
"""Given an Actor and the ids of the person's records that the actor sees: a panel, or None where it has none."""

person_panels: Register[PersonPanelSource] = Register("person panel")
