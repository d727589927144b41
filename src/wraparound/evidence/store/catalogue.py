"""What the store holds: every dataset and its columns, as data. Loaders write these, measures read them."""

from __future__ import annotations

from dataclasses import dataclass

OGL = "Open Government Licence v3.0"


@dataclass(frozen=True)
class Column:
    """A column. Its type is as Ibis writes it: string, int64, float64, date, timestamp, boolean."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Dataset:
    """A table of the store. `key` names the columns whose values come once; where it is empty, no row is a repeat.

    A row whose only key is null has no id, and is never a repeat.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    is_own: bool = False  # drawn from the platform's own records, and so under disclosure control

    @property
    def has_ids(self) -> bool:
        """Whether its rows are told apart by an id, and not by what they are about."""
        return self.key[:1] in {("id",), ("offence_id",), ("pseudonym",)}

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in their order."""
        return tuple(column.name for column in self.columns)


def _columns(text: str) -> tuple[Column, ...]:
    """Read lines of ``name type  meaning``. Each dataset ends with the load that a row came from."""
    lines = [line.split(maxsplit=2) for line in text.splitlines() if line]
    found = [Column(name, kind, meaning) for name, kind, meaning in lines]
    return (*found, Column("load", "string", "SHA-256 of the content that the row came from: its manifest's name"))


_POINT = """
lon float64 degrees east, WGS 84; null where not published
lat float64 degrees north, WGS 84; null where not published
"""
_LSOA = """
lsoa string code of the LSOA; null where not published
lsoa_name string its name as published
lsoa_vintage string 2011, 2021 or 2011+2021 (a code of both); empty where there is none or it isn't known here
"""
_FLAGS = """
no_id boolean whether the record came without an id
no_lsoa boolean whether it came without an LSOA
no_coordinates boolean whether it came without a point
"""
_POLICE = """
id string as published; null where there is none (anti-social behaviour, British Transport Police)
month date first day of the record's own month
force string the force's slug as in names of files: west-midlands; empty from the API, which doesn't say
reported_by string the force that reported it
falls_within string the force in whose area it is
"""

STREET = Dataset(
    "street",
    "Street-level crime and anti-social behaviour",
    _columns(
        _POLICE
        + _POINT
        + "location string the anonymous map point's name"
        + _LSOA
        + """persistent_id string what names the crime across months (API only: a CSV's id is that already)
ward string code of the ward that was asked for (API only); null otherwise
category string slug as the API names them: anti-social-behaviour, violence-and-sexual-offences
category_text string as the file writes it
outcome string the last outcome, as published; null where there is none
is_asb boolean whether the row is anti-social behaviour, which is not a crime
origin string csv or api"""
        + _FLAGS
    ),
    key=("id", "origin"),
)
OUTCOMES = Dataset(
    "outcomes",
    "Outcomes of crimes",
    _columns(
        _POLICE
        + _POINT
        + "location string the anonymous map point's name"
        + _LSOA
        + "outcome string the outcome's text as published\nno_id boolean without an id"
        + "\nno_lsoa boolean without an LSOA\nno_coordinates boolean without a point"
    ),
)
STOP_SEARCH = Dataset(
    "stop_search",
    "Stop and search",
    _columns(
        """month date first day of the search's own month, in local time as published
at timestamp when, in UTC
force string slug of the force, from the file's name: the file itself doesn't say
kind string person, vehicle or both, as published
part_of_operation boolean null where not said
operation string its name
"""
        + _POINT
        + """gender string as published
age_range string as published: 18-24, over 34
self_defined_ethnicity string as published
officer_defined_ethnicity string as published
legislation string as published
object_of_search string as published
outcome string as published
outcome_linked boolean whether the outcome is linked to the object of the search; null where not said
more_than_outer_clothing boolean whether more than outer clothing was removed; null where not said
no_coordinates boolean without a point"""
    ),
)
OFFENCES = Dataset(
    "offences",
    "Offence-level extract",
    _columns(
        """offence_id string of the offence; one row for each pair of victim and suspect has an id of its own
force string slug
offence_code string Home Office offence code
offence string its description
category string slug, as in street
from timestamp earliest time at which it can have happened, local
to timestamp latest time; equal to `from` where the time is known
recorded timestamp when it was recorded
venue string kind of place: dwelling, street, licensed premises ...
lsoa string code
lsoa_vintage string 2011 or 2021
lon float64 degrees east
lat float64 degrees north
victim string pseudonym of the victim; null where there is none
victim_age int64 years at the offence
victim_sex string female, male; null where not recorded
victim_ethnicity string as recorded
suspect string pseudonym of the suspect; null where none is known
suspect_age int64 years at the offence
suspect_sex string female, male; null where not recorded
suspect_ethnicity string as recorded
relationship string of suspect to victim, as recorded
outcome string as recorded
is_domestic boolean flagged domestic abuse
is_vawg boolean flagged violence against women and girls
is_hate boolean flagged hate crime
with_weapon boolean a weapon was used or shown
with_knife boolean the weapon was a blade
with_alcohol boolean alcohol was a factor
with_drugs boolean drugs were a factor
is_synthetic boolean invented for a demonstration"""
    ),
    key=("offence_id",),
)
POPULATION = Dataset(
    "population",
    "Populations and other census counts",
    _columns(
        """area_code string the area
area_name string its name where the file gives it
area_kind string lsoa, msoa, ward, ltla, pfa or country
vintage string of the codes: 2011, 2021, 2023
date date the day that is counted: 2011-03-27, 2020-06-30, 2021-03-21
measure string residents, household_residents, households, disability, religion, tenure, overcrowding ...
sex string female, male or empty for all
age_from int64 youngest age counted, in years; null for all ages
age_to int64 oldest age counted; null for all ages and for an open end
ethnicity string group as published; null for all
category string class of any other breakdown as published; null for all
value int64 count
is_total boolean whether the row is the area's total of this measure
source string table or publication"""
    ),
    key=("area_code", "vintage", "date", "measure", "sex", "age_from", "age_to", "ethnicity", "category", "is_total"),
)
DEPRIVATION = Dataset(
    "deprivation",
    "English Indices of Deprivation",
    _columns(
        """lsoa string code
vintage string of the code: 2011 for the 2019 edition, 2021 for that of 2025
edition int64 2019 or 2025; never to be compared as a change
domain string overall, income, employment, education, health, crime, housing, environment
rank int64 1 is the most deprived
decile int64 1 is the most deprived tenth
score float64 null where the file has none
population int64 people of the LSOA, as the source says; null where the file has none (domain overall only)
source string publication"""
    ),
    key=("lsoa", "edition", "domain"),
)
LOOKUP = Dataset(
    "lookup",
    "Which area lies in which",
    _columns(
        """from_code string the smaller area
from_name string its name where given
from_kind string lsoa, ward ...
from_vintage string of its code
to_code string the larger area
to_name string its name
to_kind string ward, ltla, pfa ...
to_vintage string of its code
share float64 part of the smaller area that lies in the larger one; null where not said
is_best_fit boolean whether the assignment is a best fit, not an exact nesting
source string publication"""
    ),
    key=("from_code", "from_vintage", "to_code", "to_vintage"),
)
BOUNDARY = Dataset(
    "boundary",
    "Boundaries",
    _columns(
        """code string of the area
name string its name
kind string lsoa, msoa, ward, ltla
vintage string of the code
geometry string GeoJSON geometry, WGS 84
source string publication"""
    ),
    key=("code", "vintage"),
)
RECORDED_CRIME = Dataset(
    "recorded_crime",
    "Police recorded crime open data",
    _columns(
        """force string slug
force_name string as published
year string financial year: 2017/18
quarter int64 1 is April to June
offence_code string Home Office offence code
offence string its description
offence_group string as published
offence_subgroup string as published
value int64 number of offences
category string the carrier's own assignment to a police.uk category, slug; null where there is none
source string publication"""
    ),
)
WEIGHTS = Dataset(
    "weights",
    "Harm weights and unit costs that a user has supplied",
    _columns(
        """scheme string the weighting's name
kind string harm or cost
by string what `item` names: offence_code or category
item string the offence code or the category's slug
weight float64 per offence
unit string days, GBP ...
price_year string of a cost; null for harm
source string where the user has it from"""
    ),
    key=("scheme", "kind", "by", "item"),
)

SUPPLIED = Dataset(
    "supplied",
    "Numbers that agencies supply for sections of an assessment",
    _columns(
        """section string code of the section: hub, accommodation, surveys ...
series string what is counted: Calls answered, Began
step int64 place in a funnel; null where it is none
area string code of the area
month date first day of the period's first month
starts date first day of the period
ends date last day of the period, that of a month
category string part of the series; empty for the whole
value int64 the number; null where the section wants a word
status string the word of a section that wants one: done, on track, late, not begun, dropped
base int64 the number that it is a share of; null where there is none
source string whose return, survey or publication it is
how string how it was collected, or people were asked
line int64 row of the file: in its order series are shown
is_synthetic boolean invented for a demonstration"""
    ),
    key=("section", "series", "area", "starts", "ends", "category"),
)

_OWN = """
pseudonym string of the record: HMAC-SHA-256 under the key of this store
month date first day of the month
"""
_VICTIM = """victim string pseudonym of the victim-survivor: the same person has the same in every table
victim_age_band string under-16, 16-24, 25-34 ... 65-over; not-known
victim_sex string female, male, ?not_asked, ?declined or ?not_known
victim_ethnicity string code of the list, or why it isn't known, as above
victim_disability string as above
victim_sexual_orientation string as above
"""
OWN_INCIDENTS = Dataset(
    "own_incidents",
    "Incidents recorded on the platform",
    _columns(
        _OWN
        + """case string pseudonym of the case
force string slug of the force
suspect string pseudonym of the perpetrator; null where there is no record of one
weekday int64 1 is Monday
hour int64 0 to 23, London
lsoa string null where it isn't known, or lies where a confidential address of hers does
lsoa_vintage string of the code
ward string code; null as above
abuse_kinds string codes, separated by spaces
flags string codes, separated by spaces
grade string DARA grade; empty where none
relationship string code
is_crime boolean whether a crime was recorded
suspect_age_band string as the victim's
suspect_sex string as the victim's
"""
        + _VICTIM
    ),
    key=("pseudonym",),
    is_own=True,
)
OWN_REFERRALS = Dataset(
    "own_referrals",
    "MARAC referrals made on the platform",
    _columns(
        _OWN
        + """case string pseudonym of the case
from_organisation string slug of the referring organisation
from_kind string its kind
state string where the referral stands
days_to_hearing int64 from receipt until the session that heard it; null where it hasn't been heard
is_repeat boolean whether the referrer gave a repeat as a reason
by_judgement boolean whether professional judgement was a reason
reasons string codes, separated by spaces
victim_aware boolean whether the victim-survivor knew of the referral
"""
        + _VICTIM
    ),
    key=("pseudonym",),
    is_own=True,
)
OWN_MARAC = Dataset(
    "own_marac",
    "MARAC hearings on the platform",
    _columns(
        _OWN
        + """case string pseudonym of the case
referral string pseudonym of the referral
marac string code of the panel's area
from_kind string kind of the referring organisation
children int64 children in the case
days_waited int64 from receipt of the referral until the session
telling_state string where the duty to tell the victim-survivor stands
told_within_days int64 from the session until she was told, or it ended otherwise; null while it waits
actions int64 commitments that were promised at the hearing
actions_done int64 of those, done
"""
        + _VICTIM
    ),
    key=("pseudonym",),
    is_own=True,
)
OWN_TRANSFERS = Dataset(
    "own_transfers",
    "Cases that moved to another area's MARAC, or came from one",
    _columns(
        _OWN
        + """case string pseudonym of the case
referral string pseudonym of the referral
direction string out: to another area; in: from one
state string where the transfer stands
move string permanent, temporary or unknown
other_area string code of the other area; null where its name isn't known, or she has a confidential address
other_kind string kind of that area; null as above
"""
        + _VICTIM
    ),
    key=("pseudonym",),
    is_own=True,
)

DATASETS: dict[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        STREET,
        OUTCOMES,
        STOP_SEARCH,
        OFFENCES,
        POPULATION,
        DEPRIVATION,
        LOOKUP,
        BOUNDARY,
        RECORDED_CRIME,
        WEIGHTS,
        SUPPLIED,
        OWN_INCIDENTS,
        OWN_REFERRALS,
        OWN_MARAC,
        OWN_TRANSFERS,
    )
}
