"""An invented offence-level extract for the synthetic city, in the format of docs/reference/evidence-files.md.

Nothing in it happened. Each row says so in its column ``synthetic``, and so does the manifest of its load. Places are
real LSOAs with chances that follow their people and deprivation, so that hotspots, hours and repeats have a shape.
"""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from wraparound.evidence.store.areas import Area, ensure_area, load_area
from wraparound.evidence.store.engine import Store, open_store
from wraparound.kit.errors import BadInput

WHO = ("", "_age", "_sex", "_ethnicity")
COLUMNS = [
    *(
        "offence_id",
        "force",
        "offence_code",
        "offence",
        "category",
        "from",
        "to",
        "recorded",
        "venue",
        "lsoa",
        "lon",
        "lat",
    ),
    *(f"victim{what}" for what in WHO),
    *(f"suspect{what}" for what in WHO),
    *("relationship", "outcome", "domestic", "vawg", "hate", "weapon", "knife", "alcohol", "drugs", "synthetic"),
]


@dataclass(frozen=True)
class Kind:
    """A kind of offence: how often, where, how it lies in the day, and how often it is domestic."""

    code: str
    name: str
    category: str
    weight: float
    venues: tuple[str, ...]
    peak_hour: int
    hours_unknown: int  # up to so many hours between the earliest and the latest time
    domestic: float = 0.0
    suspect_known: float = 0.25
    women: float = 0.5  # share of victims
    weapon: float = 0.0


KINDS = (
    Kind(
        "105A", "Common assault and battery", "violent-crime", 18, ("dwelling", "street"), 21, 0, 0.42, 0.7, 0.6, 0.04
    ),
    Kind(
        "8N",
        "Assault occasioning actual bodily harm",
        "violent-crime",
        12,
        ("dwelling", "street", "licensed premises"),
        23,
        0,
        0.38,
        0.65,
        0.52,
        0.18,
    ),
    Kind("8L", "Harassment", "violent-crime", 9, ("dwelling", "online"), 18, 24, 0.4, 0.75, 0.68),
    Kind("8Q", "Stalking", "violent-crime", 4, ("dwelling", "street", "online"), 19, 24, 0.6, 0.8, 0.8),
    Kind("8U", "Controlling or coercive behaviour", "violent-crime", 4, ("dwelling",), 20, 48, 1.0, 0.95, 0.93),
    Kind("19C", "Rape of a female aged 16 and over", "violent-crime", 1.6, ("dwelling",), 1, 4, 0.4, 0.7, 1.0),
    Kind(
        "17A",
        "Sexual assault",
        "violent-crime",
        1.6,
        ("street", "licensed premises", "dwelling"),
        23,
        2,
        0.12,
        0.5,
        0.88,
    ),
    Kind(
        "34B",
        "Robbery of personal property",
        "robbery",
        5,
        ("street", "public transport"),
        20,
        0,
        0.01,
        0.2,
        0.35,
        0.45,
    ),
    Kind("28E", "Burglary, dwelling", "burglary", 7, ("dwelling",), 14, 10, 0.02, 0.1, 0.5),
    Kind("45", "Theft from a vehicle", "vehicle-crime", 10, ("street", "car park"), 2, 12, 0.0, 0.05, 0.42),
    Kind("48", "Theft of a vehicle", "vehicle-crime", 6, ("street", "dwelling"), 3, 10, 0.01, 0.08, 0.4),
    Kind("46", "Shoplifting", "shoplifting", 9, ("shop",), 15, 0, 0.0, 0.4),
    Kind("149", "Criminal damage", "criminal-damage-arson", 8, ("street", "dwelling"), 22, 8, 0.16, 0.3, 0.5),
    Kind(
        "125",
        "Public order: fear or provocation of violence",
        "public-order",
        8,
        ("street", "public transport"),
        22,
        0,
        0.06,
        0.5,
        0.45,
        0.08,
    ),
    Kind("92D", "Possession of cannabis", "drugs", 4, ("street", "park"), 19, 0, 0.0, 1.0),
    Kind(
        "10D",
        "Possession of an article with a blade or point",
        "possession-of-weapons",
        1.8,
        ("street",),
        21,
        0,
        0.0,
        1.0,
        0.5,
        1.0,
    ),
)
WITHOUT_VICTIM = {"drugs", "possession-of-weapons", "shoplifting"}
RELATIONSHIPS = ("partner", "former partner", "parent", "child", "sibling", "other family")
OUTCOMES = (
    "no suspect identified",
    "evidential difficulties, victim supports",
    "evidential difficulties, victim does not support",
)
CHARGED = "charged or summonsed"


