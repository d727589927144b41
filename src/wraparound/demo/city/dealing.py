"""Kinds handed out in published shares: each next one by what is still owed, so that few cases have them too.

Drawn independently, 1 in 20 of seven hundred would be anything from 25 to 45. Dealt, it is 35: close enough for a test
to see a share that moved by a tenth. Which of those owed comes next is chance, so that kinds don't go hand in hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from wraparound.demo.city.chance import LONDON, Chance, age_on
from wraparound.demo.city.figures import Figures
from wraparound.demo.city.incidents import Incident
from wraparound.demo.city.people import MINORITISED, Case, Family, band_of, is_same_sex

_OWED = 0.5  # from half a case on, one is due
_OTHERS_KNOW = 0.6  # the ethnic group of those whose referrer doesn't: another agency holds them too
_FAMILIES_OF_A_BAND = 40
_SHARES = ("marac_male", "marac_lgbt", "marac_repeats", "marac_ethnicity_known")


class Deal:
    """Hands out keys in the shares of their weights, and minds what came by another way."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        whole = sum(weights.values())
        self.shares = {key: weight / whole for key, weight in weights.items()}
        self.given: Counter[str] = Counter()

    def next(self, chance: Chance, allowed: Collection[str] = ()) -> str:
        """One key, among `allowed` where only some can be."""
        number = self.given.total() + 1
        keys = [key for key in self.shares if not allowed or key in allowed]
        owed = {key: self.shares[key] * number - self.given[key] for key in keys}
        due = {key: by for key, by in owed.items() if by >= _OWED}
        key = chance.pick(due) if due else max(owed, key=lambda one: owed[one])
        self.note(key)
        return key

    def note(self, key: str, number: int = 1) -> None:
        """Some came that weren't handed out here; less than nought takes back."""
        self.given[key] += number


class MaracCases(Case):
    """What the cases that are heard have, one after another: dealt for a new family, noted of one that comes again."""

    def __init__(self, figures: Figures) -> None:
        yes_no = {share: {"yes": getattr(figures, share), "no": 1 - getattr(figures, share)} for share in _SHARES}
        self._male = Deal(yes_no["marac_male"])
        self._lgbt = Deal(yes_no["marac_lgbt"])
        self._repeats = Deal(yes_no["marac_repeats"])
        self._known = Deal(yes_no["marac_ethnicity_known"])
        # Of all cases so many are known to be of these groups, so of all victims so many more are.
        known = figures.marac_ethnicity_known
        known += (1 - known) * _OTHERS_KNOW
        self._minoritised: Deal | None = None
        if figures.marac_minoritised is not None:
            share = min(1.0, figures.marac_minoritised / known)
            self._minoritised = Deal({"yes": share, "no": 1 - share})
        self._ages = Deal(figures.marac_ages)
        self._children = Deal(figures.marac_children)
        self._reasons = Deal(figures.marac_reasons)
        self._stages = Deal({"closed": 1 - figures.marac_not_listed, "not_listed": figures.marac_not_listed})

    def sex(self, chance: Chance) -> str:
        """The victim's."""
        return "male" if self._male.next(chance) == "yes" else "female"

    def ages(self, chance: Chance) -> str:
        """The victim's band of ages, on the day."""
        return self._ages.next(chance)

    def is_minoritised(self, chance: Chance) -> bool | None:
        """Whether the victim is of the groups that the form puts together; None leaves it to chance."""
        return self._minoritised.next(chance) == "yes" if self._minoritised else None

    def is_lgbt(self, chance: Chance, partners: bool) -> bool:
        """Whether the two are of one sex; only where they are `partners`."""
        return self._lgbt.next(chance, () if partners else ("no",)) == "yes"

    def children(self, chance: Chance, most: int) -> int:
        """How many children, where there can be so many at most."""
        return int(self._children.next(chance, [key for key in self._children.shares if int(key) <= most]))

    def is_repeat(self, chance: Chance) -> bool:
        """Whether the next referral should be a repeat."""
        return self._repeats.next(chance) == "yes"

    def note_no_repeat(self) -> None:
        """There was no earlier case for one that should have been: the next ones make up for it."""
        self._repeats.note("yes", -1)
        self._repeats.note("no")

    def stage(self, chance: Chance, is_repeat: bool) -> str:
        """How a past referral ended; a repeat was heard."""
        return self._stages.next(chance, ("closed",) if is_repeat else ())

    def reason(self, chance: Chance, kind: str) -> str:
        """The first reason for one that is no repeat."""
        return self._reasons.next(chance, reasons_of(kind, self._reasons.shares))

    def ethnicity_is_known(self, chance: Chance) -> bool:
        """Whether the referrer asked, and was told."""
        return self._known.next(chance) == "yes"

    def note(self, family: Family, on: date) -> None:
        """The same two are heard again."""
        victim = family.victim
        self._male.note("yes" if victim.sex == "male" else "no")
        self._lgbt.note("yes" if is_same_sex(family) else "no")
        if self._minoritised:
            self._minoritised.note("yes" if victim.ethnicity in MINORITISED else "no")
        self._ages.note(band_of(age_on(victim.dob, on), self._ages.shares))
        self._children.note(str(min(len(family.children), max(int(key) for key in self._children.shares))))


class PoliceVictims:
    """The sexes and ages of those whom incidents happen to: each incident counts, also those of MARAC's families."""

    def __init__(self, figures: Figures) -> None:
        self._sexes = Deal({"female": figures.victim_female, "male": 1 - figures.victim_female})
        self._ages = Deal(figures.victim_ages)

    def next(self, chance: Chance) -> tuple[str, str]:
        """Sex and band of ages of the victim of the next family; its incidents are noted once they are there."""
        sex, ages = self._sexes.next(chance), self._ages.next(chance)
        self._sexes.note(sex, -1)
        self._ages.note(ages, -1)
        return sex, ages

    def room(self, ages: str, wanted: int) -> int:
        """How many incidents a family of that band may have, of so many in all; one in any case.

        Of a rare band few, so that no family makes up much of it.
        """
        whole = self._ages.shares[ages] * wanted
        return max(1, min(round(whole - self._ages.given[ages]), round(whole / _FAMILIES_OF_A_BAND)))

    def note(self, incidents: Iterable[Incident]) -> None:
        """These happened."""
        for incident in incidents:
            victim = incident.victim
            self._sexes.note(victim.sex)
            on = incident.occurred_from.astimezone(LONDON).date()
            self._ages.note(band_of(victim.age(on), self._ages.shares))


def reasons_of(kind: str, reasons: Collection[str]) -> list[str]:
    """The reasons that an organisation of this kind may give first: the police have the DARA, others the Dash."""
    other = "visible_high_risk" if kind == "police" else "dara_high"
    return [reason for reason in reasons if reason != other]
