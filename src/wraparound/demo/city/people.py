"""Invented people, and the families in which somebody is hurt."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol

from wraparound.demo.city.chance import Chance, age_on, years_before
from wraparound.demo.city.figures import Figures
from wraparound.demo.city.names import Name, culture_of, draw_name, language_of
from wraparound.demo.city.places import Home, Places, Telephones

PARTNERS = ("spouse", "civil_partner", "engaged", "intimate_partner", "parent_of_same_child")
RELATIONSHIPS: Mapping[str, float] = {
    "spouse": 21,
    "civil_partner": 0.5,
    "engaged": 1,
    "intimate_partner": 39,
    "parent_of_same_child": 13,
    "child": 8,
    "parent": 5,
    "sibling": 5.5,
    "grandparent": 0.5,
    "grandchild": 1,
    "other_relative": 3,
    "none": 0.5,
    "unknown": 2,
}
_SAME_SEX = 0.022  # of relationships (MARAC: 20 of 910)
_MOST_CHILDREN = 99
MINORITISED = frozenset({*(str(code) for code in range(1, 13)), "18", "19"})
"""The ethnic groups (codes of the Census) that the national form puts together: all but the White ones."""


class Case(Protocol):
    """What the next case that is heard should be like."""

    def sex(self, chance: Chance) -> str:
        """The victim's."""

    def ages(self, chance: Chance) -> str:
        """The victim's band of ages, on the day."""

    def is_minoritised(self, chance: Chance) -> bool | None:
        """Whether the victim is of the groups that the form puts together; None leaves it to chance."""

    def is_lgbt(self, chance: Chance, partners: bool) -> bool:
        """Whether the two are of one sex; only where they are `partners`."""

    def children(self, chance: Chance, most: int) -> int:
        """How many children, where there can be so many at most."""


@dataclass(frozen=True, slots=True)
class Human:
    """Someone as they truly are: what is known of them is another matter."""

    ref: str  # the force's reference
    name: Name
    sex: str
    dob: date
    culture: str
    ethnicity: str  # code of the pack's list
    disability: str  # yes or no
    language: str
    phone: str
    home: Home

    def age(self, day: date) -> int:
        """Whole years."""
        return age_on(self.dob, day)


@dataclass(frozen=True, slots=True)
class Child:
    """A child of the family."""

    human: Human
    to_victim: str
    to_perpetrator: str
    school: str


@dataclass(slots=True)
class Family:
    """Two people, what connects them, and the children around them."""

    number: int
    victim: Human
    perpetrator: Human
    relationship: str
    ended: str
    separated_on: date | None
    children: list[Child] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What the truth file calls it."""
        return f"F{self.number:06d}"

    @property
    def pair(self) -> tuple[str, str]:
        """The force's references of victim and perpetrator."""
        return self.victim.ref, self.perpetrator.ref


