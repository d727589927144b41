"""The tables of the return: which kind of which rows each counts, and every row that it shows, also the empty ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wraparound.foundation.rulesets.queries import codes
from wraparound.response.marac.answers import REASONS
from wraparound.response.marac.returns import expressions as of
from wraparound.response.marac.returns.params import Band, MaracReturn
from wraparound.response.marac.returns.populations import NO, OLDER, OTHER, YES, YOUNGER

HEARINGS, PERPETRATORS, CHILDREN = "hearings", "perpetrators", "children"
POPULATIONS = (HEARINGS, PERPETRATORS, CHILDREN)
TOTAL = "total"
TITLES = {HEARINGS: "cases heard", PERPETRATORS: "with a perpetrator", CHILDREN: "with children"}
COLUMNS = {
    HEARINGS: ("Cases", "People"),
    PERPETRATORS: ("In cases", "People"),
    CHILDREN: ("In cases", "Children"),
}
"""What the two numbers of a row are: counted in each case, and each person once."""

_OLDEST = 130
FORM_ETHNICITY = "victim_ethnicity_form"
UNKNOWNS = {of.DECLINED: "Declined to say", of.NOT_ASKED: "Not asked", of.NOT_KNOWN: "Not known"}
Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TableSpec:
    """One table. `by` is the annotation that is counted; `adds_up` says that each row of the population is in one.

    One that `sums_up` another has its numbers from there: `parts` says which row each of the other's belongs to.
    """

    code: str
    title: str
    population: str
    by: str
    rows: Rows
    adds_up: bool = True
    sums_up: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)

    def row_for(self, code: str) -> str:
        """The row to which a row of the table that this one sums up belongs."""
        return self.parts.get(code, NO)


def specs(rule: MaracReturn) -> list[TableSpec]:
    """The tables in the order of the page."""
    agencies: Rows = (*((row.code, row.label) for row in rule.agencies), (OTHER, "Other agencies"))
    return [
        TableSpec("referring_agency", "Referring agency", HEARINGS, "agency", agencies),
        TableSpec("repeats", "Repeats", HEARINGS, "repeat", ((YES, "Repeat"), (NO, "Not a repeat"))),
        TableSpec("reasons", "Reasons for referral", HEARINGS, "reasons", tuple(REASONS.items()), adds_up=False),
        TableSpec("victim_sex", "Victims by sex", HEARINGS, "sex", _sexes()),
        TableSpec("victim_age", "Victims by age at the meeting", HEARINGS, "age_band", _ages(rule.victim_ages)),
        TableSpec("victim_ethnicity", "Victims by ethnic group", HEARINGS, "ethnicity", _known(codes("ethnicity"))),
        *_combined(rule),
        TableSpec("victim_disability", "Disabled victims", HEARINGS, "disabled", _known({YES: "Yes", NO: "No"})),
        TableSpec("victim_lgbt", "LGBT+ victims", HEARINGS, "lgbt", _known({YES: "Yes", NO: "No"})),
        TableSpec("perpetrator_sex", "Perpetrators by sex", PERPETRATORS, "sex", _sexes()),
        TableSpec(
            "perpetrator_age",
            "Perpetrators by age at the meeting",
            PERPETRATORS,
            "age_band",
            _ages(rule.perpetrator_ages),
        ),
        TableSpec(
            "child_age", "Children by age at the meeting", CHILDREN, "age_band", _ages(rule.child_ages, rule.adult_at)
        ),
    ]


def whole(population: str) -> TableSpec:
    """All rows of a population, as a table of one row."""
    return TableSpec(TOTAL, "All cases", population, "", ((population, TITLES[population]),))


def _combined(rule: MaracReturn) -> list[TableSpec]:
    """The cell of several ethnic groups that a form asks for, beside the groups themselves: not without that form."""
    combined = rule.combined_ethnicity
    if combined is None:
        return []
    parts = dict.fromkeys(combined.codes, YES) | {why: why for why in UNKNOWNS}
    rows = _known({YES: combined.label, NO: "Other groups"})
    title = "Victims by ethnic group, as the national form asks for it"
    by = "minoritised"
    return [TableSpec(FORM_ETHNICITY, title, HEARINGS, by, rows, sums_up="victim_ethnicity", parts=parts)]


def _sexes() -> Rows:
    return _known({"female": "Female", "male": "Male"})


def _known(rows: dict[str, str]) -> Rows:
    return (*rows.items(), *UNKNOWNS.items())


def _ages(bands: Sequence[Band], end: int = _OLDEST) -> Rows:
    rows = [(band.code, band.label) for band in bands]
    if bands and bands[0].first > 0:
        rows.insert(0, (YOUNGER, f"Under {bands[0].first}"))
    if bands and bands[-1].last is not None and bands[-1].last + 1 < end:
        rows.append((OLDER, f"{bands[-1].last + 1} or over"))
    return (*rows, (of.NOT_KNOWN, UNKNOWNS[of.NOT_KNOWN]))
