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
        from wraparound.foundation.access import database
        from wraparound.foundation.partners.roles import Role
        from wraparound.kit import registry
        from wraparound.response.marac import (  # noqa: F401  handlers, parameters and policies register themselves
            contributions,
            handlers,
            params,
            permissions,
        )
        from wraparound.response.marac.contributions import after, returns
        from wraparound.response.marac.contributions import preparing as before
        from wraparound.response.marac.contributions import repeats as again
        from wraparound.response.marac.contributions import sessions as sitting
        from wraparound.response.marac.handlers import after as _afterwards  # noqa: F401  it registers itself
        from wraparound.response.marac.handlers import preparing as _handling  # noqa: F401  it registers itself
        from wraparound.response.marac.handlers import repeats as _repeating  # noqa: F401  it registers itself
        from wraparound.response.marac.handlers import sessions as _sitting  # noqa: F401  it registers itself
        from wraparound.response.marac.permissions import flags, preparing
        from wraparound.response.marac.returns import params as _of_returns  # noqa: F401  they register themselves
        from wraparound.response.marac.returns.permissions import READING

        for table in _OF_MATTERS:
            database.walled(f"marac_{table}", "wraparound_open(matter_id)")
        database.walled(
            "marac_referraldraft",
            "author_id::text = wraparound_setting('user') AND (matter_id IS NULL OR wraparound_open(matter_id))",
        )
        database.walled("marac_agencyflag", flags.ROW_IS_OPEN)
        registry.tick_jobs.add("marac.sessions", _plan_sessions)
        registry.tick_jobs.add("marac.closing_dates", _keep_closing_dates)
        registry.tick_jobs.add("marac.flags", _lapse_flags)
        registry.today_sections.add("marac.prompts", contributions.prompts, order=10)
        registry.today_sections.add("marac.to_screen", contributions.to_screen, order=11)
        registry.today_sections.add("marac.to_list", contributions.to_list, order=12)
        registry.today_sections.add("marac.to_reach", contributions.to_reach, order=13)
        registry.today_sections.add("marac.to_tell", contributions.to_tell, order=14)
        registry.today_sections.add("marac.research", before.research, order=12)
        registry.today_sections.add("marac.to_be_heard", before.to_be_heard, order=13)
        database.walled("marac_agencysystems", "organisation_id::text = wraparound_setting('organisation')")
        registry.today_sections.add("marac.repeats", again.repeats, order=11)
        registry.today_sections.add("marac.minutes", after.minutes, order=24)
        registry.today_sections.add("marac.moves", again.moves, order=26)
        registry.chronology_sources.add("marac.repeats", again.chronology)
        registry.today_sections.add("marac.flags", after.flags, order=25)
        registry.today_sections.add("marac.areas", returns.areas, order=19)
        registry.today_sections.add("marac.sessions", contributions.next_agenda, order=20)
        registry.today_sections.add("marac.referrals", contributions.answers_to_my_referrals, order=30)
        registry.today_sections.add("marac.for_the_chair", sitting.for_the_chair, order=9)
        registry.today_sections.add("marac.planning", sitting.planning_ahead, order=21)
        registry.chronology_sources.add("marac.deferrals", sitting.chronology)
        registry.today_sections.add("marac.return", returns.the_quarters_return, order=40)
        registry.chronology_sources.add("marac", contributions.chronology)
        registry.case_tabs.add("marac", contributions.tab, order=50)
        registry.case_panels.add("marac", contributions.panel, order=30)
        for name, text, url_name, roles, order in (
            ("marac.refer", "Refer", "marac:refer-start", permissions.REFERRING - {Role.MARAC_COORDINATOR}, 30),
            ("marac.prompts", "Prompts", "marac:prompts", frozenset({Role.POLICE_CLERK}), 31),
            ("marac.screening", "Screening", "marac:screening-list", permissions.JUDGING_CHALLENGES, 32),
            ("marac.sessions", "MARAC", "marac:sessions", permissions.AT_SESSIONS, 33),
            ("marac.research", "Research", "marac:research", preparing.RESEARCHING - {Role.IDVA}, 32),
            ("marac.tellings", "To be told", "marac:tellings", permissions.TELLING, 34),
            ("marac.return", "Return", "marac:return", READING, 38),
            ("marac.region", "Areas", "marac:region", frozenset({Role.REGIONAL_ADMINISTRATOR}), 37),
        ):
            item = registry.NavItem(text, url_name, frozenset(role.value for role in roles))
            registry.nav_items.add(name, item, order=order)


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
