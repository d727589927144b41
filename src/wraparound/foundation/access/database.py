"""What the databases themselves hold: append-only tables on both, row-level security on PostgreSQL.

Installed after every migration, idempotently: SQLite's table rebuilds drop triggers without a word.
"""

from __future__ import annotations

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE

APPEND_ONLY: list[str] = ["access_accesslogentry", "access_accesslogseal"]
WALLED: dict[str, str] = {}
"""Table: SQL condition under which a row may be seen, in terms of its columns."""

FUNCTIONS: list[tuple[str, frozenset[str]]] = []
"""SQL functions that conditions of `WALLED` call, each with the tables that it reads."""

APP_ROLE = "wraparound_app"


def append_only(table: str) -> None:
    """Let the database refuse to change or delete rows of `table`."""
    if table not in APPEND_ONLY:
        APPEND_ONLY.append(table)


def walled(table: str, condition: str = "wraparound_open(matter_id)") -> None:
    """Let PostgreSQL show a row of `table` only where `condition` holds. Contribute it in `ready()`."""
    WALLED[table] = condition


def functions(sql: str, *, reads: str) -> None:
    """Let conditions of `walled` call functions of an app's own, made once the tables named in `reads` exist."""
    entry = (sql, frozenset(reads.split()))
    if entry not in FUNCTIONS:
        FUNCTIONS.append(entry)


def install(using: str) -> None:
    """Install triggers and policies on the tables that exist."""
    connection = connections[using]
    if not _owns_the_tables(connection):
        return  # the application's own role changes no table
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            if table in tables:
                for statement in _append_only_sql(connection.vendor, table):
                    cursor.execute(statement)
        if connection.vendor == "postgresql" and "access_involvement" in tables:
            roles = ", ".join(f"'{role}'" for role in sorted(WORKING_WITH_PEOPLE))
            cursor.execute(_FUNCTIONS.format(roles=roles))
            for sql, reads in FUNCTIONS:
                if reads <= tables:
                    cursor.execute(sql)
            for table, condition in WALLED.items():
                if table in tables:
                    for statement in _wall_sql(table, condition):
                        cursor.execute(statement)
            _grant(connection)


def _append_only_sql(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{event.lower()} BEFORE {event} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for event in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE OR REPLACE FUNCTION wraparound_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23514'; END $$",
        f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION wraparound_append_only()",
    ]


# What the wall asks: the same rule as decisions.open_involvements and live_exclusions, told by the connection.
# The time is the application's, told with the actor: an involvement that begins later in the same request counts.
_FUNCTIONS = """
CREATE OR REPLACE FUNCTION wraparound_setting(name text) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT coalesce(current_setting('wraparound.' || name, true), '') $$;

CREATE OR REPLACE FUNCTION wraparound_system() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT wraparound_setting('system') = 'on' $$;

CREATE OR REPLACE FUNCTION wraparound_excluded(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT EXISTS (
    SELECT 1 FROM access_exclusion e
    WHERE e.matter_id = wanted AND e.lifted_at IS NULL
      AND (e.user_id::text = wraparound_setting('user')
           OR e.organisation_id::text = wraparound_setting('organisation')))
$$;

CREATE OR REPLACE FUNCTION wraparound_open(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT wraparound_setting('system') = 'on' OR (
    wraparound_setting('role') IN ({roles})
    AND EXISTS (
      SELECT 1 FROM access_involvement i
      WHERE i.matter_id = wanted
        AND i.organisation_id = nullif(wraparound_setting('organisation'), '')::bigint
        AND (i.ends_at IS NULL OR i.ends_at > coalesce(nullif(wraparound_setting('now'), '')::timestamptz, now()))
        AND (i.user_id IS NULL OR i.user_id::text = wraparound_setting('user'))
        AND (i.team_id IS NULL OR i.team_id::text = wraparound_setting('team'))
        AND (i.roles = '' OR position(',' || wraparound_setting('role') || ',' IN i.roles) > 0))
    AND NOT wraparound_excluded(wanted))
$$;
"""


def _wall_sql(table: str, condition: str) -> list[str]:
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS wall ON {table}",
        f"DROP POLICY IF EXISTS wall_insert ON {table}",
        f"CREATE POLICY wall ON {table} USING (wraparound_system() OR ({condition})) WITH CHECK (true)",
        f"CREATE POLICY wall_insert ON {table} FOR INSERT WITH CHECK (true)",
    ]


def _grant(connection: BaseDatabaseWrapper) -> None:
    """Let the application's role use what the owner made, where that role exists."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        if cursor.fetchone() is None:
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")


def drop_append_only(using: str = "default") -> None:
    """Take the append-only triggers away, for the teardown of a test. `install` puts them back. Tests only."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            for suffix in ("_no_update", "_no_delete") if connection.vendor == "sqlite" else ("_append_only",):
                on = "" if connection.vendor == "sqlite" else f" ON {table}"
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}{suffix}{on}")


def _owns_the_tables(connection: BaseDatabaseWrapper) -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'django_migrations'"
            " OR tablename = 'kit_event' LIMIT 1"
        )
        row = cursor.fetchone()
    return bool(row and row[0])
