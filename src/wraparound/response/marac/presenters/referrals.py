"""A referral as one reader may have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.rulesets.queries import label_of
from wraparound.kit.jinja import ago, day, moment, shortmoment
from wraparound.response.cases.models import CaseParty, PartyRole
from wraparound.response.cases.queries import case_of_matter, parties
from wraparound.response.marac.answers import REASONS
from wraparound.response.marac.models import Referral, Screening
from wraparound.response.marac.presenters.words import REFERRAL_TONES, Read, age, late_by, met, reader, readers
from wraparound.response.marac.states import REFERRAL_MOVES, TO_SCREEN, ReferralState

Rows = list[tuple[str, str]]
CONTACT_FIELDS = frozenset({"contact.phone", "contact.times", "contact.note", "contact.voicemail_allowed"})
THROUGH_THE_IDVA = "Contact through the IDVA"
_WORDS = {
    "yes": "Yes",
    "no": "No",
    "unknown": "Not known",
    "not_known": "Not known",
    "not_asked": "Not asked yet",
    "not_sought": "Not asked: it was not safe or not possible",
    "": "Not given",
}
_WHOSE_MOVE = {
    "coordinator": "The MARAC co-ordinator screens or lists it.",
    "referrer": "The referrer may challenge the outcome.",
    "chair": "It is heard at its session.",
    "idva": "The IDVA tells the victim-survivor.",
    "nobody": "The survivor was told, or there was an honest other ending: nothing is left to do.",
}


@dataclass(frozen=True)
class ReferralLine:
    """A referral in a list."""

    href: str
    screen_href: str
    list_href: str
    reference: str
    name: str
    age: str
    referred_by: str
    received: str
    waited: str
    state: str
    tone: str
    late: str
    due: str
    why: tuple[str, ...]
    is_challenge: bool
    is_for_another: bool  # a challenge of what the reader decided


def referral_lines(referrals: Sequence[Referral]) -> list[ReferralLine]:
    """Referrals in a list. The rows must have been read for the actor, with their victims."""
    return [_line(referral) for referral in referrals]


def _line(referral: Referral) -> ReferralLine:
    state = ReferralState(referral.state)
    waits = state in TO_SCREEN
    return ReferralLine(
        href=reverse("marac:referral", args=[referral.pk]),
        screen_href=reverse("marac:screen", args=[referral.pk]),
        list_href=reverse("marac:list", args=[referral.pk]),
        reference=referral.matter.case.reference,
        name=referral.victim.full_name,
        age=age(referral.victim.dob),
        referred_by=referral.organisation.short_name,
        received=shortmoment(referral.received_at),
        waited=ago(referral.received_at),
        state=state.label.partition(":")[0],
        tone=REFERRAL_TONES[state],
        late=late_by(referral.screen_by) if waits else "",
        due=shortmoment(referral.screen_by) if waits else "",
        why=tuple(referral.criteria.get("urgency", [])),
        is_challenge=state is ReferralState.CHALLENGED,
        is_for_another=state is ReferralState.CHALLENGED and getattr(referral, "decided_by_reader", False),
    )


@dataclass(frozen=True)
class ReferralShown:
    """A referral on its own page: groups of (question, answer), redacted for this reader."""

    referral: Referral
    reference: str
    state: str
    tone: str
    whose_move: str
    groups: list[tuple[str, Rows]]
    as_given: list[tuple[str, Rows]]
    urgency: list[str]


def referral_shown(actor: Actor, referral: Referral) -> ReferralShown:
    """Everything of a referral that `actor` may read. It must have been read for the actor."""
    read = reader(actor, referral.matter_id)
    state = ReferralState(referral.state)
    case = case_of_matter(referral.matter_id)
    people = parties(actor, case) if case is not None else []
    return ReferralShown(
        referral=referral,
        reference=case.reference if case is not None else "",
        state=state.label.partition(":")[0],
        tone=REFERRAL_TONES[state],
        whose_move=_WHOSE_MOVE[REFERRAL_MOVES[state]],
        groups=[
            ("Why", _why_rows(referral, read)),
            ("People", people_rows(people)),
            ("What they fear and want", fear_rows(referral, read)),
            ("Police, health and earlier MARACs", _police_rows(referral, read)),
            ("Sharing", _sharing_rows(referral, read)),
        ],
        as_given=_as_given(actor, referral, read),
        urgency=list(referral.criteria.get("urgency", [])),
    )


def people_rows(people: Sequence[CaseParty]) -> Rows:
    """Who is in it, each once by person, with age."""
    labels = {PartyRole.VICTIM: "Victim-survivor", PartyRole.PERPETRATOR: "Perpetrator", PartyRole.CHILD: "Child"}
    seen: set[tuple[str, object]] = set()
    rows: Rows = []
    for party in people:
        key = (party.role, party.record.person_id)
        if key in seen:
            continue
        seen.add(key)
        years = age(party.record.dob)
        also = ", also " + ", ".join(party.record.aliases) if party.record.aliases else ""
        name = f"{party.record.full_name}{f' ({years})' if years else ''}{also}"
        rows.append((labels.get(PartyRole(party.role), "Someone else"), name))
    return rows


def fear_rows(referral: Referral, read: Read) -> Rows:
    """Whom they fear, who may and may not be spoken to, and what they want."""
    return _given(
        [
            ("What they want", read(referral.what_she_wants)),
            ("Afraid of", read(referral.afraid_of)),
            ("Safe to talk to", read(referral.safe_to_talk_to)),
            ("NOT safe to talk to", read(referral.not_safe_to_talk_to)),
        ]
    )


def _why_rows(referral: Referral, read: Read) -> Rows:
    kinds = "; ".join(label_of("abuse_kinds", code) for code in referral.abuse_kinds)
    return _given(
        [
            ("Reasons given", "; ".join(REASONS.get(code, code) for code in referral.reasons)),
            ("In words", read(referral.reason_narrative)),
            ("Professional judgement", read(referral.judgement_reason)),
            ("Ticks in the referrer's Dash", str(referral.dash_ticks) if referral.dash_ticks is not None else ""),
            ("Latest abuse", "; ".join(part for part in (day(referral.incident_on), kinds) if part)),
            ("Earlier MARAC, as the referrer says", _earlier(referral)),
        ]
    )


def _earlier(referral: Referral) -> str:
    return ", ".join(part for part in (day(referral.repeat_listed_on), referral.repeat_case_number) if part)


def _police_rows(referral: Referral, read: Read) -> Rows:
    return _given(
        [
            ("Wants to speak to the police", _and_why(referral.wants_police, read(referral.wants_police_why))),
            ("Crime or incident number", referral.crime_number),
            ("Officer in the case", referral.officer_in_case),
            ("Pregnant, or has just given birth", _WORDS.get(referral.pregnancy, referral.pregnancy)),
            ("GP practice", read(referral.gp)),
            ("Occupation and employer", read(referral.occupation)),
            ("Another MARAC", _and_why(referral.other_marac, read(referral.other_marac_where_when))),
        ]
    )


def _sharing_rows(referral: Referral, read: Read) -> Rows:
    aware = _and_why(referral.victim_aware, read(referral.victim_aware_why_not))
    basis = next(
        (line["answer"] for line in referral.answers_as_given if line.get("field") == "consent.lawful_basis"),
        referral.lawful_basis.replace("_", " ").capitalize(),
    )
    return [
        ("Knows about this referral", aware),
        ("Agrees to it", _WORDS.get(referral.consent, referral.consent)),
        ("Lawful basis", basis),
        ("Referred by", f"{referral.referrer.name}, {referral.organisation.name}"),
        ("Referrer's contact", referral.referrer_contact or "Not given"),
    ]


def _and_why(answer: str, words: str) -> str:
    said = _WORDS.get(answer, answer)
    return f"{said}: {words}" if words else said


def _given(rows: Rows) -> Rows:
    return [(key, value) for key, value in rows if value]


def _as_given(actor: Actor, referral: Referral, read: Read) -> list[tuple[str, Rows]]:
    """The answers as they were shown when it was sent; how to reach them only for who may, addresses by the rule."""
    lines = referral.answers_as_given
    may_contact = actor.has_role(Role.IDVA, Role.MARAC_COORDINATOR) or actor.user_id == referral.referrer_id
    return [
        (step, [(line["question"], _answer(line, read, may_contact)) for line in group])
        for step, group in groupby(lines, key=lambda line: line["step"])
    ]


def _answer(line: Mapping[str, str], read: Read, may_contact: bool) -> str:
    if line.get("field", "") in CONTACT_FIELDS and not may_contact:
        return THROUGH_THE_IDVA
    return read(line["answer"])


@dataclass(frozen=True)
class ScreeningShown:
    """One screening with its reasons, for the referrer and for who screens again."""

    outcome: str
    tone: str
    code: str
    reason: str
    route: str
    challenge_by: str
    by: str
    when: str
    met: list[str]


def screenings_shown(actor: Actor, screenings: Sequence[Screening], labels: Mapping[str, str]) -> list[ScreeningShown]:
    """Screenings in the order given. `labels` are the rule set's reasons for not listing."""
    read = readers(actor, {screening.matter_id for screening in screenings})
    return [
        ScreeningShown(
            outcome="Accepted" if screening.outcome == "accept" else "Not listed",
            tone="done" if screening.outcome == "accept" else "stopped",
            code=labels.get(screening.reason_code, screening.reason_code),
            reason=read(screening.matter_id, screening.reason),
            route=screening.challenge_route,
            challenge_by=moment(screening.challenge_by),
            by=screening.by.name,
            when=moment(screening.at),
            met=met(screening.criteria),
        )
        for screening in screenings
    ]