class Population:
    """Makes families up. One for a build: references and telephone numbers are handed out once."""

    def __init__(self, figures: Figures, places: Places, until: date, seed: object) -> None:
        self.figures = figures
        self.places = places
        self.until = until
        self.refs_from = 4_000_000
        self._phones = Telephones(seed)
        self._people = 0
        self._families = 0

    def family(
        self,
        chance: Chance,
        *,
        for_marac: bool = False,
        case: Case | None = None,
        on: date | None = None,
        sex: str = "",
        ages: str = "",
    ) -> Family:
        """A new family; one that comes to MARAC has the ages, sexes and children that such cases have.

        With `case`, as that says, by the age on the day `on`; else with the victim's `sex` and band of `ages` where
        they are given.
        """
        figures, day = self.figures, on or self.until
        female = chance.yes(1 - figures.marac_male if for_marac else figures.victim_female)
        drawn = chance.pick(figures.marac_ages if for_marac else figures.victim_ages)
        sex = case.sex(chance) if case else sex or ("female" if female else "male")
        dob = chance.born(day, case.ages(chance) if case else ages or drawn)
        relationship = _relationship(chance, age_on(dob, self.until), for_marac)
        culture_group = chance.pick(_groups(figures.ethnic_groups, case.is_minoritised(chance) if case else None))
        home = self.places.home(chance)
        victim = self.human(chance, sex, dob, culture_group, home, reachable=0.93 if for_marac else 0.62)
        same_sex = case.is_lgbt(chance, relationship in PARTNERS) if case else chance.yes(_SAME_SEX)
        perpetrator = self._perpetrator(chance, victim, relationship, same_sex)
        ended, separated_on = self._ending(chance, relationship)
        self._families += 1
        family = Family(self._families, victim, perpetrator, relationship, ended, separated_on)
        family.children = self._children(chance, family, for_marac, case)
        return family

    def human(
        self,
        chance: Chance,
        sex: str,
        dob: date,
        ethnicity: str,
        home: Home,
        culture: str = "",
        family_name: str = "",
        reachable: float = 0.62,
    ) -> Human:
        """Someone new."""
        culture = culture or culture_of(chance, ethnicity)
        self._people += 1
        return Human(
            ref=f"N{self.refs_from + self._people}",
            name=draw_name(chance, culture, sex, family_name),
            sex=sex,
            dob=dob,
            culture=culture,
            ethnicity=ethnicity,
            disability="yes" if chance.yes(0.17) else "no",
            language=language_of(chance, culture),
            phone=self._phones.next() if chance.yes(reachable) else "",
            home=home,
        )

    def second_ref(self, human: Human) -> Human:
        """The same one under another of the force's references."""
        self._people += 1
        return replace(human, ref=f"N{self.refs_from + self._people}")

    def stranger(self, chance: Chance, near: Human) -> Human:
        """Somebody else of about the same age, for a new relationship."""
        dob = near.dob - timedelta(days=chance.randint(-900, 2000))
        group = near.ethnicity if chance.yes(0.7) else chance.pick(self.figures.ethnic_groups)
        return self.human(chance, near.sex, dob, group, self.places.home(chance))

    def _perpetrator(self, chance: Chance, victim: Human, relationship: str, same_sex: bool) -> Human:
        group = victim.ethnicity if chance.yes(0.78) else chance.pick(self.figures.ethnic_groups)
        culture = victim.culture if group == victim.ethnicity else ""
        together = chance.yes(0.45)
        home = victim.home if together else self.places.home(chance, victim.home.ward if chance.yes(0.4) else None)
        related = relationship not in PARTNERS and relationship not in ("none", "unknown")
        same_name = related or (relationship == "spouse" and chance.yes(0.7))
        name = victim.name.family if same_name and culture else ""
        return self.human(
            chance,
            _sex_of(chance, victim, relationship, same_sex),
            _born_as(chance, victim, relationship),
            group,
            home,
            culture,
            name,
        )

    def _ending(self, chance: Chance, relationship: str) -> tuple[str, date | None]:
        if relationship == "parent_of_same_child":
            ended = "yes"
        elif relationship in PARTNERS:
            ended = "yes" if chance.yes(0.46) else chance.choice(("no", "no", "no", "unknown"))
        else:
            return "", None
        separated_on = None
        if ended == "yes" and chance.yes(0.55):
            separated_on = self.until - timedelta(days=chance.randint(380, 1100))
        return ended, separated_on

    def _children(self, chance: Chance, family: Family, for_marac: bool, case: Case | None) -> list[Child]:
        oldest = min(17, age_on(family.victim.dob, self.until) - 16)
        can_be = family.relationship in PARTNERS and oldest > 0
        if case:
            many = case.children(chance, _MOST_CHILDREN if can_be else 0)
        elif not can_be:
            return []
        else:
            many = int(chance.pick(self.figures.marac_children))
            if family.relationship == "parent_of_same_child":
                many = max(1, many)
            if not for_marac and chance.yes(0.35):
                many = 0
        return [self._child(chance, family, oldest) for _ in range(many)]

    def _child(self, chance: Chance, family: Family, oldest: int) -> Child:
        dob = years_before(self.until, chance.randint(0, oldest)) - timedelta(days=chance.randint(0, 360))
        if age_on(dob, self.until) > 16:
            dob += timedelta(days=730)
        shared = family.relationship == "parent_of_same_child" or chance.yes(0.65)
        parent = family.perpetrator if shared and chance.yes(0.5) else family.victim
        sex = chance.choice(("female", "male"))
        human = self.human(
            chance, sex, dob, family.victim.ethnicity, family.victim.home, parent.culture, parent.name.family
        )
        school = f"{family.victim.home.ward.name} {chance.choice(_SCHOOLS)} (invented)"
        school = school if human.age(self.until) >= 4 else ""
        return Child(replace(human, phone=""), "child", "child" if shared else "step-child", school)


def is_same_sex(family: Family) -> bool:
    """Whether the two are or were partners of one sex."""
    return family.relationship in PARTNERS and family.victim.sex == family.perpetrator.sex


def band_of(age: int, bands: Collection[str]) -> str:
    """The band, such as ``25-34``, that holds an age, or the nearest."""
    ends = {band: [int(part) for part in band.split("-")] for band in bands}
    return min(ends, key=lambda band: max(ends[band][0] - age, age - ends[band][1], 0))


def _groups(groups: Mapping[str, float], minoritised: bool | None) -> Mapping[str, float]:
    """Those of the groups that are meant; all where it is left to chance, or where the area has none of them."""
    if minoritised is None:
        return groups
    return {code: share for code, share in groups.items() if (code in MINORITISED) is minoritised} or groups


def _sex_of(chance: Chance, victim: Human, relationship: str, same_sex: bool) -> str:
    if relationship in PARTNERS:
        other = "male" if victim.sex == "female" else "female"
        return victim.sex if same_sex else other
    return "male" if chance.yes(0.8) else "female"


_SCHOOLS = ("Primary School", "Academy", "Infant School", "Community School")


def _relationship(chance: Chance, age: int, for_marac: bool) -> str:
    if for_marac and chance.yes(0.55):
        return chance.choice(PARTNERS[3:]) if age < 25 else chance.choice((*PARTNERS[3:], "spouse"))
    while True:
        drawn = chance.pick(RELATIONSHIPS)
        fits_young = age >= 18 or drawn not in ("spouse", "civil_partner", "engaged", "child", "grandchild")
        fits_old = age >= 34 or drawn not in ("child", "grandchild")
        if fits_young and fits_old and (age >= 52 or drawn != "grandchild"):
            return drawn


def _born_as(chance: Chance, victim: Human, relationship: str) -> date:
    """When somebody was born who is this to the victim: a child is younger, a parent older."""
    years = {
        "child": lambda: chance.randint(17, 32),
        "grandchild": lambda: chance.randint(36, 50),
        "parent": lambda: -chance.randint(18, 38),
        "grandparent": lambda: -chance.randint(40, 60),
    }.get(relationship, lambda: round(chance.gauss(-2, 5)))()
    born = years_before(victim.dob, 0) + timedelta(days=365 * years + chance.randint(-180, 180))
    return min(born, date(2009, 6, 30)) if relationship != "child" else born
