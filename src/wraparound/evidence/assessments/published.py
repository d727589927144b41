"""What an edition printed and withheld of our own records, kept with it so that later editions give nothing away.

It is for disclosure control alone: which withheld numbers are noughts is not for readers, so no file carries it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wraparound.evidence.assessments.periods import words_for
from wraparound.evidence.measures.audit import Key, Sum
from wraparound.evidence.measures.disclosure import Published
from wraparound.evidence.measures.registry import Kind, all_measures
from wraparound.evidence.measures.results import Period
from wraparound.evidence.store.engine import Store

Kept = Mapping[str, Any]


def as_json(published: Published) -> dict[str, Any]:
    """As it is kept: each key once, everything else by its position."""
    sums = {key for one in published.sums for key in (one.whole, *one.parts)}
    keys = sorted(sums | set(published.shown) | published.withheld | published.noughts, key=sorted)
    at = {key: place for place, key in enumerate(keys)}
    return {
        "keys": [sorted(list(part) for part in key) for key in keys],
        "shown": sorted([at[key], number] for key, number in published.shown.items()),
        "withheld": sorted(at[key] for key in published.withheld),
        "noughts": sorted(at[key] for key in published.noughts),
        "sums": [[at[one.whole], [at[part] for part in one.parts]] for one in published.sums],
        "round_to": published.round_to,
        "each_once": sorted(published.each_once),
    }


def from_json(kept: Kept) -> Published:
    """What `as_json` gave."""
    keys: list[Key] = [frozenset((name, value) for name, value in key) for key in kept["keys"]]
    return Published(
        {keys[place]: number for place, number in kept["shown"]},
        frozenset(keys[place] for place in kept["withheld"]),
        frozenset(keys[place] for place in kept["noughts"]),
        tuple(Sum(keys[whole], tuple(keys[part] for part in parts)) for whole, parts in kept["sums"]),
        kept["round_to"],
        frozenset(kept.get("each_once", ())),
    )


def together(editions: Iterable[Published]) -> Published:
    """All that is out, oldest first: what was printed first stays; rounded as coarsely as any of them was."""
    shown: dict[Key, int] = {}
    withheld: set[Key] = set()
    noughts: set[Key] = set()
    sums: dict[Sum, None] = {}
    each_once: set[str] = set()
    round_to = 1
    for one in editions:
        shown = {**one.shown, **shown}
        withheld |= one.withheld
        noughts |= one.noughts
        sums |= dict.fromkeys(one.sums)
        each_once |= one.each_once
        round_to = max(round_to, one.round_to)
    return Published(shown, frozenset(withheld), frozenset(noughts), tuple(sums), round_to, frozenset(each_once))


def told(key: Key) -> str:
    """What a number counts, for whoever has to do something about it; never the number itself."""
    parts = dict(key)
    less = f" less {_when(parts['without'])}" if "without" in parts else ""
    of = [f"{name} {value}" for name, value in sorted(parts.items()) if name not in _APART]
    return f"{', '.join([parts.get('of', 'rows'), *of])}: {_when(parts.get('period', ''))}{less}"


_APART = frozenset({"of", "area", "period", "without", "as of"})


def _when(text: str) -> str:
    try:
        first, last = (date.fromisoformat(day) for day in text.split("/"))
    except ValueError:
        return text
    return words_for(Period(first, last))


def extracted_at(store: Store) -> str:
    """When the newest of our own records that measures count was put into the store; empty where there are none."""
    datasets = {need.dataset for one in all_measures() if one.kind is Kind.OPERATIONAL for need in one.needs}
    own = {name for name in datasets if name.startswith("own_") or name == "offences"}
    return max((one.loaded_at for name in own for one in store.loaded(name)), default="")
