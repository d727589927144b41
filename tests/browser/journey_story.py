"""The story that the journey tells: who works where, what the police's file says, and what is referred.

Everyone is invented. Two families are in the file of one day: the Rahmanis, whom the criteria notice at once, and
the Khatoons, whom a housing officer also knows, under another spelling.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from tests.browser.conftest import Walker
from wraparound.foundation.meetings.models import Session
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.response.cases.importing.columns import CHILD_COLUMNS, INCIDENT_COLUMNS
from wraparound.response.cases.tests.factories import child_row, incident_row
from wraparound.response.marac.tests import factories

PACK = os.environ.get("WRAPAROUND_TEST_PACK", "fenmoor")
MORNING = "2026-11-02T08:40:00+00:00"  # a Monday; both packs' rules and calendars reach it
Row = dict[str, str]


class Journey:
    """The story so far: who is in it, and the addresses that it has come to."""

    def __init__(self, cast: Cast, walk: Callable[..., Walker], work: Callable[[], None], clock: Any) -> None:
        self.cast, self.walk, self.work, self.clock = cast, walk, work, clock
        self.seen: set[str] = set()
        self.police_referral = self.referral = self.police_case = self.case = self.session = ""

    def as_(self, actor: Actor) -> Walker:
        """Someone signs in anew; what a worker does between two people's pages is done before."""
        self.work()
        walker = self.walk(actor)
        walker.looked_at = self.seen
        return walker.go("/").sees_heading("Today")

    def later(self, **by: float) -> None:
        """Time passes."""
        self.clock.move_to(timezone.now() + timedelta(**by))


def the_work_of_others(cast: Cast) -> None:
    """Meanwhile other families are referred: one waits to be screened, one to be listed, one for the next session."""
    for given, family, done in (("Grace", "Owusu", 0), ("Helen", "Ward", 1), ("Mei", "Chan", 2)):
        victim = replace(factories.VICTIM, given_names=given, family_name=family, dob=None, phones=())
        answers = factories.answers(victim=replace(factories.ANSWERS.victim, values=victim), children=())
        by = cast.children_rep if done else cast.housing_officer
        if done == 2:
            session = Session.objects.filter(starts_at__gt=timezone.now()).order_by("starts_at")[0]
            factories.listed(by, cast.coordinator, session, answers)
        elif done == 1:
            factories.accepted(by, cast.coordinator, answers)
        else:
            factories.refer(by, answers)


@dataclass(frozen=True)
class Cast:
    """Everyone in the story, each as the actor that they are."""

    clerk: Actor
    officer: Actor
    police_rep: Actor
    police_lead: Actor
    housing_officer: Actor
    housing_rep: Actor
    idva: Actor
    idva_rep: Actor
    children_rep: Actor
    probation_rep: Actor
    health_rep: Actor
    coordinator: Actor
    chair: Actor
    reviewer: Actor


def cast(someone: Callable[..., Actor]) -> Cast:
    """Give everyone of the story an account and their role."""

    def at(kind: str, role: Role, name: str) -> Actor:
        organisation = Organisation.objects.filter(kind=kind).order_by("pk")[0]
        return someone(role, organisation, name)

    return Cast(
        clerk=at("police", Role.POLICE_CLERK, "Denise Rowley"),
        officer=at("police", Role.PRACTITIONER, "Tom Gallagher"),
        police_rep=at("police", Role.MARAC_REPRESENTATIVE, "Marcus Campbell"),
        police_lead=at("police", Role.AGENCY_LEAD, "Helen Price"),
        housing_officer=at("housing", Role.PRACTITIONER, "Amina Yusuf"),
        housing_rep=at("housing", Role.MARAC_REPRESENTATIVE, "Gurdeep Singh Gill"),
        idva=at("idva_service", Role.IDVA, "Sadia Rahman"),
        idva_rep=at("idva_service", Role.MARAC_REPRESENTATIVE, "Beth Lloyd-Mason"),
        children_rep=at("children", Role.MARAC_REPRESENTATIVE, "Leon Francis"),
        probation_rep=at("probation", Role.MARAC_REPRESENTATIVE, "Chantelle Reid"),
        health_rep=at("health", Role.MARAC_REPRESENTATIVE, "Nasreen Malik"),
        coordinator=at("marac_team", Role.MARAC_COORDINATOR, "Shabana Hussain"),
        chair=at("marac_team", Role.MARAC_CHAIR, "Alison Marshall"),
        reviewer=at("marac_team", Role.LINK_REVIEWER, "Yvonne Grant"),
    )


