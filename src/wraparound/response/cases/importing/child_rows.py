"""One row of `incident_children.csv`, judged. Pure: the incident that it belongs to is handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from wraparound.foundation.people.values import PersonValues
from wraparound.kit.files import Row
from wraparound.response.cases.importing.columns import CHILD_COLUMNS
from wraparound.response.cases.importing.facts import Facts
from wraparound.response.cases.importing.incident_rows import digest_of
from wraparound.response.cases.importing.reading import Cells, Judged
from wraparound.response.cases.rules import age_on, child_test

_KNOWN = frozenset(CHILD_COLUMNS)
CHILD_AS_SENT = ("family_name", "given_names", "dob", "sex")


@dataclass(frozen=True)
class KnownIncident:
    """What a child's row needs to know of its incident: when it occurred, or on which line it was rejected."""

    day: date | None = None
    rejected_line: int = 0


@dataclass
class ParsedChild:
    """A row that can be taken. `row` is its content as the format writes it."""

    line: int
    incident_ref: str
    child_ref: str
    child: PersonValues
    fields: dict[str, Any]  # of the exposure, by the model's names
    row: dict[str, str]
    digest: str


@dataclass(frozen=True)
class JudgedChild(Judged):
    """A row of the children's file, judged; `parsed` unless it is rejected."""

    parsed: ParsedChild | None = None


def incident_of(row: Row) -> str:
    """The incident that a row names, as its cell stands."""
    return row.values.get("incident_ref", "").strip()


def judge_child(row: Row, facts: Facts, incident: KnownIncident | None) -> JudgedChild:
    """Read one row by the rules of the format. `incident` is None where neither file nor store has it."""
    if row.problem is not None:
        return JudgedChild(row.line, row.problem, ())
    cells = Cells(row, facts, _KNOWN)
    incident_ref, child_ref = cells.needed("incident_ref", 100), cells.needed("child_ref", 100)
    if incident_ref and len(incident_ref) <= 100:
        _check_incident(cells, incident, incident_ref)
    day = incident.day if incident and incident.day else facts.now.date()
    dob = cells.birthday("dob")
    rules, label = facts.act_rules(day)
    age = age_on(dob, day)
    if age is not None and age >= rules.child_under:
        cells.reject("dob", f"{rules.child_under} or over when it occurred, so not a child of it.", cells.texts["dob"])
    fields = _fields(cells, facts)
    values = PersonValues(
        family_name=cells.text("family_name", 200),
        given_names=cells.text("given_names", 200),
        dob=dob,
        sex=cells.code("sex", "sex"),
        postcode=fields["address_postcode"],
    )
    rejection = cells.rejection()
    if rejection is not None:
        return JudgedChild(row.line, rejection, tuple(cells.warnings))
    related = [
        who for who in ("victim", "perpetrator") if fields[f"relationship_to_{who}"].casefold() not in _UNRELATED
    ]
    outcome = child_test(age=age, related_to=related, exposure=fields["exposure"], rules=rules)
    content = _content(cells, fields, values)
    fields |= {"act": outcome.as_json(label), "extra": cells.extra, "raw_values": cells.raw}
    fields["child_as_sent"] = {name: content[name] for name in CHILD_AS_SENT if name in content}
    parsed = ParsedChild(row.line, incident_ref, child_ref, values, fields, content, digest_of(content))
    return JudgedChild(row.line, None, tuple(cells.warnings), parsed)


_UNRELATED = frozenset({"", "none", "unknown", "unrelated", "not related", "not known"})


def _check_incident(cells: Cells, incident: KnownIncident | None, ref: str) -> None:
    if incident is None:
        cells.reject("incident_ref", "This incident is neither in the incidents' file nor held already.", ref)
    elif incident.rejected_line:
        reason = f"Its incident was rejected: line {incident.rejected_line} of the incidents' file."
        cells.reject("incident_ref", reason, ref)


def _fields(cells: Cells, facts: Facts) -> dict[str, Any]:
    urn, name = cells.text("school_urn", 20), cells.text("school_name", 200)
    if urn and urn not in facts.schools:
        why = "This school isn't known here" if facts.schools else "No register of schools is loaded, so it isn't known"
        cells.warn("school_urn", f"{why}: nobody there will be told.", urn)
    elif name and not urn:
        reason = "A school without its number (URN) isn't known here: nobody there will be told."
        cells.warn("school_name", reason, name)
    return {
        "relationship_to_victim": cells.text("relationship_to_victim", 60),
        "relationship_to_perpetrator": cells.text("relationship_to_perpetrator", 60),
        "exposure": cells.code("exposure", "exposure"),
        "school_urn": urn,
        "school_name": name,
        "voice": cells.texts.get("voice", ""),
        "address_postcode": cells.postcode("address_postcode"),
    }


def _content(cells: Cells, fields: dict[str, Any], values: PersonValues) -> dict[str, str]:
    """The row as the format writes it: what was read in one form only, what couldn't be read as it came."""
    row = {**cells.extra, **cells.texts}
    row |= {"exposure": fields["exposure"], "address_postcode": fields["address_postcode"], "sex": values.sex}
    row |= cells.raw
    return {column: text for column, text in row.items() if text}
