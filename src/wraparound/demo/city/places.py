"""Wards, streets, postcodes and telephone numbers that cannot be anyone's.

Postcodes are of the area ``ZB``. It has the form of a postcode, so that importers and validators take it, but Royal
Mail has given no area those letters (the only one that begins with Z is ZE, Lerwick): nothing is delivered there.
The district is the ward's number in the pack, so that neighbours are near in the data as well.
Telephone numbers are from the ranges that Ofcom keeps for drama; they ring nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from wraparound.demo.city.chance import Chance, chance_for

POSTCODE_AREA = "ZB"
_UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # those that Royal Mail uses for the last two
_FIRST = (
    *("Almsgate", "Bramblewick", "Candlemere", "Dovetallow", "Elderquill", "Fallowthorn"),
    *("Gorsewhistle", "Hollinquern", "Ironlark", "Jackdawley", "Kettlewhin", "Larkspindle"),
    *("Mosswhither", "Nettlequay", "Osierdown", "Pennywhistle", "Quillhaven", "Rookfeather"),
    *("Saltmarrow", "Thistledun", "Umberwick", "Vetchmeadow", "Willowquern", "Yarrowmist"),
    "Zinnialea",
)
_SECOND = ("Road", "Street", "Close", "Avenue", "Grove", "Lane", "Walk", "Rise", "Croft", "Drive", "Way", "Terrace")
_CITY_CODES = ("0121", "0113", "0114", "0115", "0116", "0117", "0118", "0131", "0141", "0151", "0161")
DRAMA_RANGES = (
    "07700 900",
    "01632 960",
    *(f"{code} 496 0" for code in _CITY_CODES),
    "0191 498 0",
    "020 7946 0",
    "028 9649 6",
    "029 2018 0",
    "03069 990",
)
"""Prefixes of the numbers that Ofcom keeps for television and radio drama; three digits follow each."""


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward of the pack, with its share of what happens."""

    code: str
    name: str
    number: int
    weight: float


@dataclass(frozen=True, slots=True)
class Home:
    """Where someone lives, in no real street."""

    lines: str
    postcode: str
    ward: Ward


class Places:
    """The city's wards, and homes in them."""

    def __init__(self, wards: list[Ward]) -> None:
        self.wards = wards
        self._sums = list(accumulate(ward.weight for ward in wards))

    def ward(self, chance: Chance) -> Ward:
        """A ward, by its share."""
        return chance.choices(self.wards, cum_weights=self._sums)[0]

    def home(self, chance: Chance, ward: Ward | None = None) -> Home:
        """A home in a ward, which is drawn where none is given."""
        ward = ward or self.ward(chance)
        unit = chance.choice(_UNIT_LETTERS) + chance.choice(_UNIT_LETTERS)
        postcode = f"{POSTCODE_AREA}{ward.number} {chance.randint(1, 9)}{unit}"
        flat = f"Flat {chance.randint(1, 40)}, " if chance.yes(0.3) else ""
        street = f"{chance.choice(_FIRST)} {chance.choice(_SECOND)}"
        return Home(f"{flat}{chance.randint(1, 180)} {street}", postcode, ward)


class Telephones:
    """Numbers that ring nowhere, each handed out once before any comes again."""

    def __init__(self, *seed: object) -> None:
        chance = chance_for("telephones", *seed)
        self._numbers: list[str] = []
        for start in DRAMA_RANGES:
            block = [f"{start}{last:03d}" for last in range(1000)]
            chance.shuffle(block)
            self._numbers += block
        self._next = 0

    def next(self) -> str:
        """The next number."""
        number = self._numbers[self._next % len(self._numbers)]
        self._next += 1
        return number
