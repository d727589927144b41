"""The community safety strategic assessment: the sections of the fourth paper, and what the Regulations ask besides.

Crime and Disorder (Formulation and Implementation of Strategy) Regulations 2007, regulations 5 to 7: levels and
patterns of crime, disorder and substance misuse, changes and why, matters that should be priorities, what people
living and working in the area think, and how far the last plan was carried out.
"""

from __future__ import annotations

from wraparound.evidence.assessments import strategic_claims as say
from wraparound.evidence.assessments.bubbles import as_bubbles
from wraparound.evidence.assessments.kinds import Kind
from wraparound.evidence.assessments.outlines import H3, as_map, as_ward_map
from wraparound.evidence.assessments.outlook import ahead
from wraparound.evidence.assessments.papers import papers
from wraparound.evidence.assessments.sections import Section, Show, as_bars
from wraparound.evidence.assessments.strategic_profiles import OVERALL as PEOPLE
from wraparound.evidence.assessments.strategic_profiles import PROFILES
from wraparound.evidence.assessments.supplied import claims, filed

LAST_PLAN, OVERALL, PLACES, WIDER = (
    "The last plan and residents' views",
    "Crime and disorder overall",
    "Where it happens",
    "What lies behind it",
)
NOT_WHAT_IT_SEEMS = (
    "“Violence and sexual offences” is a published category. It is not violence against the person, not violence "
    "against women and girls, and not domestic abuse; none of these can be read from it."
)

