"""One row of `incidents.csv`, judged. Pure: what a row is rejected for and warned of is here and nowhere else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from wraparound.foundation.people.rules.connection import Limb, personally_connected
from wraparound.foundation.people.values import PersonValues
from wraparound.kit.files import Row
from wraparound.response.cases.importing.columns import INCIDENT_COLUMNS, PEOPLE_COLUMNS
from wraparound.response.cases.importing.facts import Facts
from wraparound.response.cases.importing.reading import Cells, Judged
from wraparound.response.cases.importing.values import in_london, same_place, write_moment
from wraparound.response.cases.rules import act_tests, age_on

_KNOWN = frozenset(INCIDENT_COLUMNS)
_PEOPLE = frozenset(PEOPLE_COLUMNS)
_STATES = {"declined": "declined", "unknown": "not_known"}


@dataclass
class ParsedIncident:
    """A row that can be taken. `row` is its content as the format writes it: what its digest and its versions hold."""

    line: int
    force: str
    ref: str
    owner: int
    day: date  # on which it occurred, in London
    fields: dict[str, Any]  # of the incident, by the model's names
    victim_ref: str
    victim: PersonValues
    perpetrator_ref: str
    perpetrator: PersonValues | None
    relationship: str
    relationship_ended: str
    separated_on: date | None
    row: dict[str, str]
    digest: str  # of the content: the same row however it was written


@dataclass(frozen=True)
class JudgedIncident(Judged):
    """A row of the incidents' file, judged; `parsed` unless it is rejected."""

    parsed: ParsedIncident | None = None


def digest_of(row: dict[str, str]) -> str:
    """SHA-256 of a row's content."""
    whole = hashlib.sha256()
    for column in sorted(row):
        whole.update(f"{column}\x1e{row[column]}\x1f".encode())
    return whole.hexdigest()


def judge_incident(row: Row, facts: Facts) -> JudgedIncident:
    """Read one row by the rules of the format."""
    if row.problem is not None:
        return JudgedIncident(row.line, row.problem, ())
    cells = Cells(row, facts, _KNOWN)
    fields = _fields(cells)
    victim_ref = cells.needed("victim_ref", 100)
    perpetrator_ref = _perpetrator_ref(cells)
    if victim_ref and victim_ref == perpetrator_ref:
        cells.reject("perpetrator_ref", "Victim and perpetrator carry the same reference.", perpetrator_ref)
    occurred = fields["occurred_from"]
    day = in_london(occurred).date() if occurred else facts.now.date()
    victim = _person(cells, "victim", day)
    perpetrator = _person(cells, "perpetrator", day) if perpetrator_ref else None
    _warn_of_the_pair(cells, fields, has_perpetrator=bool(perpetrator_ref))
    rejection = cells.rejection()
    if rejection is not None:
        return JudgedIncident(row.line, rejection, tuple(cells.warnings))
    victim, perpetrator = _sharing(victim, perpetrator)
    _finish(cells, fields, facts, victim, perpetrator, day)
    content = _content(cells, fields, victim, perpetrator)
    parsed = ParsedIncident(
        line=row.line,
        force=fields["force"],
        ref=fields["incident_ref"],
        owner=facts.owner_of(fields["force"]),
        day=day,
        victim_ref=victim_ref,
        victim=victim,
        perpetrator_ref=perpetrator_ref,
        perpetrator=perpetrator,
        relationship=fields["relationship"],
        relationship_ended=fields["relationship_ended"],
        separated_on=fields["separated_on"],
        fields=fields,
        row=content,
        digest=digest_of(content),
    )
    return JudgedIncident(row.line, None, tuple(cells.warnings), parsed)


