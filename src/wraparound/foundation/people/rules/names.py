"""Names as they sound: the same person typed by another hand, in another order or in another script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import jellyfish
from anyascii import anyascii

# What is typed where a name is not known, and what stands before a name without being one.
_NO_NAMES = "unknown unk nk na none anon anonymous unnamed test notknown"
_TITLES = "mr mrs miss ms mx dr rev sir dame lady lord prof"
NOT_A_NAME = frozenset([*_NO_NAMES.split(), *_TITLES.split()])
# Written with or without, apart or joined: it must not decide whether two names are one.
_ARTICLES = "al el ul bin bint ibn abu umm de da do dos del della di du la le van von der den ter st"
_PARTICLES = frozenset([*_ARTICLES.split()])
_JOINED_TO_NEXT = frozenset({"o", "mc", "mac"})
_APOSTROPHES = re.compile(r"['`´ʻʼ‘’′ʹʿʾ]")
_BREAKS = re.compile(r"[^a-z]+")

# Letters that anyascii renders as signs, and those that stand for vowels.
_ABJAD = str.maketrans(
    {
        "ع": "a",
        "أ": "a",
        "إ": "a",
        "آ": "a",
        "ٱ": "a",
        "ا": "a",
        "ى": "a",
        "ة": "a",
        "ئ": "y",
        "ؤ": "w",
        "ء": "",
        "ـ": "",
    }
)
_VOWELS = frozenset("aeiou")
_HALF_VOWELS = str.maketrans("", "", "HWY")
_MOST_WORDS = 6


def _script(letter: str) -> str:
    """Where the letter belongs: ``abjad`` leaves short vowels out, ``syllables`` has one letter for each syllable."""
    code = ord(letter)
    if 0x0590 <= code <= 0x08FF or 0xFB1D <= code <= 0xFEFF:
        return "abjad"
    if 0x3400 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7AF or 0xF900 <= code <= 0xFAFF or code >= 0x20000:
        return "syllables"
    return "other"


@lru_cache(maxsize=100_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in small Latin letters, without titles and particles; at most six.

    A double-barrelled name gives its parts; apostrophes join ("O'Brien" and "O Brien" are one word); a name in a
    script of syllables gives each syllable and the whole.
    """
    plain = unicodedata.normalize("NFKC", name)
    words = list(_join_prefixes([word for part in plain.split() for word in _latin_words(part)]))
    wanted = [word for word in words if word not in NOT_A_NAME]
    without_particles = [word for word in wanted if word not in _PARTICLES]
    return tuple(dict.fromkeys(without_particles or wanted))[:_MOST_WORDS]


def _latin_words(part: str) -> list[str]:
    scripts = {_script(letter) for letter in part}
    if "abjad" in scripts:
        return [word for piece in part.split("-") if (word := _with_vowels(piece))]
    if "syllables" in scripts:
        syllables = [word for letter in part if (word := _plain(anyascii(letter)))]
        whole = ["".join(syllables)] if len(syllables) > 1 else []
        after_the_first = ["".join(syllables[1:])] if len(syllables) > 2 else []
        return [*whole, *after_the_first, *syllables]
    return [word for word in _BREAKS.split(_APOSTROPHES.sub("", anyascii(part)).lower()) if word]


def _join_prefixes(words: list[str]) -> Iterator[str]:
    held = ""
    for position, word in enumerate(words):
        if word in _JOINED_TO_NEXT and position + 1 < len(words):
            held += word
            continue
        yield held + word
        held = ""


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if "a" <= letter <= "z")


def _with_vowels(word: str) -> str:
    """A word of a script that leaves vowels out, with an ``a`` wherever two consonants would meet."""
    stripped = "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))
    article = "ال"
    if stripped.startswith(article) and len(stripped) > 4:
        stripped = stripped[len(article) :]
    units = [_plain(anyascii(letter)) for letter in unicodedata.normalize("NFC", stripped).translate(_ABJAD)]
    sounds: list[str] = []
    for position, unit in enumerate(unit for unit in units if unit):
        between = position > 0 and sounds[-1][-1] not in _VOWELS
        if unit in ("w", "y") and between:
            unit = "u" if unit == "w" else "i"
        if between and unit[0] not in _VOWELS:
            sounds.append("a")
        if not (sounds and sounds[-1] == unit == "a"):
            sounds.append(unit)
    return "".join(sounds)


@lru_cache(maxsize=200_000)
def sound_of(word: str) -> str:
    """How a Latin word sounds, at most eight letters: metaphone, with H, W and Y only at its beginning.

    Whether those are heard further on depends on vowels that other scripts leave out and transcriptions write
    in several ways (Aisha, Ayesha; Daud, Dawud). The word itself where metaphone is silent.
    """
    sound = jellyfish.metaphone(word) or word.upper()
    return (sound[0] + sound[1:].translate(_HALF_VOWELS))[:8]


def sounds_of(name: str) -> tuple[str, ...]:
    """How the words of a name sound, each once."""
    return tuple(dict.fromkeys(sound_of(word) for word in words_of(name)))
