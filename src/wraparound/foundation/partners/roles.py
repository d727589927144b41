"""The roles that a person may hold in an organisation, and what each is for.

The names are those of the papers (seed systems, group X). A role says what kind of work someone does;
which matters they may do it in comes from involvement (`access`).
"""

from __future__ import annotations

import enum


class Role(enum.StrEnum):
    """One kind of work. A person with two of them acts in one at a time."""

    POLICE_CLERK = "police_clerk"
    PRACTITIONER = "practitioner"
    IDVA = "idva"
    MARAC_COORDINATOR = "marac_coordinator"
    MARAC_CHAIR = "marac_chair"
    MARAC_REPRESENTATIVE = "marac_representative"
    AGENCY_LEAD = "agency_lead"
    REGIONAL_ADMINISTRATOR = "regional_administrator"
    ANALYST = "analyst"
    LINK_REVIEWER = "link_reviewer"
    INFORMATION_GOVERNANCE = "information_governance"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """How the role is named on pages."""
        return _LABELS[self]

    @property
    def purpose(self) -> str:
        """Why someone in this role looks at records, as the access log keeps it."""
        return _PURPOSES[self]

    @property
    def works_with_people(self) -> bool:
        """Whether matters about people open to this role at all."""
        return self in WORKING_WITH_PEOPLE


WORKING_WITH_PEOPLE = frozenset(
    {
        Role.POLICE_CLERK,
        Role.PRACTITIONER,
        Role.IDVA,
        Role.MARAC_COORDINATOR,
        Role.MARAC_CHAIR,
        Role.MARAC_REPRESENTATIVE,
        Role.AGENCY_LEAD,
    }
)

_LABELS = {
    Role.POLICE_CLERK: "Police clerk",
    Role.PRACTITIONER: "Practitioner",
    Role.IDVA: "IDVA",
    Role.MARAC_COORDINATOR: "MARAC co-ordinator",
    Role.MARAC_CHAIR: "MARAC chair",
    Role.MARAC_REPRESENTATIVE: "MARAC representative",
    Role.AGENCY_LEAD: "Agency lead",
    Role.REGIONAL_ADMINISTRATOR: "Regional administrator",
    Role.ANALYST: "Analyst",
    Role.LINK_REVIEWER: "Link reviewer",
    Role.INFORMATION_GOVERNANCE: "Information governance",
    Role.ADMINISTRATOR: "Administrator",
}

_PURPOSES = {
    Role.POLICE_CLERK: "recording of police incidents",
    Role.PRACTITIONER: "support and safeguarding",
    Role.IDVA: "independent advocacy",
    Role.MARAC_COORDINATOR: "MARAC",
    Role.MARAC_CHAIR: "MARAC",
    Role.MARAC_REPRESENTATIVE: "MARAC",
    Role.AGENCY_LEAD: "accountability for commitments",
    Role.REGIONAL_ADMINISTRATOR: "administration of several MARACs",
    Role.ANALYST: "evidence and statutory assessments",
    Role.LINK_REVIEWER: "data quality: one person known once",
    Role.INFORMATION_GOVERNANCE: "information governance",
    Role.ADMINISTRATOR: "administration of accounts",
}
