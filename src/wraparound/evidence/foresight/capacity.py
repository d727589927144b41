"""MARAC slots, IDVAs and refuge units, simulated: what happens if referrals rise, or move-on slows (S-066).

Referrals come by chance, some of them again within a year. Each takes the next free slot of a MARAC session, and most
want an IDVA, who has only so many cases open at a time. Referrals to refuge come beside them; a family that can't be
placed within days is turned away. From day 0 on, a scenario changes the stream of new referrals or the pace of
move-on; the year after it is measured, in each of many replications.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wraparound.evidence.foresight.queues import Floats, Served, busy, serve, sessions, sessions_between, waiting_at
from wraparound.evidence.foresight.streams import YEAR, arrivals, generator, lengths, remaining, with_repeats
from wraparound.foundation.areas.pack import Pack, PackError
from wraparound.kit.errors import BadInput, Stop

FILE = "foresight/capacity.json"
WARM_UP = 91.0  # days before day 0, after which the queues no longer know how they began
FEWEST, MOST = 2, 20_000


class NoAssumptions(Stop):
    """The pack has no assumptions for the simulation."""


class Assumption(BaseModel):
    """One number that the simulation rests on, and where it comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    value: float = Field(ge=0)
    unit: str
    status: Literal["seen", "provisional"]
    source: str = Field(min_length=1)


class Assumptions(BaseModel):
    """All of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    note: str
    assumptions: tuple[Assumption, ...]

    def value(self, key: str) -> float:
        """One number. Raises PackError where it is missing."""
        for assumption in self.assumptions:
            if assumption.key == key:
                return assumption.value
        raise PackError(f"{FILE}: the assumption {key} is missing.")


@dataclass(frozen=True)
class World:
    """The assumptions as numbers."""

    marac_cases_per_year: float
    repeat_share: float
    repeat_after_days: float
    slots_per_session: int
    sessions_per_week: int
    days_to_list: float
    idvas: float
    open_cases_per_idva: float
    support_days: float
    support_spread: float
    idva_share: float
    idva_patience_days: float
    refuge_units: int
    refuge_referrals_per_year: float
    refuge_declined_share: float
    stay_days: float
    stay_spread: float
    refuge_patience_from_days: float
    refuge_patience_to_days: float

    @property
    def idva_places(self) -> int:
        """How many cases can be open at a time."""
        return round(self.idvas * self.open_cases_per_idva)


@dataclass(frozen=True)
class Scenario:
    """What changes on day 0: `referrals` and `move_on` are factors (1.2 is 20% more, 0.75 a quarter slower)."""

    name: str
    referrals: float = 1.0
    move_on: float = 1.0


@dataclass(frozen=True)
class Outcome:
    """One measure of one scenario: the mean of the replications, its Monte Carlo error, and how years differ."""

    measure: str
    unit: str
    mean: float
    error: float  # standard error of the mean: what more replications would lessen
    low: float  # in one year of forty it is lower
    high: float
    change: float | None = None  # against how it is now, with the same chance
    change_error: float | None = None


@dataclass(frozen=True)
class ScenarioResult:
    """A scenario with its measures."""

    scenario: Scenario
    outcomes: tuple[Outcome, ...]

    def outcome(self, measure: str) -> Outcome:
        """One measure. Raises KeyError for one that there isn't."""
        for outcome in self.outcomes:
            if outcome.measure == measure:
                return outcome
        raise KeyError(measure)


@dataclass(frozen=True)
class CapacityResult:
    """A run: its scenarios, and all that is needed to repeat and to judge it."""

    assumptions: Assumptions
    scenarios: tuple[ScenarioResult, ...]
    replications: int
    seed: int

    def as_data(self) -> dict[str, Any]:
        """The run as JSON carries it."""
        return {
            "title": self.assumptions.title,
            "replications": self.replications,
            "seed": self.seed,
            "note": self.assumptions.note,
            "assumptions": [assumption.model_dump() for assumption in self.assumptions.assumptions],
            "scenarios": [
                {
                    "name": result.scenario.name,
                    "referrals": result.scenario.referrals,
                    "move_on": result.scenario.move_on,
                    "outcomes": [vars(outcome) for outcome in result.outcomes],
                }
                for result in self.scenarios
            ],
        }


MEASURES: Mapping[str, str] = {
    "MARAC cases heard": "cases",
    "MARAC wait": "days",
    "MARAC wait, one in ten waits longer": "days",
    "MARAC slots used": "%",
    "MARAC cases waiting at the year's end": "cases",
    "IDVA wait": "days",
    "IDVA wait, one in ten waits longer": "days",
    "IDVA caseload used": "%",
    "Waiting for an IDVA at the year's end": "people",
    "Lost while waiting for an IDVA": "people",
    "Refuge: placed": "households",
    "Refuge: wait of those placed": "days",
    "Refuge units used": "%",
    "Refuge: turned away for want of room": "households",
    "Refuge: turned away": "% of those that wanted a place",
}


