"""The one redaction rule. Pages, exports, prints, e-mails, search results and logs all pass through here.

Addresses are protected by their type (safety rule 2): a confidential address, one in an unsafe area and one that
nobody has confirmed leave by no output at all, except to the users who are named as its readers. A protected
address is also taken out of any text in which someone wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

WITHHELD = "[address withheld]"
WITHHELD_CELL = "[withheld]"  # in exported files; the importer reads it as "keep what is held"
OPEN_KINDS = frozenset({"safe", "shared"})

_SPACES = re.compile(r"[\s,;]+")
_STREETS = (
    "street|st|road|rd|lane|avenue|ave|drive|close|court|crescent|walk|way|place|gardens|grove|terrace|square|hill|row"
    "|mews|house|rise|view|croft|green|park|parade"
)
# Words that stand between a number and a street without naming one: "2 men down the road".
_NO_NAMES = (
    "the|a|an|in|on|of|off|at|to|from|by|for|up|down|past|along|near|and|or|with|into|her|his|their|our|my|this|that"
    "|men|women|people|times|years|minutes|hours|days|children"
)
_NAME = rf"(?!(?:{_NO_NAMES})\b)[^\W\d_][\w'’.-]*"
_HOME = re.compile(rf"\b\d{{1,4}}[a-z]?[\s,]+(?:{_NAME}\s+){{1,3}}?(?:{_STREETS})\b", re.IGNORECASE)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)


@dataclass(frozen=True)
class HeldAddress:
    """An address as redaction needs it. `readers` are ids of the users named for it, as strings."""

    lines: str
    postcode: str
    kind: str
    readers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Audience:
    """Who an output is for: one user, in a way of facing the case; or nobody in particular (a file, a log)."""

    user_id: str = ""
    facing: str = "all"

    @property
    def is_perpetrator_facing(self) -> bool:
        """Whether the reader works with the perpetrator: then nothing that finds the victim is shown."""
        return self.facing == "perpetrator"


NOBODY = Audience()


def is_protected(address: HeldAddress, audience: Audience) -> bool:
    """Whether the address must not be shown to `audience`."""
    if audience.user_id and audience.user_id in address.readers:
        return False
    return audience.is_perpetrator_facing or address.kind not in OPEN_KINDS


def address_for(address: HeldAddress, audience: Audience, withheld: str = WITHHELD) -> str:
    """The address in one line, or the word that stands for it."""
    if is_protected(address, audience):
        return withheld
    return ", ".join(part for part in (address.lines, address.postcode) if part)


def text_for(text: str, addresses: Iterable[HeldAddress], audience: Audience, withheld: str = WITHHELD) -> str:
    """`text` without any of the addresses that are protected from `audience`.

    Finds the street lines and the postcode however they are spaced, punctuated or cased.
    """
    for address in addresses:
        if is_protected(address, audience):
            for pattern in _patterns(address):
                text = pattern.sub(withheld, text)
    return text


def text_for_files(text: str, addresses: Iterable[HeldAddress], withheld: str = WITHHELD) -> str:
    """`text` for a file, which goes wherever it is sent: also without what only reads as an address or a postcode.

    Nobody may have recorded where she is now but the officer who wrote it down. What is held as open stays.
    """
    held = list(addresses)
    text = text_for(text, held, NOBODY, withheld)
    shut = {_plain(address.postcode) for address in held if is_protected(address, NOBODY)}
    still_open = [address for address in held if not is_protected(address, NOBODY)]
    lines = [_plain(address.lines) for address in still_open]
    codes = {_plain(address.postcode) for address in still_open} - shut

    def home(found: re.Match[str]) -> str:
        return found.group() if any(line.startswith(_plain(found.group())) for line in lines) else withheld

    def code(found: re.Match[str]) -> str:
        return found.group() if _plain(found.group()) in codes else withheld

    return _POSTCODE.sub(code, _HOME.sub(home, text))


def _plain(text: str) -> str:
    return re.sub(r"[\s,;.]+", "", text).casefold()


def _patterns(address: HeldAddress) -> list[re.Pattern[str]]:
    """What to look for: the whole lines, the first line alone, and the postcode."""
    wanted: list[re.Pattern[str]] = []
    first_line = re.split(r"[,\n]", address.lines, maxsplit=1)[0]
    for part in dict.fromkeys((address.lines, first_line)):
        words = [re.escape(word) for word in _SPACES.split(part) if word]
        # One word alone ("Flat", a house name such as "Oak") would blank half a narrative: two at the least.
        if len(words) >= 2:
            wanted.append(re.compile(r"\b" + r"[\s,;.]+".join(words) + r"\b", re.IGNORECASE))
    compact = re.sub(r"\s+", "", address.postcode)
    if len(compact) >= 5:
        letters = r"\s*".join(re.escape(letter) for letter in compact)
        wanted.append(re.compile(r"\b" + letters + r"\b", re.IGNORECASE))
    return wanted
