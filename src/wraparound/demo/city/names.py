"""Names in the city's mix, and how else clerks write them."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wraparound.demo.city.chance import Chance

DATA = Path(__file__).resolve().parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Name:
    """A name as somebody wrote it down."""

    family: str
    given: str

    @property
    def full(self) -> str:
        """Given names and family name."""
        return f"{self.given} {self.family}".strip()


@functools.cache
def _read() -> dict[str, Any]:
    return tomllib.loads((DATA / "names.toml").read_text(encoding="utf-8"))


@functools.cache
def _list(culture: str, kind: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in _read()[culture][kind].split(","))


def draw_name(chance: Chance, culture: str, sex: str, family: str = "") -> Name:
    """A name of someone of that sex; with the family's name where one is given and names run in the family so."""
    given = chance.choice(_list(culture, "female" if sex == "female" else "male"))
    own = family or chance.choice(_list(culture, "family"))
    return Name(_fitting(culture, sex, own), given)


def _fitting(culture: str, sex: str, family: str) -> str:
    """Kaur of a woman is Singh of a man, Kowalska Kowalski: the same family's name in the other form."""
    if culture == "punjabi":
        first, second = ("Singh", "Kaur") if sex == "female" else ("Kaur", "Singh")
        return family.replace(first, second)
    if culture == "polish" and family.endswith(("ska", "ski", "cka", "cki")):
        return family[:-1] + ("a" if sex == "female" else "i")
    return family


def culture_of(chance: Chance, ethnicity: str) -> str:
    """From which names someone of that ethnic group has theirs."""
    cultures: dict[str, float] = _read()["groups"][ethnicity]
    return chance.pick(cultures)


def language_of(chance: Chance, culture: str) -> str:
    """The language that someone speaks first, as an ISO 639 code."""
    spoken: dict[str, float] = _read()["languages"].get(culture, {})
    return chance.pick({**spoken, "en": 100 - sum(spoken.values())})


def in_own_script(name: Name) -> Name | None:
    """The name in Arabic, Chinese, Gurmukhi or Urdu letters, or None where it isn't known in them."""
    family, given = _in_letters(name.family), _in_letters(name.given)
    return Name(family, given) if family and given else None


def _in_letters(words: str) -> str:
    """The words in their own letters, or "" unless all of them are known."""
    letters: dict[str, str] = _read()["scripts"]
    if words in letters:
        return letters[words]
    parts = [letters.get(word, "") for word in words.split()]
    return " ".join(parts) if all(parts) else ""


def other_spelling(chance: Chance, name: Name) -> Name | None:
    """The name as it is also written, or None where no other spelling is known."""
    spellings: dict[str, str] = _read()["spellings"]
    known = [part for part in ("given", "family") if getattr(name, part) in spellings]
    if not known:
        return None
    part = chance.choice(known)
    other = chance.choice([word.strip() for word in spellings[getattr(name, part)].split(",")])
    return replace(name, **{part: other})


def misspelt(chance: Chance, name: Name) -> Name:
    """The name with one slip of the keyboard, in its longer part."""
    part = "family" if len(name.family) >= len(name.given) else "given"
    return replace(name, **{part: _slip(chance, getattr(name, part))})


def _slip(chance: Chance, word: str) -> str:
    if len(word) < 4:
        return word + word[-1]
    at = chance.randint(1, len(word) - 3)
    kind = chance.choice(("double", "drop", "swap", "vowel"))
    if kind == "double":
        return word[: at + 1] + word[at:]
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "swap" and word[at] != word[at + 1] and word[at + 1].isalpha() and word[at].isalpha():
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    vowels = {"a": "e", "e": "i", "i": "y", "o": "u", "u": "o"}
    for place in range(at, len(word)):
        if word[place] in vowels:
            return word[:place] + vowels[word[place]] + word[place + 1 :]
    return word + word[-1]
