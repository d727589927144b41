"""Refuses to start with settings that would be unsafe in production, each with its remedy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection
from django.db.utils import OperationalError

SHORTEST_KEY = 50
MODES = ("development", "demo", "production")


@register(Tags.security)
def production_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """What the settings alone can tell."""
    told = [*_whatever_the_mode(), *_in_production(), *_with_real_data()]
    return [Error(what, hint=remedy, id=f"wraparound.{code}") for is_wrong, code, what, remedy in told if is_wrong]


Told = tuple[bool, str, str, str]
"""Whether it is wrong, the code, what it would mean, and the remedy."""


def _whatever_the_mode() -> list[Told]:
    return [
        (
            settings.MODE not in MODES,
            "E011",
            f"'{settings.MODE}' is no mode, and none of what guards a production system would be on.",
            f"Set WRAPAROUND_MODE to one of {', '.join(MODES)}.",
        )
    ]


def _in_production() -> list[Told]:
    if not settings.IS_PRODUCTION:
        return []
    return [
        (
            settings.DEBUG,
            "E001",
            "Debugging is on in production: it shows people's records to anyone who meets an error.",
            "Remove WRAPAROUND_DEBUG.",
        ),
        (
            settings.PERSONAS,
            "E002",
            "Demo personas are on in production: anyone could sign in as anyone.",
            "Remove WRAPAROUND_PERSONAS.",
        ),
        (
            not settings.REQUIRE_SECOND_FACTOR,
            "E003",
            "The second factor is switched off in production.",
            "Remove WRAPAROUND_REQUIRE_SECOND_FACTOR.",
        ),
        (
            len(settings.SECRET_KEY) < SHORTEST_KEY or settings.SECRET_KEY.startswith("not-secret"),
            "E004",
            "The secret key is missing or too short.",
            "Set WRAPAROUND_SECRET_KEY to at least 50 random characters:"
            " python -c 'import secrets; print(secrets.token_urlsafe(60))'",
        ),
        (
            not settings.BEHIND_TLS,
            "E005",
            "Pages would travel unencrypted.",
            "Put a TLS proxy in front and remove WRAPAROUND_TLS=0.",
        ),
    ]


def _with_real_data() -> list[Told]:
    if not settings.REAL_DATA:
        return []
    return [
        (
            settings.PERSONAS and not settings.IS_PRODUCTION,
            "E006",
            "Real data is declared, and demo personas are on.",
            "Remove WRAPAROUND_PERSONAS, or WRAPAROUND_REAL_DATA for a demo.",
        ),
        (
            not settings.IS_PRODUCTION,
            "E012",
            "Real data is declared outside production: its key, second factor and encryption aren't held to.",
            "Set WRAPAROUND_MODE=production.",
        ),
        (
            connection.vendor == "sqlite",
            "E007",
            "Real data is declared, and the database is SQLite, which has no second wall.",
            "Set DATABASE_URL to a PostgreSQL database (docs/how-to/deploy.md).",
        ),
    ]


@register(Tags.database)
def role_bypasses_the_wall(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Whether the role that the application connects as would pass row-level security by."""
    if not settings.REAL_DATA or connection.vendor != "postgresql":
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            row = cursor.fetchone()
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE tableowner = current_user"
                " AND tablename = 'access_matter')"
            )
            owns = cursor.fetchone()
    except OperationalError:
        return [
            Error("The database doesn't answer.", hint="Look at DATABASE_URL, and at the server.", id="wraparound.E008")
        ]
    remedy = "Connect as the role wraparound_app, which owns nothing (docs/how-to/deploy.md)."
    if row and row[0]:
        return [Error("The database role bypasses row-level security.", hint=remedy, id="wraparound.E009")]
    if owns and owns[0]:
        return [
            Error(
                "The database role owns the tables, so row-level security doesn't hold for it.",
                hint=remedy,
                id="wraparound.E010",
            )
        ]
    return []


def refuse_unsafe_start() -> None:
    """Stop a web or worker process whose settings are unsafe. Raises SystemExit with every reason and remedy."""
    problems = [*production_settings(None), *role_bypasses_the_wall(None)]
    if problems:
        lines = [f"{p.id}: {p.msg}\n    Remedy: {p.hint}" for p in problems]
        raise SystemExit("Wraparound doesn't start like this:\n" + "\n".join(lines))