def read_assumptions(pack: Pack) -> Assumptions:
    """The assumptions of a pack. Raises NoAssumptions, or PackError with the file, the row and the field."""
    if not pack.has(FILE):
        raise NoAssumptions(f"The pack {pack.slug} has no assumptions for a simulation of capacity ({FILE}).")
    try:
        found = Assumptions.model_validate(pack.json(FILE))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        field = ", ".join(f"row {part + 1}" if isinstance(part, int) else str(part) for part in first["loc"])
        raise PackError(f"{pack.slug}/{FILE}, {field}: {first['msg']}.") from wrong
    world(found)
    return found


def world(found: Assumptions) -> World:
    """The assumptions as numbers. Raises PackError where one is missing or can't be."""
    values: dict[str, Any] = {key: found.value(key) for key in World.__dataclass_fields__}
    for key in ("slots_per_session", "sessions_per_week", "refuge_units"):
        values[key] = int(values[key])
        if values[key] < 1:
            raise PackError(f"{FILE}: {key} must be at least 1.")
    for key in ("repeat_share", "idva_share", "refuge_declined_share"):
        if values[key] > 1 or (key == "repeat_share" and values[key] == 1):
            raise PackError(f"{FILE}: {key} is a share, below 1.")
    for key in ("repeat_after_days", "support_days", "stay_days", "idva_patience_days"):
        if values[key] == 0:
            raise PackError(f"{FILE}: {key} can't be nought.")
    if values["sessions_per_week"] > 7:
        raise PackError(f"{FILE}: sessions_per_week can't be more than 7.")
    made = World(**values)
    if made.idva_places < 1:
        raise PackError(f"{FILE}: with {made.idvas:g} IDVAs no case can be open.")
    return made


def what_if(referrals: float, move_on: float) -> list[Scenario]:
    """As it is, each change alone, and both. A factor of 1 is no change."""
    found = [Scenario("As it is")]
    more, slower = _words("referrals", referrals), _words("move-on", move_on)
    if referrals != 1:
        found.append(Scenario(more.capitalize(), referrals=referrals))
    if move_on != 1:
        found.append(Scenario(slower.capitalize(), move_on=move_on))
    if referrals != 1 and move_on != 1:
        found.append(Scenario(f"{more.capitalize()}, and {slower}", referrals, move_on))
    return found


def simulate(
    assumptions: Assumptions, scenarios: Sequence[Scenario], *, replications: int, seed: int
) -> CapacityResult:
    """Run every scenario `replications` times. The first is what the others are compared with.

    The same seed gives the same numbers. Raises BadInput for too few or too many replications, or a factor that can't
    be.
    """
    if not FEWEST <= replications <= MOST:
        raise BadInput(f"Ask for {FEWEST} to {MOST:,} replications, not {replications:,}.", "replications")
    for scenario in scenarios:
        if not (0 < scenario.referrals <= 10 and 0 < scenario.move_on <= 10):
            raise BadInput("A change must leave something, and at most ten times as much.", "referrals")
    numbers = world(assumptions)
    runs = _run(numbers, scenarios, replications, seed)
    results = tuple(
        ScenarioResult(scenario, _outcomes(run, None if run is runs[0] else runs[0]))
        for scenario, run in zip(scenarios, runs, strict=True)
    )
    return CapacityResult(assumptions, results, replications, seed)


def _run(numbers: World, scenarios: Sequence[Scenario], replications: int, seed: int) -> list[Floats]:
    """For each scenario the measures of each replication. Move-on touches refuge only, so MARAC and IDVAs of one
    pace of referrals are simulated once."""
    hearings: dict[float, list[list[float]]] = {}
    for scenario in scenarios:
        if scenario.referrals not in hearings:
            hearings[scenario.referrals] = [_hearing(numbers, scenario, seed, n) for n in range(replications)]
    return [
        np.array([hearings[scenario.referrals][n] + _refuge(numbers, scenario, seed, n) for n in range(replications)])
        for scenario in scenarios
    ]


def _hearing(numbers: World, scenario: Scenario, seed: int, replication: int) -> list[float]:
    came = _marac_stream(numbers, scenario, seed, replication)
    return [*_marac(numbers, came), *_idva(numbers, came, generator(seed, replication, "idva"))]


