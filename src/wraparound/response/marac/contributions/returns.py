"""What Today says of the return and of the areas' sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse

from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.registry import TodayRow
from wraparound.response.marac.returns.quarters import quarter_of
from wraparound.response.marac.returns.region import area_lines, last_quarter

DUE_WITHIN = timedelta(days=28)  # after a quarter's end its return is what one looks for
OTHER = 1


def the_quarters_return(actor: Actor) -> Iterator[TodayRow]:
    """In the weeks after a quarter's end: its return, for who sends it."""
    quarter = last_quarter()
    if actor.has_role(Role.MARAC_COORDINATOR) and today() - quarter.last <= DUE_WITHIN:
        yield TodayRow(
            title="The quarter’s return",
            count=1,
            sentence=f"{quarter.label} is over: its return can be drawn.",
            href=f"{reverse('marac:return')}?quarter={quarter.code}",
            button="Draw it",
            risk=OTHER,
        )


def areas(actor: Actor) -> Iterator[TodayRow]:
    """The load of the areas' coming sessions, for the regional administrator."""
    if not actor.has_role(Role.REGIONAL_ADMINISTRATOR):
        return
    lines = area_lines(actor, quarter_of(today()).previous)
    sessions, empty = sum(line.sessions for line in lines), sum(line.without_chair for line in lines)
    listed, places = sum(line.on_agenda for line in lines), sum(line.places for line in lines)
    if sessions:
        chairs = f" {empty} without a chair." if empty else ""
        yield TodayRow(
            title="Sessions of the next four weeks",
            count=sessions,
            sentence=f"{listed:,} of {places:,} places are taken, in {_areas(len(lines))}.{chairs}",
            href=reverse("marac:region"),
            button="See",
            risk=OTHER,
        )


def _areas(number: int) -> str:
    return "one area" if number == 1 else f"{number} areas"
