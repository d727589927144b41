"""The domestic-abuse needs assessment: the sections of the second paper, from flows to deprivation."""

from __future__ import annotations

from wraparound.evidence.assessments import strategic_claims as say
from wraparound.evidence.assessments.kinds import Kind
from wraparound.evidence.assessments.sections import Section, Show

NEEDS = Kind(
    code="needs",
    title="Domestic abuse needs assessment",
    why="Asked for by section 57 of the Domestic Abuse Act 2021 of each tier-one authority.",
    sections=(
        Section(
            "deprivation",
            "Deprivation",
            "The city",
            "How much of the area is among the most deprived tenth of England?",
            shows=(
                Show(
                    "In England's most deprived tenth, by areas and by people",
                    ("deprivation.decile1.lsoas", "deprivation.decile1.population"),
                ),
            ),
            claim=say.deprivation,
        ),
    ),
)
