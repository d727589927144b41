"""The wall beneath people on PostgreSQL: the same rule as in `permissions`, held by the database."""

from __future__ import annotations

from wraparound.foundation.access.database import append_only, functions, walled
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE

_ROLES = ", ".join(f"'{role}'" for role in sorted(WORKING_WITH_PEOPLE))

_FUNCTIONS = """
CREATE OR REPLACE FUNCTION wraparound_person_hidden(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  WITH closed AS (
    SELECT e.matter_id, e.follows_people FROM access_exclusion e
    WHERE e.lifted_at IS NULL
      AND (e.user_id = nullif(wraparound_setting('user'), '')::uuid
           OR e.organisation_id = nullif(wraparound_setting('organisation'), '')::bigint)
  ), appears AS (
    SELECT a.matter_id FROM people_appearance a
    JOIN people_sourcerecord r ON r.id = a.record_id WHERE r.person_id = wanted
  )
  SELECT EXISTS (
    SELECT 1 FROM closed JOIN appears USING (matter_id)
    WHERE closed.follows_people OR NOT EXISTS (
      SELECT 1 FROM appears other WHERE other.matter_id NOT IN (SELECT c.matter_id FROM closed c)))
$$;

CREATE OR REPLACE FUNCTION wraparound_works_with_people() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT wraparound_setting('role') IN (@roles) $$;

CREATE OR REPLACE FUNCTION wraparound_person_open(record uuid, organisation bigint, person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT CASE
      WHEN wraparound_setting('role') = 'link_reviewer' THEN
        EXISTS (SELECT 1 FROM people_linkproposal p WHERE p.record_a_id = record)
        OR EXISTS (SELECT 1 FROM people_linkproposal p WHERE p.record_b_id = record)
        OR EXISTS (SELECT 1 FROM people_linkdecision d WHERE d.record_a_id = record)
        OR EXISTS (SELECT 1 FROM people_linkdecision d WHERE d.record_b_id = record)
      WHEN wraparound_setting('role') = 'information_governance' THEN
        organisation = nullif(wraparound_setting('organisation'), '')::bigint
      WHEN wraparound_works_with_people() THEN
        organisation = nullif(wraparound_setting('organisation'), '')::bigint
        OR EXISTS (SELECT 1 FROM people_appearance a WHERE a.record_id = record AND wraparound_open(a.matter_id))
      ELSE false
    END AND NOT wraparound_person_hidden(person)
$$;

CREATE OR REPLACE FUNCTION wraparound_record_open(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT coalesce((
    SELECT wraparound_person_open(r.id, r.organisation_id, r.person_id) FROM people_sourcerecord r WHERE r.id = wanted
  ), false)
$$;

CREATE OR REPLACE FUNCTION wraparound_pair_open(a uuid, b uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT wraparound_setting('role') = 'link_reviewer' AND NOT EXISTS (
    SELECT 1 FROM people_sourcerecord r WHERE r.id IN (a, b) AND wraparound_person_hidden(r.person_id))
$$;
"""

_OF_A_RECORD = "wraparound_works_with_people() AND wraparound_record_open(record_id)"


def install() -> None:
    """Contribute what the databases are to hold."""
    append_only("people_linkdecision")
    append_only("people_sourcerecordversion")
    functions(
        _FUNCTIONS.replace("@roles", _ROLES),
        reads="access_exclusion people_appearance people_sourcerecord people_linkproposal people_linkdecision",
    )
    walled("people_appearance", "wraparound_open(matter_id)")
    walled("people_sourcerecord", "wraparound_person_open(id, organisation_id, person_id)")
    for table in ("address", "contactrule", "equalityanswer", "sourcerecordversion"):
        walled(f"people_{table}", _OF_A_RECORD)
    walled("people_addressreader", "EXISTS (SELECT 1 FROM people_address a WHERE a.id = address_id)")
    walled(
        "people_relationship",
        "wraparound_works_with_people() AND wraparound_record_open(from_record_id)"
        " AND wraparound_record_open(to_record_id)",
    )
    walled("people_blockingkey", "false")  # the system alone looks people up by key
    walled("people_linkproposal", "wraparound_pair_open(record_a_id, record_b_id)")
    walled("people_linkdecision", "wraparound_pair_open(record_a_id, record_b_id)")
    walled(
        "people_linkrecusal",
        "wraparound_setting('role') = 'link_reviewer' AND user_id::text = wraparound_setting('user')",
    )