def _fields(cells: Cells) -> dict[str, Any]:
    """What the incident itself says."""
    found: dict[str, Any] = {
        "incident_ref": cells.needed("incident_ref", 100),
        "crime_ref": cells.text("crime_ref", 100),
        "force": _force(cells),
        "occurred_from": cells.needed_moment("occurred_from"),
        "occurred_to": cells.moment("occurred_to"),
        "reported_at": cells.needed_moment("reported_at"),
        "abuse_kinds": cells.codes("abuse_kinds", "abuse_kinds"),
        "flags": cells.codes("flags", "incident_flags"),
        "offence_code": cells.text("offence_code", 60),
        "offence_title": cells.text("offence_title", 300),
        "outcome_code": cells.text("outcome_code", 60),
        "location_postcode": cells.postcode("location_postcode"),
        "location_kind": cells.code("location_kind", "location_kind"),
        "dara_grade": cells.code("dara_grade", "dara_grade"),
        "dash_ticks": cells.number("dash_ticks", 0, 24),
        "relationship": cells.needed_code("relationship", "relationship"),
        "relationship_ended": cells.code("relationship_ended", "yes_no_unknown"),
        "separated_on": cells.day("separated_on"),
        "narrative": cells.texts.get("narrative", ""),
    }
    begun, ended, reported = found["occurred_from"], found["occurred_to"], found["reported_at"]
    if begun and reported and reported < begun:
        cells.reject("reported_at", "Reported before it occurred.", cells.texts["reported_at"])
    if begun and ended and ended < begun:
        cells.leave_blank("occurred_to", "Before occurred_from.")
        found["occurred_to"] = None
    return found


def _force(cells: Cells) -> str:
    force = cells.needed_code("force", "force")
    if force in cells.facts.closed_forces:
        cells.reject("force", "Incidents of this force are imported by that force itself.", force)
    return force


def _perpetrator_ref(cells: Cells) -> str:
    ref = cells.texts.get("perpetrator_ref", "")
    if len(ref) > 100:
        cells.leave_blank("perpetrator_ref", "Longer than 100 characters.")
        ref = ""
    if ref:
        return ref
    stray = any(column.startswith("perpetrator_") for column in cells.texts)
    reason = "No perpetrator is known."
    if stray:
        reason += " What the row says of one is kept with it, but makes no record: a reference is missing."
    cells.warn("perpetrator_ref", reason)
    return ""


def _person(cells: Cells, who: str, day: date) -> PersonValues:
    """What the row says of one party."""
    dob = cells.birthday(f"{who}_dob")
    phone = cells.phone(f"{who}_phone")
    safe = cells.code(f"{who}_phone_safe", "yes_no_unknown") if who == "victim" else ""
    gender_identity = cells.text(f"{who}_gender_identity", 100)
    equality = {
        name: answer
        for name, answer in (
            ("ethnicity", _answer(cells.code(f"{who}_ethnicity", "ethnicity"))),
            ("disability", _answer(cells.code(f"{who}_disability", "disability"))),
            ("gender_identity", _answer(gender_identity.casefold(), gender_identity)),
        )
        if answer is not None
    }
    _warn_of_age(cells, who, age_on(dob, day), day)
    return PersonValues(
        family_name=cells.text(f"{who}_family_name", 200),
        given_names=cells.text(f"{who}_given_names", 200),
        dob=dob,
        sex=cells.code(f"{who}_sex", "sex"),
        gender_identity=gender_identity if gender_identity.casefold() not in _STATES else "",
        language=cells.code(f"{who}_language", "languages"),
        phones=((phone, {"yes": "safe", "no": "unsafe"}.get(safe, "unknown")),) if phone else (),
        address_lines=cells.text(f"{who}_address", 400),
        postcode=cells.postcode(f"{who}_postcode"),
        equality=equality,
    )


def _answer(code: str, text: str = "") -> tuple[str, str] | None:
    """An equality answer: empty is not asked, and is no answer; declined and unknown are values."""
    if not code:
        return None
    if code in _STATES:
        return _STATES[code], ""
    return "known", (text or code)[:60]


