"""Reading a draft: which steps are complete, what was answered, and the typed referral that it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from wraparound.foundation.people.models import AddressKind, AnswerState
from wraparound.foundation.people.values import PersonValues
from wraparound.kit.errors import BadInput
from wraparound.kit.forms import Form
from wraparound.response.marac.answers import (
    ChildAnswers,
    ContactAnswers,
    PerpetratorAnswers,
    ReasonAnswers,
    ReferralAnswers,
    SharingAnswers,
    VictimAnswers,
)
from wraparound.response.marac.forms import FORMS, ROW_FORMS, Typed
from wraparound.response.marac.forms.fields import read_characteristic
from wraparound.response.marac.models import ReferralDraft
from wraparound.response.marac.steps import STEPS, Step

_NEVER_SHOWN = frozenset({"record"})


@dataclass(frozen=True)
class Row:
    """One person of a list of people."""

    id: str
    form: Form
    is_complete: bool

    @property
    def name(self) -> str:
        """How the list calls them."""
        said = [str(self.form.data.get(key) or "").strip() for key in ("given_names", "family_name", "aliases")]
        return " ".join(part for part in said[:2] if part) or said[2].split("\n")[0] or "Name not given yet"


@dataclass(frozen=True)
class StepReading:
    """One step of a draft, as far as it has come."""

    step: Step
    form: Form | None
    rows: tuple[Row, ...]
    status: str  # done, started, todo

    @property
    def is_done(self) -> bool:
        """Whether nothing is missing in it."""
        return self.status == "done"


def form_of(key: str, values: Mapping[str, Any] | None, bases: dict[str, str]) -> Form:
    """The form of a step with what was typed, or empty."""
    options: dict[str, Any] = {"bases": bases} if key == "consent" else {}
    return FORMS[key](values, **options)


def read_draft(draft: ReferralDraft, bases: dict[str, str]) -> dict[str, StepReading]:
    """Every step by its key. `bases` are the lawful bases of the rule set, code to label."""
    return {step.key: _read_step(step, draft.answers.get(step.key, {}), bases) for step in STEPS}


def _read_step(step: Step, held: Mapping[str, Any], bases: dict[str, str]) -> StepReading:
    form = form_of(step.key, held.get("values"), bases) if step.key in FORMS else None
    rows = tuple(_rows(step, held)) if step.is_list else ()
    begun = bool(held.get("values")) or bool(rows)
    if not begun:
        return StepReading(step, form, rows, "todo")
    complete = all(row.is_complete for row in rows) and (form is None or form.is_valid())
    if step.key == "perpetrators":
        complete = complete and bool(rows)
    if step.key == "children" and form is not None and form.is_valid():
        complete = complete and (bool(rows) == (form.cleaned_data["any"] == "yes"))
    return StepReading(step, form, rows, "done" if complete else "started")


def _rows(step: Step, held: Mapping[str, Any]) -> Iterator[Row]:
    for entry in held.get("rows", []):
        form = ROW_FORMS[step.key](dict(entry["values"]))
        yield Row(entry["id"], form, form.is_valid())


def lines_of(form: Form) -> list[tuple[str, str, str]]:
    """(field, question, answer) of every question that was asked, in the words of the page; the form must be valid."""
    found = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if name in _NEVER_SHOWN or (name in form.hanging and value in (None, "", [])):
            continue
        found.append((name, str(field.label), _shown(field, value)))
    return found


def _shown(field: Any, value: Any) -> str:
    if value in (None, "", []):
        return "Not given"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    labels = {str(code): str(label) for code, label in getattr(field, "choices", [])}
    if isinstance(value, list):
        return "; ".join(labels.get(str(part), _shown(None, part)) for part in value)
    return labels.get(str(value), str(value))


def as_given(readings: Mapping[str, StepReading]) -> tuple[dict[str, str], ...]:
    """Every question with its answer, as they were shown, to be frozen with the referral."""
    found = []
    for reading in readings.values():
        pages = [(reading.step.title, reading.form)] if reading.form is not None else []
        pages += [(f"{reading.step.title}: {row.name}", row.form) for row in reading.rows]
        for title, form in pages:
            found += [
                {"step": title, "field": f"{reading.step.key}.{name}", "question": question, "answer": answer}
                for name, question, answer in lines_of(form)
            ]
    return tuple(found)


def missing_steps(readings: Mapping[str, StepReading]) -> list[Step]:
    """The steps that must be completed before the referral can be sent."""
    return [reading.step for reading in readings.values() if not reading.is_done]


def answers_of(readings: Mapping[str, StepReading]) -> ReferralAnswers:
    """The referral that a complete draft makes. Raises BadInput naming the first step that is not complete."""
    missing = missing_steps(readings)
    if missing:
        raise BadInput(f"“{missing[0].title}” isn't complete yet. Go back to the list of steps.")
    given = {key: _cleaned(reading.form) for key, reading in readings.items()}
    victim = _victim(given)
    police, language = given["police"], given["language"]
    return ReferralAnswers(
        victim=victim,
        perpetrators=tuple(_perpetrator(row.form.cleaned_data, victim) for row in readings["perpetrators"].rows),
        children=tuple(_child(row.form.cleaned_data, victim) for row in readings["children"].rows),
        reasons=_reasons(given["reasons"]),
        sharing=_sharing(given["consent"]),
        what_she_wants=_with_interpreter(given["fears"]["what_she_wants"], language),
        afraid_of=given["fears"]["afraid_of"],
        safe_to_talk_to=given["fears"]["safe_to_talk_to"],
        not_safe_to_talk_to=given["fears"]["not_safe_to_talk_to"],
        wants_police=police["wants_police"],
        wants_police_why=police["wants_police_why"] or police["wants_police_why_not"],
        crime_number=police["crime_number"],
        officer_in_case=police["officer_in_case"],
        other_marac=given["earlier"]["other_marac"],
        other_marac_where_when=given["earlier"]["other_marac_where_when"],
        referrer_contact=given["referrer"]["referrer_contact"],
        as_given=as_given(readings),
    )


def _cleaned(form: Form | None) -> Typed:
    return dict(form.cleaned_data) if form is not None else {}


def _with_interpreter(wants: str, language: Typed) -> str:
    note = language.get("interpreter_note") or ""
    return "\n".join(part for part in (wants, f"Interpreter: {note}" if note else "") if part)


def _person(data: Typed, **more: Any) -> PersonValues:
    return PersonValues(
        family_name=data["family_name"],
        given_names=data["given_names"],
        aliases=tuple(data["aliases"]),
        dob=data["dob"],
        dob_alternatives=tuple(data["dob_alternatives"]),
        sex=data["sex"] or "",
        **more,
    )


def _victim(given: Mapping[str, Typed]) -> VictimAnswers:
    address, contact, language = given["address"], given["contact"], given["language"]
    equality = {name: read_characteristic(answer) for name, answer in given["equality"].items()}
    needed = {"yes": True, "no": False}.get(language["interpreter_needed"])
    values = _person(
        given["victim"],
        address_lines=" ".join(address["lines"].splitlines()),
        postcode=address["postcode"].upper(),
        address_kind=address["kind"],
        language=language["language"],
        interpreter_needed=needed,
        phones=((contact["phone"], contact["safe"] if contact["safe"] == "unknown" else _SAFETY[contact["safe"]]),)
        if contact["phone"]
        else (),
        equality=equality,
    )
    return VictimAnswers(
        values=values,
        record_id=given["victim"]["record"],
        contact=ContactAnswers(
            phone=contact["phone"],
            safe=contact["safe"],
            times=contact["times"],
            voicemail_allowed=bool(contact["voicemail_allowed"]),
            note=contact["note"],
            agreed_with_idva=bool(contact["agreed_with_idva"]),
        ),
        occupation=language["occupation"],
        gp=language["gp"],
        pregnancy=_pregnancy(*equality["pregnancy"]),
    )


def _pregnancy(state: str, code: str) -> str:
    """The referral's own answer: whether they are pregnant or have just given birth."""
    if state != AnswerState.KNOWN:
        return "not_known"
    return "no" if code == "neither" else "yes"