def short_name(actor: Actor) -> str:
    """How someone's organisation is called on pages."""
    return Organisation.objects.get(pk=actor.organisation_id).short_name


# --- the police's files ---------------------------------------------------------------------------------------


def _moments(day: str, at: str) -> Row:
    return {"occurred_from": f"{day}T{at}:00+00:00", "occurred_to": "", "reported_at": f"{day}T23:30:00+00:00"}


def _incidents() -> list[Row]:
    force = Organisation.objects.filter(kind="police").order_by("pk")[0].force_code
    quiet = {"flags": "", "dara_grade": "standard", "dash_ticks": "4"}
    rahmani = {
        "victim_family_name": "Rahmani",
        "victim_given_names": "Nadia",
        "victim_dob": "1988-06-14",
        "perpetrator_family_name": "Rahmani",
        "perpetrator_given_names": "Karim",
        "perpetrator_dob": "1985-01-30",
        "dara_grade": "high",
        "dash_ticks": "16",
        "flags": "strangulation;child_present",
        "narrative": "He put both hands round her neck. The children were on the stairs.",
    }
    khatoon = {
        "victim_family_name": "Khatoon",
        "victim_given_names": "Shazia",
        "victim_dob": "1992-03-27",
        "victim_ethnicity": "1",
        "victim_language": "bn",
        "victim_phone": "07700 900741",
        "victim_phone_safe": "no",
        "perpetrator_family_name": "Khatoon",
        "perpetrator_given_names": "Imran",
        "perpetrator_dob": "1987-11-02",
        "relationship_ended": "yes",
        "separated_on": "2026-10-12",
        "flags": "stalking",
        "dash_ticks": "9",
        "narrative": "He waited outside her work again – the third time. He reads her phone.",
    }
    chloe = {"victim_family_name": "O’Hara", "victim_given_names": "Chloé", "perpetrator_given_names": "Rhys"}
    rows = [
        incident_row(1, force, **rahmani, **_moments("2026-11-01", "21:15")),
        incident_row(2, force, **khatoon, **_moments("2026-11-01", "17:40")),
        incident_row(3, force, **quiet, **chloe, **_moments("2026-11-01", "12:05")),
        incident_row(4, force, **quiet, **_moments("2026-11-01", "09:50"), relationship="boyfriend"),
        incident_row(5, force, **quiet, **_moments("2026-11-01", "02:20"), victim_dob="31/02/1990"),
    ]
    late = incident_row(6, force, **_moments("2026-11-01", "20:00"), flags="strangulation")
    return [*rows, late | {"occurred_from": "last night"}, rows[2]]


def _children() -> list[Row]:
    rahmani = {"family_name": "Rahmani", "exposure": "heard", "dob": "2018-09-01"}
    return [
        child_row(1, 1, **rahmani, given_names="Sami"),
        child_row(2, 1, **rahmani | {"dob": "2021-02-11", "sex": "female"}, given_names="Leila"),
        child_row(3, 2, family_name="Khatoon", given_names="Yusuf", dob="2019-12-20", exposure="saw"),
        child_row(4, 4, family_name="Green", given_names="Ben", dob="2020-04-04"),
    ]