def _marac_stream(numbers: World, scenario: Scenario, seed: int, replication: int) -> Floats:
    chance = generator(seed, replication, "marac")
    first_per_year = numbers.marac_cases_per_year * (1 - numbers.repeat_share)
    # Two years before, so that repeats are there from the beginning.
    first = arrivals(chance, first_per_year, -WARM_UP - 2 * YEAR, YEAR, scenario.referrals)
    chance = generator(seed, replication, "repeats")
    every = with_repeats(chance, first, numbers.repeat_share, numbers.repeat_after_days, YEAR)
    return every[every >= -WARM_UP]


def _marac(numbers: World, came: Floats) -> list[float]:
    heard = sessions(came, numbers.slots_per_session, numbers.sessions_per_week, numbers.days_to_list)
    measured = (heard >= 0) & (heard < YEAR)
    waits = (heard - came)[measured]
    slots = numbers.slots_per_session * sessions_between(0, YEAR, numbers.sessions_per_week)
    return [
        float(np.count_nonzero(measured)),
        _mean(waits),
        _ninth(waits),
        100 * float(np.count_nonzero(measured)) / slots,
        float(np.count_nonzero(heard >= YEAR)),
    ]


def _idva(numbers: World, came: Floats, chance: np.random.Generator) -> list[float]:
    places, mean, spread = numbers.idva_places, numbers.support_days, numbers.support_spread
    wants = came[chance.random(came.size) < numbers.idva_share]
    offered = numbers.marac_cases_per_year * numbers.idva_share * mean / YEAR
    open_now = min(places, int(chance.poisson(offered)))
    open_until = remaining(chance, mean, spread, open_now) - WARM_UP
    patience = chance.exponential(numbers.idva_patience_days, wants.size)
    served = serve(wants, lengths(chance, mean, spread, wants.size), places, patience, open_until.tolist())
    return [
        *_waits(served),
        *_use(served, open_until, places),
        float(waiting_at(served, YEAR)),
        float(_gave_up(served)),
    ]


def _refuge(numbers: World, scenario: Scenario, seed: int, replication: int) -> list[float]:
    chance = generator(seed, replication, "refuge")
    wanted_per_year = numbers.refuge_referrals_per_year * (1 - numbers.refuge_declined_share)
    came = arrivals(chance, wanted_per_year, -WARM_UP, YEAR, scenario.referrals)
    chance = generator(seed, replication, "stays")  # of its own: more arrivals leave the chance of the first alone
    units, mean, spread = numbers.refuge_units, numbers.stay_days, numbers.stay_spread
    living = min(units, int(chance.poisson(wanted_per_year * mean / YEAR)))
    until = remaining(chance, mean, spread, living) - WARM_UP
    pace = scenario.move_on
    until = np.where(until > 0, until / pace, until)
    stays = lengths(chance, mean, spread, came.size)
    patience = generator(seed, replication, "patience").uniform(
        numbers.refuge_patience_from_days, numbers.refuge_patience_to_days, came.size
    )

    served = serve(came, stays, units, patience, until.tolist(), pace)
    measured = _measured(served)
    placed = ~np.isnan(served.began[measured])
    away = int(np.count_nonzero(~placed))
    return [
        float(np.count_nonzero(placed)),
        _mean(served.waits[measured][placed]),
        *_use(served, until, units),
        float(away),
        100 * away / max(placed.size, 1),
    ]


def _measured(served: Served) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Those whose waiting ended in the measured year."""
    over = np.where(np.isnan(served.began), served.left, served.began)
    return (over >= 0) & (over < YEAR)


def _waits(served: Served) -> list[float]:
    waits = served.waits[_measured(served) & ~np.isnan(served.began)]
    return [_mean(waits), _ninth(waits)]


def _use(served: Served, open_until: Floats, places: int) -> list[float]:
    before = float(np.clip(np.minimum(open_until, YEAR), 0, None).sum()) / YEAR
    return [100 * (busy(served, 0.0, YEAR) + before) / places]


def _gave_up(served: Served) -> int:
    return int(np.count_nonzero(_measured(served) & np.isnan(served.began)))


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else 0.0


def _ninth(values: Floats) -> float:
    return float(np.quantile(values, 0.9)) if values.size else 0.0


def _outcomes(run: Floats, now: Floats | None) -> tuple[Outcome, ...]:
    root = np.sqrt(len(run))
    found = []
    for column, (measure, unit) in enumerate(MEASURES.items()):
        values = run[:, column]
        low, high = np.quantile(values, [0.025, 0.975])
        change = None if now is None else values - now[:, column]
        found.append(
            Outcome(
                measure, unit, float(values.mean()), float(values.std(ddof=1) / root), float(low), float(high),
                None if change is None else float(change.mean()),
                None if change is None else float(change.std(ddof=1) / root),
            )
        )  # fmt: skip
    return tuple(found)


def _words(what: str, factor: float) -> str:
    return f"{what} {100 * (factor - 1):+.3g}%"