_SAFETY = {"yes": "safe", "no": "unsafe", "unknown": "unknown"}


def _perpetrator(data: Typed, victim: VictimAnswers) -> PerpetratorAnswers:
    if data["same_address"] == "yes":
        address = {
            "address_lines": victim.values.address_lines,
            "postcode": victim.values.postcode,
            "address_kind": AddressKind.SHARED.value,
        }
    else:
        # Their own address finds nobody else: it may be shown, so that agencies know where they are.
        address = {
            "address_lines": " ".join(data["lines"].splitlines()),
            "postcode": data["postcode"].upper(),
            "address_kind": AddressKind.SAFE.value if data["same_address"] == "no" else AddressKind.UNCONFIRMED.value,
        }
    return PerpetratorAnswers(
        values=_person(data, **address),
        relationship=data["relationship"],
        record_id=data["record"],
        ended=data["ended"],
        separated_on=data["separated_on"],
        shared_child=bool(data["shared_child"]),
    )


def _child(data: Typed, victim: VictimAnswers) -> ChildAnswers:
    if data["lives_with_victim"] == "yes":
        address = {
            "address_lines": victim.values.address_lines,
            "postcode": victim.values.postcode,
            "address_kind": victim.values.address_kind,
        }
    else:
        address = {"address_lines": " ".join(data["lines"].splitlines()), "postcode": data["postcode"].upper()}
    return ChildAnswers(
        values=_person(data, **address),
        record_id=data["record"],
        to_victim=data["to_victim"],
        to_perpetrator=data["to_perpetrator"],
        school=data["school"],
    )


def _reasons(data: Typed) -> ReasonAnswers:
    return ReasonAnswers(
        reasons=tuple(data["reasons"]),
        narrative=data["narrative"],
        incident_on=data["incident_on"],
        abuse_kinds=tuple(data["abuse_kinds"]),
        dash_ticks=data["dash_ticks"],
        judgement_reason=data["judgement_reason"] or "",
        repeat_listed_on=data["repeat_listed_on"],
        repeat_case_number=data["repeat_case_number"] or "",
    )


def _sharing(data: Typed) -> SharingAnswers:
    return SharingAnswers(
        victim_aware="yes" if data["victim_aware"] else "no",
        victim_aware_why_not=data["victim_aware_why_not"] or "",
        consent=data["consent"],
        lawful_basis=data["lawful_basis"],
    )
