"""What a referrer answers (domain rules 1.4), typed, for the service: from the pages or another way in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from wraparound.foundation.people.values import PersonValues


@dataclass(frozen=True)
class ContactAnswers:
    """How the victim-survivor may be reached: safe is yes, no or unknown."""

    phone: str = ""
    safe: str = "unknown"
    times: str = ""
    voicemail_allowed: bool = False
    note: str = ""
    agreed_with_idva: bool = False


@dataclass(frozen=True)
class VictimAnswers:
    """Who is referred. `record_id` names a record that the referrer's agency holds already, or is empty."""

    values: PersonValues
    record_id: str = ""
    contact: ContactAnswers = ContactAnswers()
    occupation: str = ""
    gp: str = ""
    pregnancy: str = ""  # pregnant or just given birth: yes, no, not_known; the code is among the equality answers


@dataclass(frozen=True)
class PerpetratorAnswers:
    """Who uses the abuse, and what they are to the victim (`RelationshipKind`)."""

    values: PersonValues
    relationship: str
    record_id: str = ""
    ended: str = ""  # yes, no, unknown
    separated_on: date | None = None
    shared_child: bool = False


@dataclass(frozen=True)
class ChildAnswers:
    """A child of the household or of one of the two, and how they are related."""

    values: PersonValues
    record_id: str = ""
    to_victim: str = ""
    to_perpetrator: str = ""
    school: str = ""


@dataclass(frozen=True)
class ReasonAnswers:
    """Why now. `reasons` are codes of `REASONS`."""

    reasons: tuple[str, ...]
    narrative: str
    incident_on: date | None = None
    abuse_kinds: tuple[str, ...] = ()
    dash_ticks: int | None = None
    judgement_reason: str = ""
    repeat_listed_on: date | None = None
    repeat_case_number: str = ""


@dataclass(frozen=True)
class SharingAnswers:
    """What she knows of this referral, and on which basis it is made."""

    victim_aware: str  # yes, no
    consent: str  # yes, no, not_sought
    lawful_basis: str
    victim_aware_why_not: str = ""


@dataclass(frozen=True)
class ReferralAnswers:
    """A whole referral."""

    victim: VictimAnswers
    perpetrators: tuple[PerpetratorAnswers, ...]
    reasons: ReasonAnswers
    sharing: SharingAnswers
    children: tuple[ChildAnswers, ...] = ()
    afraid_of: str = ""
    safe_to_talk_to: str = ""
    not_safe_to_talk_to: str = ""
    what_she_wants: str = ""
    wants_police: str = ""  # yes, no, not_asked
    wants_police_why: str = ""
    crime_number: str = ""
    officer_in_case: str = ""
    other_marac: str = ""  # yes, no, not_known
    other_marac_where_when: str = ""
    referrer_contact: str = ""
    as_given: tuple[Mapping[str, str], ...] = field(default=())  # {step, question, answer}, frozen as shown


# Reasons that a form offers: the four criteria of SafeLives, and Birmingham's own codes (seed systems S-146).
REASONS = {
    "professional_judgement": "Professional judgement",
    "visible_high_risk": "Visible high risk (ticks in a Dash)",
    "dara_high": "DARA graded high by the police",
    "potential_escalation": "Potential escalation (several police incidents)",
    "repeat": "Repeat: further abuse after an earlier MARAC",
    "other": "Another reason, such as a transfer from another MARAC",
}
