"""Prompts in lists and on their page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.rulesets.queries import label_of
from wraparound.kit.jinja import ago, day, moment
from wraparound.response.cases.models import Incident, PartyRole
from wraparound.response.cases.queries import NamedParty
from wraparound.response.marac.models import CriteriaPrompt
from wraparound.response.marac.presenters.words import PROMPT_TONES, late_by, met, readers
from wraparound.response.marac.states import PromptState


@dataclass(frozen=True)
class PromptLine:
    """A prompt in a list."""

    href: str
    reference: str
    who: str
    why: str
    age: str
    due: str
    late: str
    state: str
    tone: str


def prompt_lines(
    prompts: Sequence[CriteriaPrompt], people: Mapping[uuid.UUID, Sequence[NamedParty]]
) -> list[PromptLine]:
    """Prompts in the order given, with who is in their cases. The rows must have been read for the actor."""
    return [_line(prompt, people.get(prompt.matter.case.pk, [])) for prompt in prompts]


def _line(prompt: CriteriaPrompt, people: Sequence[NamedParty]) -> PromptLine:
    state = PromptState(prompt.state)
    waits = state is PromptState.OPEN
    return PromptLine(
        href=reverse("marac:prompt", args=[prompt.pk]),
        reference=prompt.matter.case.reference,
        who=_who(people),
        why=", ".join(met(prompt.criteria)),
        age=ago(prompt.raised_at),
        due=moment(prompt.due_at),
        late=late_by(prompt.due_at) if waits else "",
        state=state.label,
        tone="late" if waits and late_by(prompt.due_at) else PROMPT_TONES[state],
    )


def _who(people: Sequence[NamedParty]) -> str:
    """Victim and perpetrator in a few words."""
    names = {
        role: next((p.full_name for p in people if p.role == role), "")
        for role in (PartyRole.VICTIM, PartyRole.PERPETRATOR)
    }
    return " and ".join(name for name in names.values() if name) or "Nobody named"


@dataclass(frozen=True)
class PromptShown:
    """A prompt on its page."""

    line: PromptLine
    raised: str
    answered: str
    reason: str
    earlier: list[tuple[str, str]]


def prompt_shown(actor: Actor, prompt: CriteriaPrompt) -> PromptShown:
    """A prompt with its answer and those before it."""
    read = readers(actor, {prompt.matter_id})
    earlier = prompt.criteria.get("earlier_answers", [])
    by = prompt.answered_by.name if prompt.answered_by else ""
    return PromptShown(
        line=_line(prompt, []),
        raised=moment(prompt.raised_at),
        answered=f"{moment(prompt.answered_at)}, by {by}" if prompt.answered_at else "",
        reason=read(prompt.matter_id, prompt.answer_reason),
        earlier=[(day(datetime.fromisoformat(said["at"])), read(prompt.matter_id, said["reason"])) for said in earlier],
    )


def incident_rows(incidents: Sequence[Incident]) -> list[list[str]]:
    """Incidents as a table: when, what, marks, forms. The rows must have been read for the actor."""
    return [
        [
            moment(incident.occurred_from),
            "; ".join(label_of("abuse_kinds", code) for code in incident.abuse_kinds) or "Not stated",
            "; ".join(label_of("incident_flags", code) for code in incident.flags) or "None",
            _forms(incident),
        ]
        for incident in incidents
    ]


def _forms(incident: Incident) -> str:
    parts = [f"DARA {incident.dara_grade}"] if incident.dara_grade else []
    parts += [f"Dash {incident.dash_ticks}"] if incident.dash_ticks is not None else []
    return ", ".join(parts) or "None"
