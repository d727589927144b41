"""Police incidents of a family over time: when, what, how grave, and what the officer wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from wraparound.demo.city import writing
from wraparound.demo.city.chance import LONDON, Chance, moment
from wraparound.demo.city.figures import Figures
from wraparound.demo.city.people import PARTNERS, Child, Family, Human

EXPOSURES: Mapping[str, float] = {"heard": 42, "saw": 30, "elsewhere": 18, "unknown": 8, "injured": 2}
LOCATIONS: Mapping[str, float] = {
    "home": 47,
    "shared_home": 27,
    "street": 8,
    "online": 6,
    "perpetrator_home": 5,
    "other_home": 3,
    "workplace": 2,
}
_FLAGS = {"stalking": 0.06, "digital": 0.05, "weapon": 0.045, "pregnancy": 0.03, "honour_based": 0.008}
_TICKS = {"standard": (1, 9), "medium": (10, 13), "high": (14, 22)}


@dataclass(frozen=True, slots=True)
class Exposed:
    """A child at an incident."""

    child: Child
    exposure: str
    voice: str


@dataclass(slots=True)
class Incident:
    """One incident as the force would know it."""

    ref: str
    family: Family
    victim: Human
    perpetrator: Human | None
    occurred_from: datetime
    occurred_to: datetime | None
    reported_at: datetime
    kinds: tuple[str, ...]
    flags: tuple[str, ...]
    grade: str
    ticks: int | None
    is_crime: bool
    location_kind: str
    narrative: str = ""
    offence: tuple[str, str] = ("", "")
    outcome: str = ""
    crime_ref: str = ""
    children: list[Exposed] = field(default_factory=list)

    @property
    def everyone(self) -> list[Human]:
        """Those whom a row of the force's files names."""
        adults = [self.victim, *([self.perpetrator] if self.perpetrator else [])]
        return adults + [exposed.child.human for exposed in self.children]


class IncidentMaker:
    """Makes incidents up by the figures."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self._hours = list(accumulate(figures.hours))

    def at(
        self,
        chance: Chance,
        family: Family,
        when: datetime,
        *,
        grade: str = "",
        reversed_roles: bool = False,
        flags: Sequence[str] = (),
    ) -> Incident:
        """An incident that was reported at `when`; it gets its references when the whole year is in order."""
        victim, perpetrator = family.victim, family.perpetrator
        if reversed_roles:
            victim, perpetrator = perpetrator, victim
        grade = grade or chance.pick(self.figures.grades)
        kinds = self._kinds(chance, grade)
        happened = when - timedelta(minutes=chance.choice((4, 9, 14, 25, 40, 70, 190, 900)))
        incident = Incident(
            ref="",
            family=family,
            victim=victim,
            perpetrator=perpetrator,
            occurred_from=happened.replace(second=0, microsecond=0),
            occurred_to=happened.replace(second=0, microsecond=0) + timedelta(minutes=3) if chance.yes(0.4) else None,
            reported_at=when.replace(second=0, microsecond=0),
            kinds=kinds,
            flags=self._flags(chance, grade, family, flags),
            grade=grade if chance.yes(0.94) else "",
            ticks=None,
            is_crime=grade == "high" or chance.yes(self.figures.crime_share - 0.03),
            location_kind=chance.pick(LOCATIONS),
        )
        self._describe(chance, incident, grade)
        return incident

    def reported_on(self, chance: Chance, day: date) -> datetime:
        """A time of that day, at the hours when such calls come."""
        hour = chance.choices(range(24), cum_weights=self._hours)[0]
        return moment(day, time(hour, chance.randint(0, 59)))

    def day(self, chance: Chance, first: date, last: date) -> date:
        """A day between the two, by the weekday's share."""
        while True:
            day = chance.day_between(first, last)
            if chance.random() * max(self.figures.weekdays) <= self.figures.weekdays[day.weekday()]:
                return day

    def _kinds(self, chance: Chance, grade: str) -> tuple[str, ...]:
        weights = dict(self.figures.abuse_kinds)
        first = chance.pick(weights)
        kinds = {first} | {chance.pick(weights) for _ in range(2 if grade == "high" else chance.randint(0, 1))}
        return tuple(kind for kind in weights if kind in kinds)

    def _flags(self, chance: Chance, grade: str, family: Family, wanted: Sequence[str]) -> tuple[str, ...]:
        more = {"standard": 0.7, "medium": 1.2, "high": 3.5}[grade]
        flags = {flag for flag, share in _FLAGS.items() if chance.yes(share * more)} | set(wanted)
        if chance.yes({"standard": 0.01, "medium": 0.04, "high": 0.28}[grade]):
            flags.add("strangulation")
        if family.victim.sex != "female":
            flags.discard("pregnancy")
        if family.ended == "yes" and chance.yes(0.08 * more):
            flags.add("breach_of_order")
        if family.children and chance.yes(self.figures.child_present * 1.7):
            flags.add("child_present")
        return tuple(sorted(flags))

    def _describe(self, chance: Chance, incident: Incident, grade: str) -> None:
        if chance.yes(0.24):
            low, high = _TICKS[grade]
            incident.ticks = chance.randint(low, high)
        if incident.is_crime:
            ground = next((flag for flag in incident.flags if flag in writing.OFFENCES), incident.kinds[0])
            incident.offence = chance.choice(writing.OFFENCES[ground])
            incident.outcome = chance.pick(writing.OUTCOMES)
        if "child_present" in incident.flags:
            for child in incident.family.children:
                if child.human.dob < incident.occurred_from.astimezone(LONDON).date():
                    voice = chance.choice(writing.VOICES) if chance.yes(0.2) else ""
                    incident.children.append(Exposed(child, chance.pick(EXPOSURES), voice))
        incident.narrative = narrative(chance, incident)


def narrative(chance: Chance, incident: Incident) -> str:
    """What the officer wrote; now and then with the address in the text, as officers do."""
    what = chance.choice(writing.WHAT_HAPPENED[incident.kinds[0]])
    sentences = [chance.choice(writing.CALLS), what[0].upper() + what[1:] + "."]
    sentences += [writing.FLAG_SENTENCES[flag] for flag in incident.flags]
    if incident.family.relationship in PARTNERS and incident.family.ended == "yes":
        sentences.append(writing.SEPARATED)
    sentences.append(chance.choice(writing.ENDINGS))
    text = ("\n" if chance.yes(0.06) else " ").join(sentences)
    perpetrator = incident.perpetrator
    words = writing.words_for(incident.victim.sex, perpetrator.sex if perpetrator else "")
    words["V"] = incident.victim.name.given
    words["P"] = perpetrator.name.given if perpetrator else "an unknown person"
    words["A"] = incident.victim.home.lines if chance.yes(0.35) else "the address"
    return writing.fill(text, words)