@dataclass(frozen=True)
class Person:
    """An invented person."""

    ref: str
    born: int
    sex: str
    ethnicity: str


@dataclass(frozen=True)
class Spot:
    """An LSOA with the chance that something happens there."""

    code: str
    chance: float
    lon: float
    lat: float


@dataclass(frozen=True)
class World:
    """What offences are drawn from. `cumulative` are the spots' chances, added up."""

    force: str
    spots: Sequence[Spot]
    cumulative: Sequence[float]
    people: Sequence[Person]
    others: Sequence[Person]


def write_offences(path: Path, *, rows: int, seed: int, until: date, pack: str) -> int:
    """Write so many invented offences of the year that ends with `until`. The same seed writes the same file."""
    if rows < 1:
        raise BadInput("Ask for one row at least.")
    area = load_area(pack)
    ensure_area(area)
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(invent(area, open_store(), rows=rows, seed=seed, until=until))
    return rows


def invent(area: Area, store: Store, *, rows: int, seed: int, until: date) -> Iterator[dict[str, object]]:
    """Invented offences, by the time at which they begin."""
    chance = random.Random(seed)
    spots = _spots(area, store)
    groups = _groups(area, store)
    people = [_person(chance, f"V{n:07}", groups, until.year) for n in range(max(4, int(rows * 0.55)))]
    others = [_person(chance, f"S{n:07}", groups, until.year, men=0.8) for n in range(max(3, int(rows * 0.3)))]
    world = World(area.forces[0], spots, list(accumulate(spot.chance for spot in spots)), people, others)
    weights = [kind.weight for kind in KINDS]
    start = datetime.combine(until - timedelta(days=364), datetime.min.time())
    days = sorted(chance.randrange(365) for _ in range(rows))
    for number, day in enumerate(days):
        kind = chance.choices(KINDS, weights)[0]
        yield _offence(chance, number, kind, start + timedelta(days=day), world)


def _offence(chance: random.Random, number: int, kind: Kind, day: datetime, world: World) -> dict[str, object]:
    begin = day + timedelta(hours=chance.gauss(kind.peak_hour, 4) % 24)
    span = chance.uniform(0.5, kind.hours_unknown) if kind.hours_unknown and chance.random() < 0.7 else 0
    is_domestic = chance.random() < kind.domestic
    victim = None if kind.category in WITHOUT_VICTIM else _chosen(chance, world.people, kind.women)
    is_known = chance.random() < kind.suspect_known
    suspect = world.others[int(len(world.others) * chance.random() ** 1.8)] if is_known else None
    spot = chance.choices(world.spots, cum_weights=world.cumulative)[0] if world.spots else None
    end = begin + timedelta(hours=span)
    weapon = chance.random() < kind.weapon
    is_female = victim is not None and victim.sex == "female"
    return {
        "offence_id": f"SYN{number:08}",
        "force": world.force,
        "offence_code": kind.code,
        "offence": kind.name,
        "category": kind.category,
        "from": begin.strftime("%Y-%m-%dT%H:%M"),
        "to": end.strftime("%Y-%m-%dT%H:%M"),
        "recorded": (end + timedelta(hours=chance.expovariate(0.1))).strftime("%Y-%m-%dT%H:%M"),
        "venue": chance.choice(kind.venues),
        "lsoa": spot.code if spot and chance.random() > 0.02 else "",
        "lon": f"{spot.lon + chance.gauss(0, 0.001):.5f}" if spot else "",
        "lat": f"{spot.lat + chance.gauss(0, 0.0007):.5f}" if spot else "",
        **_about("victim", victim, day.year, chance),
        **_about("suspect", suspect, day.year, chance),
        "relationship": chance.choice(RELATIONSHIPS[:2] * 3 + RELATIONSHIPS) if is_domestic and suspect else "",
        "outcome": CHARGED if suspect and chance.random() < 0.2 else chance.choice(OUTCOMES),
        "domestic": _yes(is_domestic),
        "vawg": _yes(is_female and (is_domestic or kind.code in {"8Q", "19C", "17A"})),
        "hate": _yes(kind.category in {"public-order", "violent-crime"} and chance.random() < 0.04),
        "weapon": _yes(weapon),
        "knife": _yes(weapon and chance.random() < 0.5),
        "alcohol": _yes(chance.random() < (0.3 if kind.category == "violent-crime" else 0.05)),
        "drugs": _yes(kind.category == "drugs" or chance.random() < 0.04),
        "synthetic": "yes",
    }