STRATEGIC = Kind(
    code="strategic",
    title="Community safety strategic assessment",
    why="Asked for each year by the Crime and Disorder (Formulation and Implementation of Strategy) Regulations 2007.",
    glance=say.glance,
    always=("recorded.rows", "recorded.asb", "recorded.crimes"),
    sections=(
        Section(
            "volume",
            "How much was recorded",
            OVERALL,
            "How many incidents and how many crimes did the police publish?",
            shows=(Show("What was recorded", ("recorded.rows", "recorded.asb", "recorded.crimes")),),
            claim=say.volume,
            checks=(say.adds_up,),
        ),
        Section(
            "rate",
            "Crimes for each resident",
            OVERALL,
            "How many crimes is that for each 1,000 residents?",
            shows=(Show("Crimes per 1,000 residents", ("rate.crimes_per_1000",)),),
            claim=say.rate,
        ),
        Section(
            "kinds",
            "What kinds of crime",
            OVERALL,
            "Which published categories make up recorded crime?",
            measures=("share.violence_and_sexual",),
            shows=(
                Show(
                    "Each category as a share of crimes",
                    ("share.category",),
                    as_bars(by="category"),
                    "A bar for each published category, longest first, with its 95 % interval.",
                ),
            ),
            claim=say.kinds,
            notes=(NOT_WHAT_IT_SEEMS,),
            checks=(say.shares_add_up,),
        ),
        Section(
            "change",
            "Against the year before",
            OVERALL,
            "Did crime and anti-social behaviour rise or fall against the same months a year earlier?",
            shows=(
                Show("Change for each day", ("change.crimes", "change.asb")),
                Show("Change by category", ("change.category",)),
            ),
            claim=say.change,
        ),
        Section(
            "rank",
            "Among comparable areas",
            OVERALL,
            "How does the rate stand among areas said to be alike?",
            shows=(Show("Rank by crimes per 1,000 residents, the lowest first", ("rank.crimes_per_1000",)),),
            claim=say.rank,
        ),
        ahead(OVERALL),
        Section(
            "harm",
            "Volume, cost and harm",
            OVERALL,
            "Which categories cost and harm most, and not only happen most?",
            shows=(
                Show(
                    "Harm by category",
                    ("harm.by_category",),
                    as_bubbles(),
                    "Circles: volume across, cost upward, size by harm.",
                ),
                Show("Cost by category", ("cost.by_category",)),
                Show("Totals", ("harm.total", "cost.total")),
            ),
            notes=("By the weights that were loaded here; none come with the program.",),
        ),
        Section(
            "hotspots",
            "Where crime concentrates",
            PLACES,
            "In how few small areas does recorded crime concentrate?",
            shows=(
                Show(
                    "Small areas by hotspot index",
                    ("hotspot.lsoa.bands",),
                    note="Index: crimes in the area over the mean of all areas, those without a crime included.",
                ),
                Show(
                    "Hotspot index of each small area",
                    ("hotspot.lsoa.index",),
                    as_map(kind="lsoa", part="lsoa", legend="Times the mean"),
                    "A map of small areas, darker where the index is higher, with the outlines of wards over it.",
                    most=20,
                    by_value=True,
                ),
            ),
            claim=say.hotspots,
            checks=(say.bands_add_up,),
        ),
        Section(
            "grid",
            "On an even grid",
            PLACES,
            "Does crime concentrate as much where every cell is of one size, whatever the borders of small areas?",
            shows=(
                Show(
                    "Hexagons by hotspot index",
                    ("hotspot.h3.bands",),
                    note="Index: crimes in the hexagon over the mean of all hexagons, those without a crime included.",
                ),
                Show(
                    "Hotspot index of each hexagon",
                    ("hotspot.h3.index",),
                    as_map(kind=H3, part="cell", legend="Times the mean"),
                    "A map of hexagons, darker where the index is higher, with the outlines of wards over it.",
                    most=20,
                    by_value=True,
                ),
            ),
            claim=say.grid,
            checks=(say.grid_adds_up,),
        ),
        Section(
            "standing-out",
            "Areas that stand out with their neighbours",
            PLACES,
            "Which small areas stand out together with those around them, by more than chance?",
            shows=(
                Show("Hot small areas", ("hotspot.lsoa.gistar_hot",)),
                Show("How far each stands out", ("hotspot.lsoa.gistar",), most=25),
            ),
            claim=say.standing_out,
        ),
        Section(
            "wards",
            "By ward",
            PLACES,
            "How are rows spread over the wards, and does the way of counting matter?",
            optional=("ward.covered",),
            shows=(
                Show(
                    "Rows by ward",
                    ("ward.rows.coordinates", "ward.rows.best_fit"),
                    as_ward_map(unit="Rows"),
                    "A map of wards in five groups of equally many, darker where more rows have their point.",
                    side_by_side=True,
                ),
            ),
            claim=say.wards,
        ),
        *PEOPLE,
        *PROFILES,
        Section(
            "deprivation",
            "Deprivation",
            WIDER,
            "How much of the area is among the most deprived tenth of England?",
            shows=(
                Show(
                    "In England's most deprived tenth, by areas and by people",
                    ("deprivation.decile1.lsoas", "deprivation.decile1.population"),
                ),
            ),
            claim=say.deprivation,
            notes=("The editions of 2019 and 2025 are never compared as a change.",),
        ),
        Section(
            "substances",
            "Substance misuse",
            WIDER,
            "How do drugs and alcohol bear on crime here? (Regulation 5)",
            supplied="figures of treatment, deaths and drug tests on arrest from public health and the police",
            shows=(
                Show(
                    "Offences with alcohol or drugs as a factor",
                    ("offences.substances",),
                    as_bars(by="factor"),
                    "A bar for each factor: its share of the offences for which the flag is filled in.",
                ),
            ),
            filed=filed("substances"),
            claim=claims("substances", say.substances),
        ),
        Section(
            "reoffending",
            "Reoffending",
            WIDER,
            "How many offend again? (Crime and Disorder Act 1998, section 6)",
            supplied="proven reoffending of this area from the Ministry of Justice, and needs assessed by probation",
            filed=filed("reoffending"),
            claim=claims("reoffending"),
        ),
        papers("strategic"),
        Section(
            "residents",
            "What residents say",
            LAST_PLAN,
            "What do people who live and work here want put first? (Regulation 5)",
            supplied="the results of consultation with residents and businesses, with how they were asked",
            filed=filed("residents"),
            claim=claims("residents"),
        ),
        Section(
            "last-plan",
            "How far the last plan was carried out",
            LAST_PLAN,
            "What was promised, and what was done? (Regulation 5)",
            supplied="the progress of the last partnership plan, action by action",
            filed=filed("last-plan"),
            claim=claims("last-plan"),
        ),
    ),
)
