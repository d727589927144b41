"""Filling a draft from what is held, so that nobody types again what the case says already.

Of the agency's own records everything; of other agencies' records only who someone is, as far as the author sees it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from wraparound.foundation.access.decisions import visible
from wraparound.foundation.access.redaction import OPEN_KINDS
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import User
from wraparound.foundation.people.models import EqualityAnswer, Relationship, SourceRecord
from wraparound.foundation.people.queries.held import held_values
from wraparound.kit.ids import new_id
from wraparound.response.cases.models import Case, CaseParty, PartyRole
from wraparound.response.cases.queries import incidents_for, parties
from wraparound.response.marac.models import CriteriaPrompt
from wraparound.response.marac.rules.criteria import ESCALATION, HIGH_RISK, REPEAT

Typed = dict[str, Any]
_SAFE = {"safe": "yes", "unsafe": "no"}
_SIGNS = (("visible_high_risk", "Dash with"), ("dara_high", "DARA graded"))


def blank_answers(*, by: Actor) -> dict[str, Any]:
    """What every draft begins with: who refers."""
    user = User.objects.filter(pk=by.user_id).first()
    return {"referrer": {"values": {"referrer_contact": f"{user.name}, {user.email}" if user else ""}, "version": 0}}


def prefilled_answers(*, by: Actor, case: Case, prompt: CriteriaPrompt | None = None) -> dict[str, Any]:
    """The answers that a case which the author works in can give already, step by step, as if they were typed."""
    people = _one_each(by, parties(by, case))
    victim = next((party.record for party in people if party.role == PartyRole.VICTIM), None)
    answers = blank_answers(by=by)
    if victim is not None:
        answers |= _about_victim(by, victim)
    perpetrators = [party.record for party in people if party.role == PartyRole.PERPETRATOR]
    answers["perpetrators"] = {"rows": [_row(_perpetrator(by, record, victim)) for record in perpetrators]}
    children = [party.record for party in people if party.role == PartyRole.CHILD]
    if children:
        rows = [_row(_person(record)) for record in children]
        answers["children"] = {"values": {"any": "yes"}, "version": 0, "rows": rows}
    answers |= _about_what_happened(by, case, prompt)
    return answers


def _one_each(by: Actor, found: Iterable[CaseParty]) -> list[CaseParty]:
    """One record for each person and role: the author's own agency's where it holds one."""
    best: dict[tuple[str, object], CaseParty] = {}
    for party in found:
        key = (party.role, party.record.person_id)
        if key not in best or party.record.organisation_id == by.organisation_id:
            best[key] = party
    return list(best.values())


def _row(values: Typed) -> Typed:
    return {"id": str(new_id()), "values": values, "version": 0}


def _person(record: SourceRecord) -> Typed:
    return {
        "record": str(record.pk),
        "given_names": record.given_names,
        "family_name": record.family_name,
        "aliases": "\n".join(record.aliases),
        **_day("dob", record.dob),
        "dob_alternatives": "\n".join(record.dob_alternatives),
        "sex": record.sex,
    }


def _day(name: str, value: date | None) -> Typed:
    if value is None:
        return {}
    return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}


def _about_victim(by: Actor, victim: SourceRecord) -> Typed:
    found: Typed = {"victim": {"values": _person(victim), "version": 0}}
    if victim.organisation_id != by.organisation_id:
        return found
    held = held_values([victim])[victim.pk]
    if held.has_address and held.address_kind in OPEN_KINDS:
        # A protected address leaves by no output but to its named readers: it is typed again by who knows it, or not.
        address = {"lines": held.address_lines, "postcode": held.postcode, "kind": held.address_kind}
        found["address"] = {"values": address, "version": 0}
    if held.phones:
        number, safety = held.phones[0]
        found["contact"] = {"values": {"phone": number, "safe": _SAFE.get(safety, "unknown")}, "version": 0}
    answers = _equality(by, victim)
    if answers:
        found["equality"] = {"values": answers, "version": 0}
    if victim.language:
        needed = {True: "yes", False: "no", None: "unknown"}[victim.interpreter_needed]
        found["language"] = {"values": {"language": victim.language, "interpreter_needed": needed}, "version": 0}
    return found


def _equality(by: Actor, victim: SourceRecord) -> Typed:
    rows = visible(by, EqualityAnswer.objects.filter(record=victim, replaced_at__isnull=True))
    return {answer.characteristic: f"known:{answer.code}" if answer.code else answer.state for answer in rows}


def _perpetrator(by: Actor, record: SourceRecord, victim: SourceRecord | None) -> Typed:
    values = _person(record)
    if victim is None:
        return values
    rows = Relationship.objects.filter(from_record=record, to_record=victim)
    known = visible(by, rows).order_by("-recorded_at", "pk").first()
    if known is None:
        return values
    return {
        **values,
        "relationship": known.kind,
        "ended": known.ended,
        **_day("separated_on", known.separated_on),
        "shared_child": "yes" if known.shared_child else "",
    }


def _about_what_happened(by: Actor, case: Case, prompt: CriteriaPrompt | None) -> Typed:
    """The latest incident, and the criteria that the prompt rests on: the author reads and changes them."""
    latest = incidents_for(by, case.matter_id).filter(reported_at__lte=timezone.now()).first()
    reasons: Typed = {"reasons": _reasons(prompt.criteria) if prompt is not None else []}
    found: Typed = {}
    if latest is not None:
        reasons |= {**_day("incident_on", today(latest.occurred_from)), "abuse_kinds": list(latest.abuse_kinds)}
        if latest.dash_ticks is not None:
            reasons["dash_ticks"] = str(latest.dash_ticks)
        number = latest.crime_ref or latest.incident_ref
        found["police"] = {"values": {"crime_number": number}, "version": 0}
    if any(reasons.values()):
        found["reasons"] = {"values": reasons, "version": 0}
    return found


def _reasons(criteria: Mapping[str, Any]) -> list[str]:
    """The criteria that are met, as the form names them."""
    found = []
    for outcome in criteria.get("outcomes", []):
        if not outcome["fired"]:
            continue
        if outcome["code"] in (ESCALATION, REPEAT):
            found.append(outcome["code"])
        elif outcome["code"] == HIGH_RISK:
            evidence = " ".join(outcome["evidence"])
            found += [code for code, sign in _SIGNS if sign in evidence]
    return found