def _write(path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> Path:
    """As a force's own system writes it: Windows-1252, carriage returns, a column that nobody asked for."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*columns, "beat"], restval="")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("cp1252"))
    return path


def a_days_files(folder: Path) -> tuple[Path, Path]:
    """The incidents of a day, and the children connected to them, as dirty as real files are."""
    incidents = _write(folder / "incidents.csv", INCIDENT_COLUMNS, _incidents())
    return incidents, _write(folder / "incident_children.csv", CHILD_COLUMNS, _children())


# --- the referrals, step by step --------------------------------------------------------------------------------

HOUSING: dict[str, dict[str, Any]] = {
    "victim": {
        "given_names": "Shazia",
        "family_name": "Khatun",
        "aliases": "Shazia Begum",
        "dob__day": "27",
        "dob__month": "3",
        "dob__year": "1992",
        "sex": "female",
    },
    "address": {"lines": "Flat 7, 12 Alder Road", "postcode": "ZZ1 4CD", "kind": "confidential"},
    "contact": {
        "phone": "07700 900741",
        "safe": "yes",
        "times": "weekdays 9:30 to 14:30",
        "voicemail_allowed": "no",
        "note": "Ask for the repairs appointment",
        "agreed_with_idva": "no",
    },
    "fears": {
        "afraid_of": "Imran and his brother",
        "safe_to_talk_to": "Her sister",
        "not_safe_to_talk_to": "His mother, who minds the child",
        "what_she_wants": "To stay in the flat, with new locks",
    },
    "equality": {
        "ethnicity": "known:1",
        "disability": "known:no",
        "sexual_orientation": "not_asked",
        "gender_identity": "not_asked",
        "religion": "declined",
        "pregnancy": "known:pregnant",
    },
    "language": {"language": "bn", "interpreter_needed": "no"},
    "reasons": {
        "reasons": "professional_judgement",
        "judgement_reason": "She is terrified, and he finds her wherever she goes.",
        "narrative": "He left in October and has waited at her work three times since. Last week he broke the lock.",
        "incident_on__day": "30",
        "incident_on__month": "10",
        "incident_on__year": "2026",
    },
    "police": {"wants_police": "no", "wants_police_why_not": "Afraid of his family"},
    "earlier": {"other_marac": "not_known"},
    "consent": {"victim_aware": "yes", "consent": "yes", "lawful_basis": "public_task"},
    "referrer": {"referrer_contact": "01632 960 112, amina.yusuf@housing.demo.invalid"},
}
PERPETRATOR: dict[str, str] = {
    "given_names": "Imran",
    "family_name": "Khatun",
    "sex": "male",
    "relationship": "spouse",
    "ended": "yes",
    "separated_on__day": "12",
    "separated_on__month": "10",
    "separated_on__year": "2026",
    "shared_child": "yes",
    "same_address": "unknown",
}
CHILD: dict[str, str] = {
    "given_names": "Yusuf",
    "family_name": "Khatun",
    "to_victim": "child",
    "to_perpetrator": "child",
    "lives_with_victim": "yes",
}
POLICE: dict[str, dict[str, Any]] = {
    "address": {"lines": "3 Harbour Row", "postcode": "ZZ1 1AA", "kind": "shared"},
    "contact": {
        "phone": "07700 900123",
        "safe": "yes",
        "times": "after 9:00, when he is at work",
        "voicemail_allowed": "no",
        "agreed_with_idva": "no",
    },
    "fears": {"what_she_wants": "That he goes, and that the children are left in peace"},
    "equality": {
        "ethnicity": "known:4",
        "disability": "known:no",
        "sexual_orientation": "not_asked",
        "gender_identity": "not_asked",
        "religion": "known:muslim",
        "pregnancy": "known:neither",
    },
    "language": {"language": "ur", "interpreter_needed": "no"},
    "reasons": {
        "narrative": "Strangulation on Sunday night, with the children in the house. She fears that he returns."
    },
    "police": {"wants_police": "yes", "wants_police_why": "She wants him kept away"},
    "earlier": {"other_marac": "no"},
    "consent": {"victim_aware": "yes", "consent": "not_sought", "lawful_basis": "public_task"},
    "referrer": {"referrer_contact": "101, ext. 4410"},
}

# --- the Dash ---------------------------------------------------------------------------------------------------

YES = [
    *("injury", "very_frightened", "feared_what", "isolation", "separation", "child_contact", "stalking"),
    *("pregnancy", "more_frequent", "getting_worse", "control_jealousy", "strangulation", "money", "breach_of_order"),
]
NO = ["weapons", "animals", "hurt_others"]
PROMPTS = {
    "fenmoor": ["Strangulation or suffocation, even once", "Pregnancy while the abuse gets worse"],
    "birmingham": ["Strangulation or suffocation, even once", "Separation together with stalking"],
}[PACK]

# --- what the agencies promise, in the order of the session's screen -----------------------------------------------

LOCKS = "Change the locks of the flat"
MARKER = "Put a marker on the address, so that a call is answered at once"
SCHOOL = "Talk with the head of the nursery about who may fetch the child"
CALL = "Tell her what was agreed"
LETTER = "Ask the practice to give her a midwife of her own"
