"""Prompts to the agency that holds the incidents."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import get_visible, visible
from wraparound.foundation.partners.actors import Actor
from wraparound.response.marac.models import CriteriaPrompt
from wraparound.response.marac.states import PromptState

_WITH = ("matter__case", "matter__area", "organisation", "answered_by")


def prompts_visible_to(actor: Actor) -> QuerySet[CriteriaPrompt]:
    """The prompts to the actor's own agency, answered ones too."""
    return visible(actor, CriteriaPrompt.objects.select_related(*_WITH))


def open_prompts(actor: Actor) -> QuerySet[CriteriaPrompt]:
    """Those that wait for an answer; order by ``due_at``."""
    return prompts_visible_to(actor).filter(state=PromptState.OPEN)


def waiting_prompts(actor: Actor) -> QuerySet[CriteriaPrompt]:
    """The same without what a page shows of them: for counts."""
    return visible(actor, CriteriaPrompt.objects.filter(state=PromptState.OPEN)).order_by()


def prompt_for(actor: Actor, pk: uuid.UUID) -> CriteriaPrompt:
    """One prompt, and the look at it in the log. Raises Unknown."""
    prompt = get_visible(actor, CriteriaPrompt.objects.select_related(*_WITH), pk=pk)
    log.write(actor, "see", prompt)
    return prompt