def _warn_of_age(cells: Cells, who: str, age: int | None, day: date) -> None:
    rules, _ = cells.facts.act_rules(day)
    if age is None:
        return
    if age < rules.minimum_age:
        cells.warn(
            f"{who}_dob", f"The {who} was under {rules.minimum_age}: not s1 of the Act; the child-protection route."
        )
    elif age < rules.prompt_children_under:
        cells.warn(f"{who}_dob", f"The {who} was {age}: children's services are to be told.")


def _warn_of_the_pair(cells: Cells, fields: dict[str, Any], *, has_perpetrator: bool) -> None:
    if fields["relationship"] == "none":
        cells.warn("relationship", "No relationship: not personally connected, so not s1 of the Act.")
    elif fields["relationship"] == "unknown":
        cells.warn("relationship", "The relationship isn't known: the Act's test can't be answered yet.")
    grade, ticks = fields["dara_grade"], fields["dash_ticks"]
    if grade and ticks is not None:
        bands = cells.facts.import_rules.grade_bands
        fitting = max((name for name in bands if ticks >= bands[name]), key=lambda name: bands[name], default=grade)
        if fitting != grade:
            cells.warn("dara_grade", f"Graded {grade}, but {ticks} ticks would be {fitting}. Both are kept.")


def _sharing(victim: PersonValues, perpetrator: PersonValues | None) -> tuple[PersonValues, PersonValues | None]:
    """The same address for both is shared with the perpetrator; anything else imported is unconfirmed."""
    if perpetrator is None:
        return victim, None
    mine = (victim.address_lines, victim.postcode)
    if not same_place(mine, (perpetrator.address_lines, perpetrator.postcode)):
        return victim, perpetrator
    return replace(victim, address_kind="shared"), replace(perpetrator, address_kind="shared")


def _finish(
    cells: Cells,
    fields: dict[str, Any],
    facts: Facts,
    victim: PersonValues,
    perpetrator: PersonValues | None,
    day: date,
) -> None:
    """Add what follows from the row: the Act's tests with the version of their rules, raw texts, unknown columns."""
    rules, label = facts.act_rules(day)
    kind = fields["relationship"]
    limb = personally_connected(kind, fields["relationship_ended"], kind == "parent_of_same_child")
    limb = limb if perpetrator is not None else Limb("", "")
    outcome = act_tests(
        victim_age=age_on(victim.dob, day),
        perpetrator_age=age_on(perpetrator.dob, day) if perpetrator else None,
        has_perpetrator=perpetrator is not None,
        relationship=kind,
        limb=limb.letter,
        limb_reason=limb.reason,
        abuse_kinds=fields["abuse_kinds"],
        rules=rules,
    )
    fields["act"] = outcome.as_json(label)
    fields["extra"] = cells.extra
    fields["raw_values"] = cells.raw


def _content(
    cells: Cells, fields: dict[str, Any], victim: PersonValues, perpetrator: PersonValues | None
) -> dict[str, str]:
    """The row as the format writes it: what was read in one form only, what couldn't be read as it came."""
    row = {**cells.extra, **cells.texts}
    for column in ("occurred_from", "occurred_to", "reported_at"):
        if fields[column] is not None:
            row[column] = write_moment(fields[column])
    for column in ("abuse_kinds", "flags"):
        row[column] = ";".join(fields[column])
    for column in ("force", "relationship", "relationship_ended", "location_kind", "dara_grade", "location_postcode"):
        row[column] = fields[column]
    if fields["dash_ticks"] is not None:
        row["dash_ticks"] = str(fields["dash_ticks"])
    for who, values in (("victim", victim), ("perpetrator", perpetrator)):
        if values is not None:
            row.update(
                {f"{who}_sex": values.sex, f"{who}_language": values.language, f"{who}_postcode": values.postcode}
            )
            for name in ("ethnicity", "disability"):
                column = f"{who}_{name}"
                if column in cells.texts:
                    row[column] = cells.texts[column].casefold()
    row.update(cells.raw)
    row = {column: text for column, text in row.items() if text}
    fields["people_as_sent"] = {column: text for column, text in row.items() if column in _PEOPLE}
    return row
