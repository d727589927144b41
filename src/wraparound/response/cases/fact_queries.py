"""Reads of standing facts, narrowed to what the actor may know of."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import get_visible, visible
from wraparound.foundation.access.shown import asked_once
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.areas.models import Area
from wraparound.foundation.areas.queries import partnership_area
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.rulesets.queries import in_force
from wraparound.response.cases.fact_rules import ASKED, ENDING, window
from wraparound.response.cases.models import Case, StandingFact
from wraparound.response.cases.params import StandingFactRules
from wraparound.response.cases.queries import who_is_involved

ORDER = {kind: number for number, kind in enumerate(ASKED)}
OVERSEEING = frozenset({Role.MARAC_COORDINATOR, Role.IDVA})
KEEPING = frozenset({Role.POLICE_CLERK, Role.PRACTITIONER, Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD})


def fact_rules(area: Area) -> StandingFactRules:
    """When what ends is brought to notice."""
    return in_force("cases.facts", area, today(), StandingFactRules).params


def facts_of(actor: Actor, matter_id: uuid.UUID) -> list[StandingFact]:
    """What is so at present in a case, as far as the actor may know, by kind and then by day. One query a page."""
    found = [fact for fact in all_facts_of(actor, matter_id) if fact.ended_at is None]
    return sorted(found, key=lambda fact: (ORDER[fact.kind], fact.on is None, fact.on or fact.as_at))


def ended_facts_of(actor: Actor, matter_id: uuid.UUID) -> QuerySet[StandingFact]:
    """What was so before; order by ``-ended_at``, ``pk``."""
    rows = visible(actor, StandingFact.objects.filter(matter_id=matter_id, ended_at__isnull=False))
    return rows.select_related("organisation", "by", "ended_by")


def all_facts_of(actor: Actor, matter_id: uuid.UUID) -> list[StandingFact]:
    """What was entered, those too that are over, in order. One query a page."""
    rows = visible(actor, StandingFact.objects.filter(matter_id=matter_id)).select_related("organisation", "by")
    return asked_once(("standing facts", actor, matter_id), lambda: list(rows.order_by("at", "pk")))


def fact_for(actor: Actor, pk: uuid.UUID) -> StandingFact:
    """One fact, and the look at it in the log. Raises Unknown."""
    rows = StandingFact.objects.select_related("case__matter__organisation", "organisation", "by")
    fact = get_visible(actor, rows, pk=pk)
    log.write(actor, "see", fact)
    return fact


def facts_ending(actor: Actor) -> QuerySet[StandingFact]:
    """What ends soon, or ended and nobody has said what came of it; order by ``on``, ``pk``.

    Of all cases that are open to who oversees them; of one's own agency's facts for who keeps them.
    """
    area = partnership_area()
    if area is None or actor.role not in OVERSEEING | KEEPING:
        return StandingFact.objects.none()
    first, last = window(fact_rules(area), today())
    rows = StandingFact.objects.filter(ended_at__isnull=True, kind__in=ENDING, on__gte=first, on__lte=last)
    if actor.role in KEEPING:
        rows = rows.filter(organisation_id=actor.organisation_id)
    return visible(actor, rows).select_related("case", "organisation")


def possible_sources(actor: Actor, case: Case) -> list[Organisation]:
    """Who may have said it: one's own organisation first, then those that are involved."""
    involved = [row.organisation_id for row in who_is_involved(actor, case.matter_id)]
    rows = Organisation.objects.filter(pk__in={*involved, actor.organisation_id}).order_by("name", "pk")
    return sorted(rows, key=lambda one: one.pk != actor.organisation_id)
