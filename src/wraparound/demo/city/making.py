"""The whole city: first the families that come to MARAC, with what the police know of them, then all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from wraparound.demo.city import plants
from wraparound.demo.city.chance import LONDON, Chance, chance_for, years_before
from wraparound.demo.city.dealing import PoliceVictims
from wraparound.demo.city.figures import Figures
from wraparound.demo.city.incidents import Incident, IncidentMaker
from wraparound.demo.city.marac import MaracPlan, referrals_for
from wraparound.demo.city.people import Family, Population
from wraparound.demo.city.places import Places, Ward
from wraparound.demo.city.plants import Holder, Pair
from wraparound.demo.city.stories import Calendar, Journey
from wraparound.demo.city.truth import Truth

_HOW_MANY = {1: 70, 2: 16, 3: 6.5, 4: 3.2, 5: 1.8, 6: 1.1, 8: 0.8, 11: 0.4, 15: 0.2}
_KNOWN_TWICE = 0.03  # of people with several incidents: held by the force under two references
_UNKNOWN_PERPETRATOR = 0.02
_LOOK_ALIKE = 0.004
_PARENT_AT = 16
_RECENT_HIGH = 6


@dataclass
class City:
    """A year of it."""

    seed: str
    until: date
    incidents: list[Incident] = field(default_factory=list)
    journeys: list[Journey] = field(default_factory=list)
    truth: Truth = field(default_factory=Truth)

    @property
    def first(self) -> date:
        """The year's first day."""
        return self.until - timedelta(days=365)


@dataclass(frozen=True)
class Setting:
    """What the city is made from: the pack's wards and figures, the MARAC's calendar, and the seed."""

    figures: Figures
    wards: Sequence[Ward]
    calendar: Calendar
    scale: float
    seed: str
    until: date


def make_city(setting: Setting) -> City:
    """The city of that setting; the same setting always makes the same one."""
    city = City(setting.seed, setting.until)
    places = Places(list(setting.wards))
    population = Population(setting.figures, places, setting.until, setting.seed)
    maker = IncidentMaker(setting.figures)
    wanted = round(setting.figures.police_incidents * setting.scale)
    plan = MaracPlan(setting.figures, setting.calendar, population, maker, city.first, city.truth)
    referrals = referrals_for(setting.figures, setting.scale)
    plan.carry_out(chance_for(setting.seed, "marac"), referrals, room_for=wanted)
    city.journeys = plan.journeys
    city.incidents = plan.incidents
    others = _Others(setting, population, maker, city)
    others.add_high_risk(wanted - len(city.incidents))
    others.fill_up(wanted)
    _number(city)
    plan.tell_truth()
    others.tell_truth()
    return city


class _Others:
    """Families that the police know and MARAC doesn't."""

    def __init__(self, setting: Setting, population: Population, maker: IncidentMaker, city: City) -> None:
        self.setting = setting
        self.population = population
        self.maker = maker
        self.city = city
        self._twice: list[tuple[str, str, str]] = []
        self._alike: list[tuple[str, str, str]] = []

    def add_high_risk(self, wanted: int) -> None:
        """In the last days some that the criteria ask about, and that nobody has looked at yet."""
        for number in range(min(_RECENT_HIGH, wanted // 40)):
            chance = chance_for(self.setting.seed, "high", number)
            family = self.population.family(chance, for_marac=True)
            day = self.setting.until - timedelta(days=2 + number // 4)
            incident = self.maker.at(chance, family, self.maker.reported_on(chance, day), grade="high")
            incident.grade = "high"
            self.city.incidents.append(incident)

    def fill_up(self, wanted: int) -> None:
        """Add families until the year has as many incidents as it should."""
        number = 0
        last: Family | None = None
        victims = PoliceVictims(self.setting.figures)
        victims.note(self.city.incidents)
        midyear = self.setting.until - timedelta(days=182)  # the day of the ages: incidents lie on both sides of it
        while len(self.city.incidents) < wanted:
            number += 1
            chance = chance_for(self.setting.seed, "family", number)
            sex, ages = victims.next(chance)
            family = self.population.family(chance, sex=sex, ages=ages, on=midyear)
            if last is not None and chance.yes(_LOOK_ALIKE):
                family = self._look_alike(chance, last, family)
            many = min(chance.pick(_HOW_MANY), wanted - len(self.city.incidents), victims.room(ages, wanted))
            before = len(self.city.incidents)
            self._incidents(chance, family, many)
            victims.note(self.city.incidents[before:])
            last = family

    def tell_truth(self) -> None:
        """Write what was planted among them."""
        for one, other, what in self._twice:
            self.city.truth.hold(one, Holder("police", one), "as_it_is")
            self.city.truth.hold(one, Holder("police", other), what)
        for one, other, what in self._alike:
            self.city.truth.not_same_person.append(Pair(Holder("police", one), Holder("police", other), what))

    def _incidents(self, chance: Chance, family: Family, many: int) -> None:
        again = family
        if many > 1 and chance.yes(_KNOWN_TWICE):
            again = self._second_record(chance, family)
        nobody_known = many == 1 and chance.yes(_UNKNOWN_PERPETRATOR)
        for number, when in enumerate(self._days(chance, many)):
            incident = self.maker.at(chance, family if number < (many + 1) // 2 else again, when)
            if nobody_known:
                incident.perpetrator = None
            self.city.incidents.append(incident)

    def _days(self, chance: Chance, many: int) -> list[datetime]:
        """When they were reported: the first anywhere in the year, the next ones after it, sooner rather than later."""
        last = self.setting.until - timedelta(days=2)
        day = self.maker.day(chance, self.city.first, last)
        days = [day]
        for _ in range(many - 1):
            day += timedelta(days=1 + round(chance.expovariate(1 / 45)))
            days.append(day if day <= last else self.maker.day(chance, self.city.first, last))
        return sorted(self.maker.reported_on(chance, day) for day in days)

    def _second_record(self, chance: Chance, family: Family) -> Family:
        held, what = plants.held_otherwise(chance, family.victim, self.population.places)
        victim = self.population.second_ref(held)
        self._twice.append((family.victim.ref, victim.ref, what))
        return replace(family, victim=victim)

    def _look_alike(self, chance: Chance, last: Family, family: Family) -> Family:
        other = chance.choice((plants.twin, plants.namesake))
        what = "twin" if other is plants.twin else "namesake"
        victim = other(chance, last.victim, family.victim)
        self._alike.append((last.victim.ref, victim.ref, what))
        born = years_before(victim.dob, -_PARENT_AT)
        return replace(family, victim=victim, children=[one for one in family.children if one.human.dob > born])


def _number(city: City) -> None:
    """Put the year in order and give each incident its references, as a control room does."""
    city.incidents.sort(key=lambda incident: (incident.reported_at, incident.victim.ref))
    day, running, crimes = None, 0, 0
    for incident in city.incidents:
        on = incident.reported_at.astimezone(LONDON).date()
        running = running + 1 if on == day else 1
        day = on
        incident.ref = f"{on:%Y%m%d}-{running:04d}"
        if incident.is_crime:
            crimes += 1
            incident.crime_ref = f"20/{100_000 + crimes}/{on:%y}"
