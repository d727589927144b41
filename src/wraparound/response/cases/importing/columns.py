"""The columns of `incidents.csv` and `incident_children.csv`, in their order, and which of them a row needs."""

from __future__ import annotations

INCIDENTS = "incidents"
CHILDREN = "children"

_PERSON = (
    "ref",
    "family_name",
    "given_names",
    "dob",
    "sex",
    "gender_identity",
    "ethnicity",
    "disability",
    "language",
    "phone",
    "phone_safe",
    "address",
    "postcode",
)
VICTIM_COLUMNS = tuple(f"victim_{name}" for name in _PERSON)
PERPETRATOR_COLUMNS = tuple(f"perpetrator_{name}" for name in _PERSON if name != "phone_safe")
PEOPLE_COLUMNS = (*VICTIM_COLUMNS, *PERPETRATOR_COLUMNS)

INCIDENT_COLUMNS = (
    "incident_ref",
    "crime_ref",
    "force",
    "occurred_from",
    "occurred_to",
    "reported_at",
    "abuse_kinds",
    "flags",
    "offence_code",
    "offence_title",
    "outcome_code",
    "location_postcode",
    "location_kind",
    "dara_grade",
    "dash_ticks",
    "relationship",
    "relationship_ended",
    "separated_on",
    *VICTIM_COLUMNS,
    *PERPETRATOR_COLUMNS,
    "narrative",
)
INCIDENT_REQUIRED = frozenset({"incident_ref", "force", "occurred_from", "reported_at", "relationship", "victim_ref"})

CHILD_COLUMNS = (
    "incident_ref",
    "child_ref",
    "family_name",
    "given_names",
    "dob",
    "sex",
    "relationship_to_victim",
    "relationship_to_perpetrator",
    "exposure",
    "address_postcode",
    "school_urn",
    "school_name",
    "voice",
)
CHILD_REQUIRED = frozenset({"incident_ref", "child_ref"})

COLUMNS = {INCIDENTS: INCIDENT_COLUMNS, CHILDREN: CHILD_COLUMNS}
REQUIRED = {INCIDENTS: INCIDENT_REQUIRED, CHILDREN: CHILD_REQUIRED}
FILE_NAMES = {INCIDENTS: "incidents.csv", CHILDREN: "incident_children.csv"}

ADDRESS_COLUMNS = frozenset(
    {"victim_address", "victim_postcode", "perpetrator_address", "perpetrator_postcode", "address_postcode"}
)
# Where the words of danger are not looked for in a row that is otherwise in order: a High Street is no high risk.
NAMES_AND_PLACES = ADDRESS_COLUMNS | {
    "location_postcode",
    "incident_ref",
    "crime_ref",
    "child_ref",
    "school_name",
    "school_urn",
    "family_name",
    "given_names",
    *(f"{who}_{name}" for who in ("victim", "perpetrator") for name in ("ref", "family_name", "given_names", "phone")),
}
