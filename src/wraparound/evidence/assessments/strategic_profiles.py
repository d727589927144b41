"""Victims, suspects, venues and hours: overall, and for each problem profile of the fourth paper.

They are drawn from an offence-level extract. The street-level files say nothing of people or hours, and no published
category stands in for a flag that is missing.
"""

from __future__ import annotations

from wraparound.evidence.assessments import strategic_claims as say
from wraparound.evidence.assessments.sections import Section, Show, as_bars, as_heat
from wraparound.evidence.assessments.supplied import claims, filed

PEOPLE, PROFILE = "Victims, suspects, places and hours", "Problem profiles"
HOURS = "Weekdays down, hours across; the darker, the more offences. Cells carry their number; blank ones are withheld."

OVERALL: tuple[Section, ...] = (
    Section(
        "victims",
        "Who the victims are",
        PEOPLE,
        "Who is harmed more than their number among residents would make one expect?",
        shows=(
            Show("Victims by sex, against residents", ("victims.sex_against_residents",)),
            Show("Victims by age", ("victims.age",), as_bars(by="age"), "A bar for each age band."),
            Show("Victims by age, against residents", ("victims.age_against_residents",)),
            Show("Victims by ethnicity, against residents", ("victims.ethnicity_against_residents",)),
        ),
        claim=say.victims,
    ),
    Section(
        "repeats",
        "Repeat victimisation",
        PEOPLE,
        "How many victims were harmed again within a year?",
        shows=(Show("Repeat victimisation", ("victims.repeat", "victims.offences_each")),),
        claim=say.repeats,
    ),
    Section(
        "suspects",
        "Who the suspects are",
        PEOPLE,
        "Who is suspected more than their number among residents would make one expect?",
        shows=(
            Show("Suspects by sex, against residents", ("suspects.sex_against_residents",)),
            Show("Suspects by age", ("suspects.age",), as_bars(by="age"), "A bar for each age band."),
            Show("Suspects by age, against residents", ("suspects.age_against_residents",)),
            Show("Suspects by ethnicity, against residents", ("suspects.ethnicity_against_residents",)),
        ),
        notes=("A suspect is not an offender: nobody was found guilty by being recorded.",),
    ),
    Section(
        "venues",
        "In what kind of place",
        PEOPLE,
        "In which kinds of place do offences happen?",
        shows=(
            Show(
                "Offences by kind of place",
                ("offences.venue",),
                as_bars(by="venue", most=12),
                "A bar for each kind of place, longest first.",
            ),
        ),
        claim=say.venues,
    ),
    Section(
        "hours",
        "When it happens",
        PEOPLE,
        "On which days and at which hours?",
        shows=(Show("Offences by hour and day", ("offences.hour_by_day",), as_heat(), HOURS, most=24, by_value=True),),
        claim=say.hours,
    ),
    Section(
        "completeness",
        "How much is recorded",
        PEOPLE,
        "Of how many offences is each thing known at all?",
        shows=(
            Show(
                "Filled in, of all offences",
                ("offences.completeness",),
                as_bars(by="field"),
                "A bar for each field, showing the share of offences in which it is filled in.",
            ),
        ),
    ),
)


def _profile(key: str, profile: str, title: str, asks: str, *notes: str, relationship: bool = False) -> Section:
    """Victims, suspects, venues and hours of one profile. No map: where a profile is small, a map points at homes."""
    return Section(
        key,
        title,
        PROFILE,
        asks,
        profile=profile,
        measures=("offences.profiles",),
        shows=(
            Show("Hours and days", ("offences.hour_by_day",), as_heat(), HOURS, most=12, by_value=True),
            Show("Victims by age", ("victims.age",), as_bars(by="age"), "A bar for each age band."),
            Show("Victims by sex", ("victims.sex",)),
            Show("Suspects by age", ("suspects.age",)),
            Show("Suspects by sex", ("suspects.sex",)),
            Show("Kinds of place", ("offences.venue",), most=8),
            *((Show("Suspect's relationship to victim", ("offences.relationship",)),) if relationship else ()),
        ),
        claim=say.profile,
        notes=notes,
    )


PROFILES: tuple[Section, ...] = (
    Section(
        "profile-sizes",
        "How large each profile is",
        PROFILE,
        "How many offences carry the flag of each profile?",
        shows=(
            Show(
                "Offences by profile",
                ("offences.profiles",),
                as_bars(by="profile of"),
                "A bar for each profile. They overlap: an offence may carry several flags.",
            ),
        ),
        claim=say.profile_sizes,
    ),
    _profile(
        "violence",
        "violence",
        "Violence and sexual offences",
        "Who is harmed, by whom, where and when?",
        "The published category: not violence against the person.",
    ),
    _profile(
        "vawg",
        "vawg",
        "Violence against women and girls",
        "Who is harmed, by whom, where and when?",
        "By the flag of the extract, never guessed from a category.",
    ),
    _profile("asb-profile", "asb", "Anti-social behaviour", "Who is harmed, by whom, where and when?"),
    Section(
        "exploitation",
        "Exploitation",
        PROFILE,
        "Who is exploited, how, and by which groups?",
        supplied="recorded modern slavery, referrals to the National Referral Mechanism, and mapped groups, from the "
        "police and partners",
        filed=filed("exploitation"),
        claim=claims("exploitation"),
    ),
    _profile(
        "domestic-abuse",
        "domestic",
        "Domestic abuse",
        "Who is harmed, by whom and when?",
        "By the flag of the extract. No hotspot of domestic abuse is ever drawn: a place where it is frequent is "
        "somebody's home.",
        relationship=True,
    ),
)
