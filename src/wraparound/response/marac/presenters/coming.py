"""On the pages of a referral and of a case at its session: is it a repeat, where it came from, where it goes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.urls import reverse

from wraparound.foundation.access.decisions import can
from wraparound.foundation.partners.actors import Actor
from wraparound.response.marac.models import Direction, Referral
from wraparound.response.marac.presenters.repeats import questions
from wraparound.response.marac.presenters.transfers import moves_of, origin_words
from wraparound.response.marac.queries.repeats import confirmed_repeats, open_questions_of
from wraparound.response.marac.queries.transfers import origins_of, transfers_of_matter


@dataclass(frozen=True)
class Coming:
    """What waits for a person about a referral's case, and its moves: (text, address) each."""

    questions: list[tuple[str, str]]
    moves: list[tuple[str, str]]
    is_repeat: bool
    move_href: str
    came_from_href: str


def coming(actor: Actor, referral: Referral) -> Coming:
    """For a referral's own page. Four queries."""
    moves = transfers_of_matter(actor, referral.matter_id)
    may_move = can(actor, "transfer", referral)
    has_origin = any(one.direction == Direction.IN for one in moves)
    return Coming(
        questions=questions(open_questions_of(actor, [referral.matter_id])),
        moves=moves_of(moves),
        is_repeat=referral.pk in confirmed_repeats([referral.pk]),
        move_href=reverse("marac:transfer-out", args=[referral.pk]) if may_move else "",
        came_from_href=reverse("marac:transfer-in", args=[referral.pk]) if may_move and not has_origin else "",
    )


def coming_facts(actor: Actor, matter_id: uuid.UUID, referral: Referral | None) -> list[tuple[str, str]]:
    """For the table: that it is a repeat, and where it came from. Two queries."""
    facts = []
    if referral is not None and confirmed_repeats([referral.pk]):
        facts.append(("Repeat", "Yes: a co-ordinator confirmed it"))
    if origin := origin_words(origins_of(actor, [matter_id]).get(matter_id)):
        facts.append(("Origin", origin))
    return facts
