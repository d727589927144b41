"""Small registers through which a lower app contributes to a page above it, so that adding one changes no other.

Each is filled in an app's `AppConfig.ready()`. Things are kept by name: registering a name twice raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Register(Generic[T]):
    """Named contributions, in the order of their `order` and then of their name."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, tuple[int, T]] = {}

    def add(self, name: str, entry: T, order: int = 100) -> None:
        """Contribute `entry` under `name`. Raises ValueError when the name is taken."""
        if name in self._entries:
            raise ValueError(f"{self.what} {name!r} is registered twice")
        self._entries[name] = (order, entry)

    def __iter__(self) -> Iterator[T]:
        return iter(entry for _, (_, entry) in sorted(self._entries.items(), key=lambda e: (e[1][0], e[0])))

    def items(self) -> list[tuple[str, T]]:
        """The names with their entries, in order."""
        return [(n, e) for n, (_, e) in sorted(self._entries.items(), key=lambda x: (x[1][0], x[0]))]

    def __getitem__(self, name: str) -> T:
        return self._entries[name][1]

    def __contains__(self, name: str) -> bool:
        return name in self._entries


@dataclass(frozen=True)
class TodayRow:
    """One line of Today: a sentence, a number, an age, and one button."""

    title: str
    count: int
    sentence: str = ""
    oldest_at: datetime | None = None  # since when the oldest has waited
    href: str = ""
    button: str = "Open"
    is_late: bool = False  # something in it is past its time
    risk: int = 0  # 3 high ... 0 none: riskiest first


TodaySection = Callable[[Any], Iterable[TodayRow]]
"""Given an Actor, the rows that wait for that person in that role; nothing for other roles."""


@dataclass(frozen=True)
class NavItem:
    """An entry of the service navigation, shown only to roles that it opens."""

    text: str
    url_name: str
    roles: frozenset[str]  # values of partners.Role; empty: every signed-in person
    prefix: str = ""  # path prefix under which it is marked as current


@dataclass(frozen=True)
class Found:
    """One search result, already narrowed and redacted."""

    kind: str
    text: str
    href: str
    detail: str = ""


SearchProvider = Callable[[Any, str, int], Iterable[Found]]
"""Given an Actor, the words and a limit: results that the actor may know of."""


@dataclass(frozen=True)
class ChronologyEntry:
    """One line of a matter's chronology, already narrowed and redacted."""

    at: datetime
    organisation: str  # short name, for the badge
    kind: str  # incident, assessment, referral, session, commitment, contact, note, disclosure, involvement
    title: str
    detail: str = ""
    href: str = ""
    marks: tuple[str, ...] = ()  # words such as "Agency only", "Never to the perpetrator"


ChronologySource = Callable[[Any, Any], Iterable[ChronologyEntry]]
"""Given an Actor and a matter's id: entries that the actor may see."""

CaseTab = Callable[[Any, Any], tuple[str, str] | None]
"""Given an Actor and a Case: (text, href) of a tab on the case page, or None where the actor has none."""

MatterFrame = Callable[[Any, Any, str], tuple[str, dict[str, Any]] | None]
"""Given an Actor, a matter's id and the text of a tab: the template that a page about the matter extends (it has a
block "tab") with what that needs, or None where the matter is another app's or hidden. Opening it is logged."""

PackLoader = Callable[[Any], dict[str, int]]
"""Given a Pack: loads its part of it, idempotently; returns counts by name."""

TickJob = Callable[[datetime], int]
"""Given the time: does what is due, idempotently; returns how much it did."""

today_sections: Register[TodaySection] = Register("Today section")
nav_items: Register[NavItem] = Register("navigation item")
search_providers: Register[SearchProvider] = Register("search provider")
chronology_sources: Register[ChronologySource] = Register("chronology source")
case_tabs: Register[CaseTab] = Register("case tab")
case_panels: Register[Callable[[Any, Any], dict[str, Any] | None]] = Register("case overview panel")
matter_frames: Register[MatterFrame] = Register("frame of a matter's pages")
pack_loaders: Register[PackLoader] = Register("pack loader")
tick_jobs: Register[TickJob] = Register("tick job")
