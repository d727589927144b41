"""What was made up, counted as the return counts it, without any database."""

from __future__ import annotations

from collections.abc import Iterable

from wraparound.demo.calibration import REASONS, Counts
from wraparound.demo.city.chance import LONDON
from wraparound.demo.city.files import PoliceFiles
from wraparound.demo.city.making import City, Setting
from wraparound.demo.city.people import MINORITISED, Human, is_same_sex
from wraparound.response.marac.returns.params import Band

FORCE = "any"  # the force's name is in the files, and in no count


def counts_of(setting: Setting, city: City, bands: Iterable[Band]) -> Counts:
    """The counts of a city that was made up; victims' ages by the return's `bands`."""
    files = PoliceFiles(FORCE, city.seed, setting.figures.police_ethnicity_known)

    def known(human: Human, what: str) -> str:
        return files.known(human, is_victim=True)[what]

    heard = [
        (journey, journey.session_on)
        for journey in city.journeys
        if journey.stage in ("heard", "closed") and journey.session_on and city.first < journey.session_on <= city.until
    ]
    with_age = [incident for incident in city.incidents if known(incident.victim, "dob")]
    at_call = [one.victim.age(one.occurred_from.astimezone(LONDON).date()) for one in with_age]
    at_hearing = [journey.victim.age(on) for journey, on in heard]
    # Whoever was told of the ethnic group, any referrer or the force: the return knows it of everyone's records.
    asked = {journey.family.key for journey in city.journeys if journey.asked_ethnicity}
    of_groups = [journey for journey, _ in heard if journey.victim.ethnicity in MINORITISED]
    reasons = [journey.reasons for journey, _ in heard if "repeat" not in journey.reasons]
    return Counts(
        calls=len(city.incidents),
        crimes=sum(incident.is_crime for incident in city.incidents),
        women=sum(incident.victim.sex == "female" for incident in city.incidents),
        ethnicity_known=sum(known(incident.victim, "ethnicity").isdigit() for incident in city.incidents),
        of_age=len(at_call),
        young=sum(age < 16 for age in at_call),
        old=sum(age >= 65 for age in at_call),
        cases=len(heard),
        repeats=sum(bool(journey.repeat_of) for journey, _ in heard),
        male=sum(journey.victim.sex == "male" for journey, _ in heard),
        minoritised=sum(
            one.family.key in asked or (one.known_to_police and known(one.family.victim, "ethnicity").isdigit())
            for one in of_groups
        ),
        lgbt=sum(is_same_sex(journey.family) for journey, _ in heard),
        children=sum(0 <= child.human.age(on) < 18 for journey, on in heard for child in journey.family.children),
        ages={
            band.code: sum(band.first <= age and (band.last is None or age <= band.last) for age in at_hearing)
            for band in bands
        },
        reasons={reason: sum(reason in given for given in reasons) for reason in REASONS},
    )
