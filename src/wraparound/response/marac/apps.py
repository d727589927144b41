"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from datetime import datetime

from django.apps import AppConfig

_OF_MATTERS = (
    "criteriaprompt",
    "referral",
    "screening",
    "challenge",
    "telling",
    "survivorcontact",
    "researchrequest",
    "researchsearch",
    "researchentry",
    "idvarecord",
    "deferral",
    "repeatproposal",
    "rolereview",
    "transfer",
)


class MaracConfig(AppConfig):
    """The app `marac`."""

    name = "wraparound.response.marac"
    label = "marac"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect handlers, policies, the wall, and what other pages show of the MARAC."""
        from wraparound.response.marac import handlers, params, permissions  # noqa: F401  they register themselves
        from wraparound.response.marac.handlers import after, preparing, repeats, sessions  # noqa: F401  so do they
        from wraparound.response.marac.returns import params as of_returns  # noqa: F401  and they

        _build_the_wall()
        _take_a_place_on_today()
        _take_a_place_in_cases()
        _take_a_place_in_the_menu()
        _run_by_the_clock()


def _build_the_wall() -> None:
    from wraparound.foundation.access.database import walled
    from wraparound.response.marac.permissions import flags

    for table in _OF_MATTERS:
        walled(f"marac_{table}", "wraparound_open(matter_id)")
    walled(
        "marac_referraldraft",
        "author_id::text = wraparound_setting('user') AND (matter_id IS NULL OR wraparound_open(matter_id))",
    )
    walled("marac_agencyflag", flags.ROW_IS_OPEN)
    walled("marac_agencysystems", "organisation_id::text = wraparound_setting('organisation')")


def _take_a_place_on_today() -> None:
    """In the order in which a day asks for them: the chair's first, what only grows last."""
    from wraparound.kit.registry import today_sections
    from wraparound.response.marac.contributions import (
        after,
        answers_to_my_referrals,
        next_agenda,
        preparing,
        prompts,
        repeats,
        returns,
        sessions,
        to_list,
        to_reach,
        to_screen,
        to_tell,
    )

    for name, section, order in (
        ("marac.for_the_chair", sessions.for_the_chair, 9),
        ("marac.prompts", prompts, 10),
        ("marac.to_screen", to_screen, 11),
        ("marac.repeats", repeats.repeats, 11),
        ("marac.to_list", to_list, 12),
        ("marac.research", preparing.research, 12),
        ("marac.to_reach", to_reach, 13),
        ("marac.to_be_heard", preparing.to_be_heard, 13),
        ("marac.to_tell", to_tell, 14),
        ("marac.areas", returns.areas, 19),
        ("marac.sessions", next_agenda, 20),
        ("marac.planning", sessions.planning_ahead, 21),
        ("marac.minutes", after.minutes, 24),
        ("marac.flags", after.flags, 25),
        ("marac.moves", repeats.moves, 26),
        ("marac.referrals", answers_to_my_referrals, 30),
        ("marac.return", returns.the_quarters_return, 40),
    ):
        today_sections.add(name, section, order=order)


def _take_a_place_in_cases() -> None:
    from wraparound.kit.registry import case_panels, case_tabs, chronology_sources
    from wraparound.response.marac import contributions
    from wraparound.response.marac.contributions import repeats, sessions

    chronology_sources.add("marac.repeats", repeats.chronology)
    chronology_sources.add("marac.deferrals", sessions.chronology)
    chronology_sources.add("marac", contributions.chronology)
    case_tabs.add("marac", contributions.tab, order=50)
    case_panels.add("marac", contributions.panel, order=30)


def _take_a_place_in_the_menu() -> None:
    from wraparound.foundation.partners.roles import Role
    from wraparound.kit.registry import NavItem, nav_items
    from wraparound.response.marac import permissions
    from wraparound.response.marac.permissions.preparing import RESEARCHING
    from wraparound.response.marac.returns.permissions import READING

    for name, text, url_name, roles, order in (
        ("marac.refer", "Refer", "marac:refer-start", permissions.REFERRING - {Role.MARAC_COORDINATOR}, 30),
        ("marac.prompts", "Prompts", "marac:prompts", frozenset({Role.POLICE_CLERK}), 31),
        ("marac.screening", "Screening", "marac:screening-list", permissions.JUDGING_CHALLENGES, 32),
        ("marac.research", "Research", "marac:research", RESEARCHING - {Role.IDVA}, 32),
        ("marac.sessions", "MARAC", "marac:sessions", permissions.AT_SESSIONS, 33),
        ("marac.tellings", "To be told", "marac:tellings", permissions.TELLING, 34),
        ("marac.region", "Areas", "marac:region", frozenset({Role.REGIONAL_ADMINISTRATOR}), 37),
        ("marac.return", "Return", "marac:return", READING, 38),
    ):
        nav_items.add(name, NavItem(text, url_name, frozenset(role.value for role in roles)), order=order)


def _run_by_the_clock() -> None:
    from wraparound.kit.registry import tick_jobs

    tick_jobs.add("marac.sessions", _plan_sessions)
    tick_jobs.add("marac.closing_dates", _keep_closing_dates)
    tick_jobs.add("marac.flags", _lapse_flags)


def _plan_sessions(now: datetime) -> int:
    from wraparound.foundation.partners.actors import system
    from wraparound.response.marac.services import plan_sessions

    return plan_sessions(by=system("marac.sessions"), now=now)


def _lapse_flags(now: datetime) -> int:
    from wraparound.response.marac.services import lapse_flags

    return lapse_flags(now=now)


def _keep_closing_dates(now: datetime) -> int:
    from wraparound.foundation.partners.actors import system
    from wraparound.response.marac.services import keep_closing_dates

    return keep_closing_dates(by=system("marac.closing_dates"), now=now)
