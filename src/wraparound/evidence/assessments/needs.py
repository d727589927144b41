"""The domestic-abuse needs assessment: the sections of the second paper, from prevalence to data quality."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from wraparound.evidence.assessments import needs_claims as say
from wraparound.evidence.assessments.kinds import Kind
from wraparound.evidence.assessments.outlook import capacity
from wraparound.evidence.assessments.papers import papers
from wraparound.evidence.assessments.sections import Found, Section, Show, as_bars, as_lines
from wraparound.evidence.assessments.strategic_claims import deprivation
from wraparound.evidence.assessments.supplied import claims, filed, transfers

SCALE, FLOWS, PROVISION, ACCESS, CITY, QUALITY = (
    "How many people",
    "Who comes forward, and to whom",
    "What there is, and what is lacking",
    "Who is reached",
    "The area",
    "How good the data are",
)
MONTHS = "A line through the months of the period."
UNSEEN = "Counts who came forward. Most abuse is never told to anyone who records it."


Claim = Callable[[Found], Iterable[str | None]]


def _flow(key: str, title: str, asks: str, claim: Claim, by_month: str, *others: tuple[str, str, str]) -> Section:
    shows = [Show(f"{title} by month", (by_month,), as_lines(), MONTHS)]
    shows += [Show(text, (id_,), as_bars(by=part) if part else None, "A bar each.") for id_, text, part in others]
    return Section(key, title, FLOWS, asks, shows=tuple(shows), claim=claim, notes=(UNSEEN,))


def _access(key: str, title: str, of: str) -> Section:
    """Equality of access: who comes, beside who lives here, and how much of it is recorded."""
    return Section(
        key,
        title,
        ACCESS,
        "Who comes forward more or less than their number among residents would make one expect?",
        shows=(
            Show("By sex, against residents", (f"access.{of}_sex_against_residents",)),
            Show("By ethnicity, against residents", (f"access.{of}_ethnicity_against_residents",)),
            Show("By age band", (f"access.{of}_age_band",)),
            Show("By disability", (f"access.{of}_disability",)),
            Show("By sexual orientation", (f"access.{of}_sexual_orientation",)),
        ),
        claim=say.access(of),
        notes=("Fewer may mean less abuse, less trust or a worse record: the numbers can't tell which.",),
    )


NEEDS = Kind(
    code="needs",
    title="Domestic abuse needs assessment",
    why="Asked for by section 57 of the Domestic Abuse Act 2021 of each tier-one authority.",
    glance=say.glance,
    sections=(
        Section(
            "prevalence",
            "How many people are affected",
            SCALE,
            "How many people of the area would experience domestic abuse in a year?",
            shows=(Show("Modelled prevalence", ("needs.prevalence",)),),
            claim=say.prevalence,
            notes=("For the whole area only: wards are never ranked by a national rate.",),
        ),
        _flow(
            "police",
            "Incidents known to the police",
            "How many incidents came in, and how grave?",
            say.police,
            "flow.incidents",
            ("flow.incidents_grade", "Incidents by grade", "grade"),
            ("flow.incidents_crime", "Incidents recorded as crimes", ""),
        ),
        Section(
            "hub",
            "Calls to the hub",
            FLOWS,
            "How many people call, and with what answer?",
            supplied="the hub's monthly return of calls, callers and what was offered",
            filed=filed("hub"),
            claim=claims("hub"),
        ),
        _flow(
            "referrals",
            "Referrals to MARAC",
            "How many were referred, by whom, and what became of them?",
            say.referrals,
            "flow.referrals",
            ("flow.referrals_from", "Referrals by kind of referrer", "referrer"),
            ("flow.referrals_state", "Where referrals stand", ""),
            ("flow.referrals_repeat", "Referrals that are repeats", ""),
        ),
        _flow(
            "marac",
            "MARAC hearings",
            "How many were heard, how long did they wait, and was the survivor told?",
            say.marac,
            "flow.marac",
            ("flow.marac_from", "Hearings by kind of referrer", ""),
            ("flow.marac_waited", "Wait for the hearing", ""),
            ("flow.marac_telling", "Whether the survivor was told", ""),
            ("flow.marac_told", "Until the survivor was told", ""),
            ("flow.marac_actions", "Actions done of those promised", ""),
        ),
        Section(
            "accommodation",
            "Safe accommodation and housing",
            FLOWS,
            "How many asked for refuge or rehousing, and how many found a place?",
            supplied="referrals to safe accommodation with their answers, and homelessness applications by reason",
            filed=filed("accommodation"),
            shows=(Show("Units of safe accommodation", ("needs.units_by_service",)),),
            claim=claims("accommodation", say.accommodation),
        ),
        Section(
            "refuge",
            "Refuge places",
            PROVISION,
            "How many places does the benchmark ask for, and how many are there?",
            shows=(Show("Family places in refuges", ("needs.refuge_places",)),),
            claim=say.refuge,
        ),
        Section(
            "idvas",
            "Independent advocates",
            PROVISION,
            "How many IDVAs are needed, by each published method?",
            shows=(
                Show("Full-time IDVAs needed", ("needs.idvas",)),
                Show("Beyond those in post", ("needs.idvas_unmet",)),
            ),
            claim=say.idvas,
        ),
        Section(
            "unmet",
            "Unmet need",
            PROVISION,
            "Who was referred, and not helped?",
            shows=(Show("MARAC referrals not listed", ("unmet.referrals",)),),
            claim=say.unmet,
        ),
        capacity(PROVISION),
        Section(
            "programmes",
            "Programmes for perpetrators",
            PROVISION,
            "Of those referred, how many began, and how many completed?",
            supplied="referrals, starts and completions of each programme",
            filed=filed("programmes"),
            claim=claims("programmes"),
        ),
        Section(
            "cross-border",
            "Across the border",
            PROVISION,
            "Who comes from elsewhere, and who has to leave?",
            supplied="the origin and destination of people placed in safe accommodation",
            filed=filed("cross-border", Show("Cases moved between MARACs", ("flow.transfers",))),
            claim=claims("cross-border", transfers),
        ),
        _access("access-police", "Who comes to the police", "incidents"),
        _access("access-referrals", "Who is referred", "referrals"),
        _access("access-marac", "Who is heard at MARAC", "marac"),
        Section(
            "surveys",
            "What survivors and professionals say",
            ACCESS,
            "What do those who live with it and work with it say is missing?",
            supplied="surveys of survivors and professionals, with how people came to answer them",
            filed=filed("surveys"),
            claim=claims("surveys"),
            notes=("Whoever chooses to answer a survey is no sample: no interval is drawn around its shares.",),
        ),
        Section(
            "deprivation",
            "Deprivation",
            CITY,
            "How much of the area is among the most deprived tenth of England, by areas and by people?",
            shows=(
                Show(
                    "In England's most deprived tenth, by areas and by people",
                    ("deprivation.decile1.lsoas", "deprivation.decile1.population"),
                ),
            ),
            claim=deprivation,
            notes=("The editions of 2019 and 2025 are never compared as a change.",),
        ),
        Section(
            "quality",
            "What each agency records",
            QUALITY,
            "How often does each agency know what equality of access depends on?",
            shows=(Show("Recorded, by agency and field", ("quality.referrals",), across="field"),),
            claim=say.quality,
        ),
        papers("needs"),
    ),
)
