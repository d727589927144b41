"""The fast queue, held against SimPy customer by customer, and against the theory of queues."""

import math

import numpy as np
import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from wraparound.evidence.foresight.queues import busy, serve, sessions, sessions_between, waiting_at

SIZES = st.integers(min_value=1, max_value=60)


def in_simpy(arrivals, services, servers, patience):
    """The same queue, process by process: (began, left) of each customer, None where it did not."""
    env = simpy.Environment()
    desk = simpy.Resource(env, capacity=servers)
    found = [None] * len(arrivals)

    def customer(number):
        yield env.timeout(arrivals[number])
        with desk.request() as place:
            result = yield place | env.timeout(patience[number])
            if place not in result:
                found[number] = (None, env.now)
                return
            found[number] = (env.now, None)
            yield env.timeout(services[number])

    for number in range(len(arrivals)):
        env.process(customer(number))
    env.run()
    return found


@pytest.mark.parametrize(("servers", "load", "seed"), [(1, 0.8, 1), (3, 1.4, 2), (12, 0.95, 3), (40, 1.1, 4)])
def test_every_customer_fares_as_in_simpy(servers, load, seed):
    chance = np.random.default_rng(seed)
    arrivals = np.cumsum(chance.exponential(1 / (servers * load), 600))
    services = chance.lognormal(-0.2, 0.6, 600)
    patience = chance.uniform(0.2, 1.5, 600)
    fast = serve(arrivals, services, servers, patience)
    for number, (began, left) in enumerate(in_simpy(arrivals.tolist(), services.tolist(), servers, patience.tolist())):
        if began is None:
            assert math.isnan(fast.began[number])
            assert fast.left[number] == pytest.approx(left)
        else:
            assert fast.began[number] == pytest.approx(began)
            assert math.isnan(fast.left[number])


def erlang_c(servers, load):
    """The chance to wait in an M/M/c queue with so much offered load."""
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(load**k / math.factorial(k) for k in range(servers)) + last)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (4, 3.0), (10, 8.0)])
def test_the_mean_wait_is_what_theory_says(servers, load):
    means = []
    for seed in range(60):
        chance = np.random.default_rng(seed)
        arrivals = np.cumsum(chance.exponential(1 / load, 6_000))
        means.append(serve(arrivals, chance.exponential(1, 6_000), servers).waits[1_000:].mean())
    expected = erlang_c(servers, load) / (servers - load)
    error = np.std(means, ddof=1) / math.sqrt(len(means))
    assert abs(np.mean(means) - expected) < 4 * error
    assert error < 0.1 * expected + 0.02


def test_loss_without_patience_is_erlangs():
    servers, load = 8, 6.0
    shares = []
    for seed in range(40):
        chance = np.random.default_rng(seed)
        arrivals = np.cumsum(chance.exponential(1 / load, 5_000))
        served = serve(arrivals, chance.lognormal(-0.125, 0.5, 5_000), servers, np.zeros(5_000))
        shares.append(np.isnan(served.began[500:]).mean())
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    assert abs(np.mean(shares) - blocked) < 4 * np.std(shares, ddof=1) / math.sqrt(len(shares))


def test_a_pace_lengthens_what_is_left():
    served = serve(np.array([-10.0, 2.0]), np.array([14.0, 4.0]), 2, pace=0.5)
    assert served.ended.tolist() == [8.0, 10.0]  # four days left, twice as long; four days, twice as long


def test_who_is_there_at_the_beginning_keeps_the_server():
    served = serve(np.array([1.0, 2.0]), np.array([1.0, 1.0]), 2, busy_until=[5.0, 9.0])
    assert served.began.tolist() == [5.0, 6.0]
    assert waiting_at(served, 4.0) == 2
    assert busy(served, 5.0, 7.0) == 1.0


def test_nobody_comes():
    served = serve(np.array([]), np.array([]), 3)
    assert served.waits.size == 0
    assert sessions(np.array([]), 12, 5, 2.0).size == 0


@pytest.mark.parametrize(
    ("arrived", "slots", "per_week", "days_to_list", "heard"),
    [
        ([0.0], 1, 5, 0.0, [0]),
        ([0.1], 1, 5, 0.0, [1]),
        ([0.0, 0.0, 0.0], 1, 5, 0.0, [0, 1, 2]),
        ([0.0, 0.0, 0.0], 2, 5, 0.0, [0, 0, 1]),
        ([4.5, 5.0, 6.0], 1, 5, 0.0, [7, 8, 9]),  # Friday afternoon and a weekend: Monday to Wednesday
        ([0.0], 12, 5, 2.0, [2]),
        ([0.0, 0.0], 1, 1, 0.0, [0, 7]),
        ([-7.0, -6.5], 1, 5, 0.0, [-7, -6]),
    ],
)
def test_sessions(arrived, slots, per_week, days_to_list, heard):
    assert sessions(np.array(arrived), slots, per_week, days_to_list).tolist() == heard


def test_sessions_of_a_year():
    assert sessions_between(0, 365, 5) == 261
    assert sessions_between(0, 7, 2) == 2


@given(
    arrived=st.lists(st.floats(0, 100), min_size=1, max_size=80),
    slots=st.integers(1, 6),
    per_week=st.integers(1, 7),
    days_to_list=st.floats(0, 10),
)
def test_no_session_is_overfull_and_nobody_is_passed(arrived, slots, per_week, days_to_list):
    came = np.sort(np.array(arrived))
    heard = sessions(came, slots, per_week, days_to_list)
    _, counts = np.unique(heard, return_counts=True)
    assert counts.max() <= slots
    assert (np.diff(heard) >= 0).all()
    assert (heard >= came + days_to_list - 1e-9).all()
    assert (heard % 7 < per_week).all()


@given(seed=st.integers(0, 10_000), size=SIZES, servers=st.integers(1, 8))
def test_no_more_are_served_than_there_are_servers(seed, size, servers):
    chance = np.random.default_rng(seed)
    arrivals = np.cumsum(chance.exponential(0.5, size))
    served = serve(arrivals, chance.exponential(2, size), servers, chance.uniform(0, 3, size))
    there = ~np.isnan(served.began)
    for moment in served.began[there]:
        assert np.count_nonzero((served.began[there] <= moment) & (served.ended[there] > moment)) <= servers
    assert (served.waits >= 0).all()