def _chosen(chance: random.Random, people: Sequence[Person], women: float) -> Person:
    """A victim: some come again and again. One of the other sex is passed over as often as the kind of offence asks."""
    for _ in range(6):
        person = people[int(len(people) * chance.random() ** 1.6)]
        if chance.random() < (women if person.sex == "female" else 1 - women):
            return person
    return person


def _person(chance: random.Random, ref: str, groups: Sequence[tuple[str, int]], year: int, men: float = 0.49) -> Person:
    age = min(95, max(12, int(chance.gammavariate(4.2, 8.4))))
    group = chance.choices([name for name, _ in groups], [count for _, count in groups])[0]
    return Person(ref, year - age, "male" if chance.random() < men else "female", group)


def _about(who: str, person: Person | None, year: int, chance: random.Random) -> dict[str, object]:
    """A person's columns, with the gaps that recording leaves."""
    if person is None:
        return {who: "", f"{who}_age": "", f"{who}_sex": "", f"{who}_ethnicity": ""}
    return {
        who: person.ref,
        f"{who}_age": year - person.born if chance.random() > 0.03 else "",
        f"{who}_sex": person.sex if chance.random() > 0.02 else "",
        f"{who}_ethnicity": person.ethnicity if chance.random() > 0.28 else "",
    }


def _spots(area: Area, store: Store) -> list[Spot]:
    """The area's LSOAs of 2021, likelier with more people and more deprivation; none where the pack has none."""
    from shapely import from_geojson, point_on_surface

    lookup, shapes = store.table("lookup"), store.table("boundary")
    codes = lookup.filter(
        (lookup.to_code == area.code) & (lookup.from_kind == "lsoa") & (lookup.from_vintage == "2021")
    )
    table = store.table("deprivation")
    overall = table.filter((table.edition == 2025) & (table.domain == "overall")).select("lsoa", "decile", "population")
    joined = codes.select("from_code").join(overall, [("from_code", "lsoa")])
    joined = joined.join(shapes.filter(shapes.vintage == "2021").select("code", "geometry"), [("from_code", "code")])
    spots = []
    for row in store.rows(joined.order_by("from_code")):
        point = point_on_surface(from_geojson(row["geometry"]))
        spots.append(Spot(row["from_code"], (row["population"] or 1000) * (11 - row["decile"]), point.x, point.y))
    return spots


def _groups(area: Area, store: Store) -> list[tuple[str, int]]:
    """Ethnic groups with their people on census day; one unnamed group where the pack has none."""
    table = store.table("population")
    found = table.filter((table.area_code == area.code) & table.ethnicity.notnull() & (table.measure == "residents"))
    rows = store.rows(found.select("ethnicity", "value").order_by("ethnicity"))
    return [(row["ethnicity"], row["value"]) for row in rows] or [("", 1)]


def _yes(value: bool) -> str:
    return "yes" if value else "no"
