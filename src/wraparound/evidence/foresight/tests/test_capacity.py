"""The simulation of capacity: the same in SimPy, its assumptions, and what it says."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import simpy

from wraparound.evidence.foresight import capacity
from wraparound.evidence.foresight.capacity import (
    MEASURES,
    NoAssumptions,
    Scenario,
    read_assumptions,
    simulate,
    what_if,
    world,
)
from wraparound.evidence.foresight.streams import YEAR, arrivals, generator, lengths, remaining, with_repeats
from wraparound.foundation.areas.pack import Pack, PackError, open_pack
from wraparound.kit.errors import BadInput


@pytest.fixture(scope="module")
def assumptions():
    return read_assumptions(open_pack("birmingham"))


@pytest.fixture(scope="module")
def run(assumptions):
    return simulate(assumptions, what_if(1.2, 0.75), replications=40, seed=7)


def refuge_in_simpy(numbers, seed):
    """A year of the refuge, built on its own in SimPy: placed and turned away in the measured year."""
    env = simpy.Environment()
    chance = np.random.default_rng(seed)
    units = simpy.Resource(env, capacity=numbers.refuge_units)
    per_day = numbers.refuge_referrals_per_year * (1 - numbers.refuge_declined_share) / YEAR
    found = {"placed": 0, "away": 0}
    spread = numbers.stay_spread
    warm_up = 3 * numbers.stay_days

    def stay():
        return chance.lognormal(np.log(numbers.stay_days) - spread**2 / 2, spread)

    def household():
        with units.request() as place:
            patience = chance.uniform(numbers.refuge_patience_from_days, numbers.refuge_patience_to_days)
            result = yield place | env.timeout(patience)
            if env.now >= warm_up:
                found["placed" if place in result else "away"] += 1
            if place in result:
                yield env.timeout(stay())

    def source():
        while True:
            yield env.timeout(chance.exponential(1 / per_day))
            env.process(household())

    env.process(source())
    env.run(until=warm_up + YEAR)
    return found["placed"], found["away"]


def test_refuge_agrees_with_simpy_within_monte_carlo_error(assumptions, run):
    numbers = world(assumptions)
    theirs = np.array([refuge_in_simpy(numbers, seed) for seed in range(25)])
    now = run.scenarios[0]
    for column, measure in enumerate(["Refuge: placed", "Refuge: turned away for want of room"]):
        ours = now.outcome(measure)
        error = np.hypot(theirs[:, column].std(ddof=1) / 5, ours.error)
        assert abs(theirs[:, column].mean() - ours.mean) < 4 * error


def test_the_papers_own_question(run):
    now, more, slower, both = run.scenarios
    assert [result.scenario.name for result in run.scenarios] == [
        "As it is", "Referrals +20%", "Move-on -25%", "Referrals +20%, and move-on -25%",
    ]  # fmt: skip
    queue = "MARAC cases waiting at the year's end"
    assert more.outcome(queue).mean > 4 * now.outcome(queue).mean
    assert more.outcome("MARAC wait").change > 8 * more.outcome("MARAC wait").change_error
    assert slower.outcome("MARAC wait") == replace(now.outcome("MARAC wait"), change=0.0, change_error=0.0)
    away = "Refuge: turned away for want of room"
    assert now.outcome(away).mean < slower.outcome(away).mean < both.outcome(away).mean
    assert slower.outcome("Refuge: placed").change == pytest.approx(-0.25 * now.outcome("Refuge: placed").mean, rel=0.1)
    assert slower.outcome(away).change_error < now.outcome(away).error * 1.2  # the same chance, so no more noise


def test_the_year_as_it_is_comes_near_what_was_published(run):
    now = run.scenarios[0]
    assert now.outcome("MARAC cases heard").mean == pytest.approx(2943, rel=0.02)
    assert now.outcome("Refuge: placed").mean == pytest.approx(652, rel=0.08)
    assert 0.35 * 618 < now.outcome("Refuge: turned away for want of room").mean < 0.45 * 618


def test_the_same_seed_gives_the_same_numbers(assumptions):
    first, again = (simulate(assumptions, what_if(1, 1), replications=3, seed=5) for _ in range(2))
    other = simulate(assumptions, what_if(1, 1), replications=3, seed=6)
    assert first == again
    assert first.scenarios != other.scenarios


def test_more_replications_lessen_the_error(assumptions):
    few, many = (simulate(assumptions, what_if(1, 1), replications=n, seed=1).scenarios[0] for n in (10, 90))
    measure = "Refuge: turned away for want of room"
    assert many.outcome(measure).error < 0.7 * few.outcome(measure).error


def test_the_run_as_data(run):
    data = run.as_data()
    assert (data["replications"], data["seed"]) == (40, 7)
    assert [outcome["measure"] for outcome in data["scenarios"][1]["outcomes"]] == list(MEASURES)
    assert {row["status"] for row in data["assumptions"]} == {"seen", "provisional"}
    json.dumps(data)


@pytest.mark.parametrize(("replications", "why"), [(1, "Ask for 2"), (20_001, "20,000")])
def test_the_number_of_replications_is_bounded(assumptions, replications, why):
    with pytest.raises(BadInput, match=why):
        simulate(assumptions, what_if(1, 1), replications=replications, seed=1)


def test_a_change_must_leave_something(assumptions):
    with pytest.raises(BadInput, match="leave something"):
        simulate(assumptions, [Scenario("none", referrals=0.0)], replications=2, seed=1)


def test_a_stream_is_as_dense_as_it_should_be():
    counts, later = [], []
    for number in range(200):
        came = arrivals(generator(1, number, "x"), 1000, -YEAR, YEAR, 1.5)
        counts.append(np.count_nonzero(came < 0))
        later.append(np.count_nonzero(came >= 0))
        assert (np.diff(came) >= 0).all()
        assert came[-1] < YEAR
    assert np.mean(counts) == pytest.approx(1000, abs=4 * np.sqrt(1000 / 200))
    assert np.mean(later) == pytest.approx(1500, abs=4 * np.sqrt(1500 / 200))


def test_repeats_have_their_share_in_the_long_run():
    shares = []
    for number in range(60):
        first = arrivals(generator(2, number, "x"), 1000, -3 * YEAR, YEAR, 1.0)
        every = with_repeats(generator(2, number, "y"), first, 0.4, 120, YEAR)
        shares.append(1 - np.count_nonzero(first >= 0) / np.count_nonzero(every >= 0))
    assert np.mean(shares) == pytest.approx(0.4, abs=0.01)


def test_lengths_have_their_mean_and_remaining_ones_the_theorys():
    chance = np.random.default_rng(3)
    assert lengths(chance, 90, 0.6, 200_000).mean() == pytest.approx(90, rel=0.01)
    # The mean of what is left is half the mean square over the mean.
    assert remaining(chance, 90, 0.6, 200_000).mean() == pytest.approx(90 * np.exp(0.36) / 2, rel=0.02)


def test_a_pack_without_assumptions_says_so():
    with pytest.raises(NoAssumptions, match="fenmoor"):
        read_assumptions(open_pack("fenmoor"))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda rows: rows[0].pop("source"), r"capacity\.json, assumptions, row 1, source"),
        (lambda rows: rows[0].update(value=-3), r"row 1, value"),
        (lambda rows: rows[2].update(status="guessed"), r"row 3, status"),
        (lambda rows: rows.pop(0), "marac_cases_per_year is missing"),
        (lambda rows: rows[1].update(value=1), "repeat_share is a share"),
        (lambda rows: rows[4].update(value=8), "can't be more than 7"),
        (lambda rows: rows[6].update(value=0), "no case can be open"),
        (lambda rows: rows[15].update(value=0), "stay_days can't be nought"),
    ],
)
def test_a_mistake_in_the_assumptions_is_told(tmp_path, spoil, told):
    own = open_pack("birmingham")
    shutil.copytree(own.path / "foresight", tmp_path / "foresight")
    path = tmp_path / "foresight" / "capacity.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    spoil(data["assumptions"])
    path.write_text(json.dumps(data), encoding="utf-8")
    rows = [row["key"] for row in json.loads((own.path / capacity.FILE).read_text(encoding="utf-8"))["assumptions"]]
    assert (rows[1], rows[4], rows[6], rows[15]) == ("repeat_share", "sessions_per_week", "idvas", "stay_days")
    with pytest.raises(PackError, match=told):
        read_assumptions(Pack("birmingham", own.title, tmp_path, own.about))
