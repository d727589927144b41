"""What docs/reference/file-formats.md says of the files, written from the columns that the importer reads."""

from __future__ import annotations

from collections.abc import Iterator

from wraparound.response.cases.importing.columns import (
    CHILD_COLUMNS,
    CHILD_REQUIRED,
    FILE_NAMES,
    INCIDENT_COLUMNS,
    INCIDENT_REQUIRED,
)

_WORDS = {
    "incident_ref": "the force's log or incident number; with the force it names the incident for good",
    "crime_ref": "crime number; empty for a non-crime incident",
    "force": "code of the list *force*",
    "occurred_from": "when it began",
    "occurred_to": "when it ended",
    "reported_at": "when it was reported",
    "abuse_kinds": "codes of the list *abuse_kinds*, parted by semicolons",
    "flags": "codes of the list *incident_flags*, parted by semicolons",
    "offence_code": "as the force records it",
    "offence_title": "as the force records it",
    "outcome_code": "as the force records it",
    "location_postcode": "where it happened",
    "location_kind": "code of the list *location_kind*",
    "dara_grade": "standard, medium or high",
    "dash_ticks": "0 to 24",
    "relationship": "of the perpetrator to the victim: code of the list *relationship*",
    "relationship_ended": "yes, no or unknown",
    "separated_on": "date",
    "narrative": "free text",
    "child_ref": "the force's reference of the child",
    "relationship_to_victim": "as the force records it",
    "relationship_to_perpetrator": "as the force records it",
    "exposure": "code of the list *exposure*",
    "address_postcode": "where the child lives",
    "school_urn": "the school's number",
    "school_name": "the school's name",
    "voice": "what the child said, to whom, alone or not",
    "ref": "the force's person reference",
    "family_name": "",
    "given_names": "",
    "dob": "date of birth",
    "sex": "female, male, unknown or declined",
    "gender_identity": "free text",
    "ethnicity": "group 1-19 of the 2021 Census, declined or unknown; empty is *not asked*",
    "disability": "yes, no, declined or unknown; empty is *not asked*",
    "language": "ISO 639 code",
    "phone": "",
    "phone_safe": "yes, no or unknown",
    "address": "unconfirmed until a person says what it is",
    "postcode": "",
}

_RULES = """
CSV with a header (UTF-8 with or without mark, UTF-16 or Windows-1252; comma, semicolon, tab or bar; any line end),
XLSX with the same columns, or JSON lines. Dates are `YYYY-MM-DD`, date-times ISO 8601; without an offset they are
Europe/London. Columns that the format doesn't know are kept and reported.

`read = accepted + unchanged + changed + rejected`, always. The same id with the same content is *unchanged*; with other
content it is *changed* and makes a new version. A row is taken whole or not at all.

**A row is rejected** only when something required (*) is missing, can't be read or isn't a code of its list; when it
occurred or was reported in the future, or was reported before it occurred; when victim and perpetrator carry one
reference; when the same id stands in the file before with other content; for a child also when its incident is neither
in the file nor held, or it was 18 or over. A bad optional value is left blank, its text kept, and a warning says so.
A rejected row that speaks of high risk (high, 14 ticks or more, strangulation, weapon) becomes an urgent task.

`[withheld]` in an address or postcode means: keep what is held. Exports write it for every protected address, so what
is exported can be imported again and changes nothing. A cell that begins like a formula is written with an apostrophe
before it, which the importer takes away again.

```
script/wraparound import incidents FILE [--children FILE] [--dry-run] [--json]
script/wraparound export incidents [--out FILE] [--children FILE]
```

The JSON report has `read`, `accepted`, `unchanged`, `changed`, `rejected`, `rejections` and `warnings` (each with
`file`, `line`, `column`, `reason`, `shape`), `unknown_columns`, and under `children` the same keys for that file.
""".strip()


def describe() -> Iterator[str]:
    """The page, line by line."""
    yield "# File formats\n"
    yield _RULES
    for name, columns, required in (
        (FILE_NAMES["incidents"], INCIDENT_COLUMNS, INCIDENT_REQUIRED),
        (FILE_NAMES["children"], CHILD_COLUMNS, CHILD_REQUIRED),
    ):
        yield f"\n## {name}\n"
        yield "| Column | Meaning |"
        yield "|---|---|"
        for column in columns:
            yield f"| `{column}`{' *' if column in required else ''} | {_meaning(column)} |"


def _meaning(column: str) -> str:
    for who in ("victim", "perpetrator"):
        if column.startswith(f"{who}_"):
            words = _WORDS[column.removeprefix(f"{who}_")]
            return f"of the {who}{f': {words}' if words else ''}"
    return _WORDS[column]
