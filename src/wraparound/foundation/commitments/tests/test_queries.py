"""What a reader finds, counts and is shown as waiting: never what is closed to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wraparound.foundation.access.models import AccessLogEntry
from wraparound.foundation.access.services import declare_knowing_someone, exclude
from wraparound.foundation.areas import clocks
from wraparound.foundation.commitments import case_parts, chronology, presenters, queries, services, today
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.rules import PARTS
from wraparound.foundation.commitments.states import State
from wraparound.foundation.commitments.tests.factories import (
    SYSTEM,
    World,
    accepted,
    evidence,
    in_state,
    perpetrators_worker,
    proposed,
    user_of,
)
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import NotNow, Refused, Unknown

pytestmark = pytest.mark.django_db


@contextmanager
def at_most(number: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as found:
        yield
    assert len(found) <= number, [query["sql"][:120] for query in found]


def pushed_past_its_day(commitment: Commitment, days: int = 3) -> Commitment:
    Commitment.objects.filter(pk=commitment.pk).update(due_on=clocks.today() - timedelta(days=days))
    commitment.refresh_from_db()
    return commitment


def of_everything(world: World) -> dict[str, Commitment]:
    """One commitment of housing for each part of the ledger."""
    on_time = in_state(world, State.DONE, "on time")
    late = pushed_past_its_day(in_state(world, State.DONE, "late"))
    return {
        "proposed": proposed(world, "proposed"),
        "open_in_time": accepted(world, "in time"),
        "open_overdue": pushed_past_its_day(accepted(world, "overdue")),
        "done_on_time": on_time,
        "done_late": late,
        "no_longer_possible": in_state(world, State.NO_LONGER_POSSIBLE, "no longer"),
        "declined": in_state(world, State.DECLINED, "declined"),
        "not_done": in_state(world, State.NOT_DONE, "not done"),
    }


# --- the ledger ---------------------------------------------------------------------------------------------


def test_the_ledger_counts_each_in_its_part(world: World) -> None:
    of_everything(world)
    with at_most(4):
        (line,) = queries.ledger(world.coordinator)
    assert line.organisation == world.housing
    assert {part: getattr(line.line, part) for part in PARTS} == dict.fromkeys(PARTS, 1)
    assert (line.line.accepted, line.line.total, line.line.median_days) == (6, 8, 0.0)


def test_each_number_of_the_ledger_leads_to_the_commitments_that_it_counts(world: World) -> None:
    expected = of_everything(world)
    found = queries.ledger(world.coordinator)
    for part, _, _, state in presenters.LEDGER:
        listed = queries.listed(world.coordinator, state=state, agency=world.housing.pk)
        assert [c.pk for c in listed] == [expected[part].pk], part
    accepted_ones = queries.listed(world.coordinator, state="accepted", agency=world.housing.pk)
    assert accepted_ones.count() == found[0].line.accepted


def test_what_is_closed_to_the_reader_is_in_no_number(world: World) -> None:
    of_everything(world)
    other = world.another_matter()
    proposed(world, "In another matter", matter=other)
    before = queries.ledger(world.coordinator)[0].line
    declare_knowing_someone(matter=other, by=world.coordinator)
    after = queries.ledger(world.coordinator)[0].line
    assert (before.total, after.total) == (9, 8)
    assert queries.ledger(world.other_coordinator)[0].line.total == 9
    stranger = world.someone(Role.MARAC_CHAIR, world.idva_service)
    exclude(matter=world.matter, by=world.other_coordinator, reason="r", user=user_of(stranger))
    assert [line.line.total for line in queries.ledger(stranger)] == [1]


def test_the_ledger_from_a_day(world: World) -> None:
    old = accepted(world, "old")
    Commitment.objects.filter(pk=old.pk).update(made_at=old.made_at - timedelta(days=100))
    accepted(world, "new")
    assert queries.ledger(world.coordinator, clocks.today() - timedelta(days=90))[0].line.total == 1
    assert queries.ledger(world.coordinator)[0].line.total == 2


def test_days_to_done_are_those_from_the_promise_to_the_evidence(world: World) -> None:
    for days in (1, 4, 10):
        commitment = accepted(world, f"after {days}")
        Commitment.objects.filter(pk=commitment.pk).update(made_at=commitment.made_at - timedelta(days=days))
        services.do(commitment=commitment, evidence=evidence(), version=commitment.version, by=world.representative)
    assert queries.ledger(world.coordinator)[0].line.median_days == 4


# --- lists --------------------------------------------------------------------------------------------------


def test_mine_my_agencys_and_all(world: World) -> None:
    mine = accepted(world, "mine")
    ours = proposed(world, "ours")
    theirs = services.make(
        matter=world.matter, organisation=world.police, what="theirs", due_on=clocks.today(), by=world.officer
    )
    for scope, expected in [
        (queries.MINE, {mine.pk}),
        (queries.AGENCY, {mine.pk, ours.pk}),
        (queries.ALL, {mine.pk, ours.pk, theirs.pk}),
    ]:
        assert {c.pk for c in queries.listed(world.representative, scope=scope)} == expected


def test_an_excluded_reader_finds_nothing_anywhere(world: World) -> None:
    commitment = accepted(world)
    exclude(matter=world.matter, by=world.coordinator, reason="Conflict", user=user_of(world.representative))
    reader = world.representative
    assert not queries.commitments_visible_to(reader).exists()
    assert queries.ledger(reader) == []
    assert list(today.our_commitments(reader)) == []
    assert list(chronology.commitments_of(reader, world.matter.pk)) == []
    for look in (queries.commitment_for, queries.one, queries.evidence_file):
        with pytest.raises(Unknown):
            look(reader, commitment.pk)
    with pytest.raises(Unknown):
        queries.for_matter(reader, world.matter.pk)
    with pytest.raises(Unknown):
        queries.matter_for(reader, world.matter.pk)


def test_of_a_matter_open_ones_stand_first(world: World) -> None:
    done = in_state(world, State.DONE, "done")
    later, sooner = accepted(world, "later", days=9), accepted(world, "sooner", days=1)
    assert list(queries.for_matter(world.coordinator, world.matter.pk)) == [sooner, later, done]


def test_a_look_is_logged(world: World) -> None:
    commitment = proposed(world)
    queries.commitment_for(world.chair, commitment.pk)
    entry = AccessLogEntry.objects.latest("pk")
    assert (entry.verb, entry.user_id, entry.matter_id) == ("see", world.chair.user_id, world.matter.pk)


def test_the_page_of_a_step_opens_only_to_who_may_take_it_now(world: World) -> None:
    commitment = proposed(world)
    assert queries.ready_for(world.lead, commitment.pk, "decline") == commitment
    assert queries.ready_for(world.lead, commitment.pk, "assign") == commitment
    with pytest.raises(Refused):
        queries.ready_for(world.chair, commitment.pk, "decline")
    with pytest.raises(NotNow, match="not answered yet"):
        queries.ready_for(world.lead, commitment.pk, "do")


def test_who_may_be_named_is_of_the_agency_and_not_closed_out(world: World) -> None:
    commitment = proposed(world)
    fitter = world.someone(Role.PRACTITIONER, world.housing, "Fern Fitter")
    exclude(matter=world.matter, by=world.coordinator, reason="Conflict", user=user_of(world.lead))
    assert set(queries.keepers(commitment)) == {user_of(fitter), user_of(world.representative)}


def test_rows_are_read_in_the_same_queries_however_many(world: World) -> None:
    def queries_for(number: int) -> int:
        with CaptureQueriesContext(connection) as found:
            rows = presenters.rows(world.coordinator, queries.listed(world.coordinator)[:number])
        assert len(rows) == number
        return len(found)

    for number in range(6):
        accepted(world, f"one {number}", matter=world.another_matter())
    assert queries_for(3) == queries_for(6) <= 8


def test_a_row_says_days_and_what_next_in_words(world: World) -> None:
    late = pushed_past_its_day(accepted(world))
    (row,) = presenters.rows(world.representative, [late])
    assert (row.state, row.tone, row.late_by) == ("Overdue", "late", "3 days")
    assert [action.text for action in row.actions] == [
        "Record as done",
        "No longer possible",
        "Not done",
        "Change who does it",
    ]
    assert presenters.rows(world.chair, [late])[0].actions == []


# --- what waits ---------------------------------------------------------------------------------------------


def waiting(section: Callable[[Actor], Any], actor: Actor) -> list[tuple[str, int, str, bool]]:
    with at_most(4):
        return [(row.title, row.count, row.sentence, row.is_late) for row in section(actor)]


def test_what_waits_for_who_keeps_an_agencys_promises(world: World) -> None:
    of_everything(world)
    accepted(world, "in a month", days=30)
    assert waiting(today.our_commitments, world.representative) == [
        (
            "Commitments proposed to us",
            1,
            "Accept them, or decline with a reason so that someone else can be asked.",
            False,
        ),
        ("Our commitments", 2, "1 overdue · 1 due within 7 days", True),
    ]
    assert waiting(today.our_commitments, world.coordinator) == []


def test_what_waits_for_an_agencys_lead(world: World) -> None:
    in_state(world, State.NOT_DONE)
    late = accepted(world, "late")
    Commitment.objects.filter(pk=late.pk).update(escalated_at=late.made_at)
    rows = waiting(today.escalated, world.lead)
    assert [(title, count) for title, count, _, _ in rows] == [
        ("Escalated to you", 1),
        ("Not done in the last 7 days", 1),
    ]
    assert waiting(today.escalated, world.representative) == []


def test_what_waits_for_who_runs_the_marac(world: World) -> None:
    of_everything(world)
    in_state(world, State.CLAIMED_NOT_POSSIBLE, "claimed")
    police = services.make(
        matter=world.matter, organisation=world.police, what="Marker", due_on=clocks.today(), by=world.officer
    )
    pushed_past_its_day(police)
    pushed_past_its_day(accepted(world, "another overdue"))
    name = world.housing.short_name
    assert waiting(today.overdue, world.coordinator) == [
        ("Commitments overdue", 3, f"3 in 2 agencies · {name} 2", True),
        (
            "Said to be no longer possible",
            1,
            "Decide whether circumstances changed or it is still to be done.",
            False,
        ),
    ]
    assert [title for title, *_ in waiting(today.overdue, world.chair)] == ["Commitments overdue"]
    assert waiting(today.overdue, world.officer) == []


# --- the chronology, and who works with the perpetrator -----------------------------------------------------


def test_the_chronology_has_each_step(world: World) -> None:
    in_state(world, State.NOT_DONE)
    titles = [entry.title for entry in chronology.commitments_of(world.idva, world.matter.pk)]
    assert titles == [
        "Commitment proposed",
        "Commitment accepted",
        "Commitment not done",
        "Commitment escalated to the agency's lead",
    ]


def test_the_chronology_leads_only_those_to_a_commitment_who_may_open_it(world: World) -> None:
    in_state(world, State.NOT_DONE)
    clerk = replace(world.idva, role=Role.POLICE_CLERK)
    for actor, leads in ((world.idva, True), (clerk, False)):
        entries = list(chronology.commitments_of(actor, world.matter.pk))
        assert entries
        assert all(bool(entry.href) is leads for entry in entries)


def test_what_is_never_to_reach_the_perpetrator_is_in_no_list_count_or_chronology(
    world: World, childrens_trust: Any
) -> None:
    worker = perpetrators_worker(world.someone, world.matter, childrens_trust)
    proposed(world, "Move her", never_to_perpetrator=True)
    shown = proposed(world, "Offer the programme")
    assert list(queries.listed(worker)) == [shown]
    assert queries.ledger(worker)[0].line.total == 1
    assert [e.detail for e in chronology.commitments_of(worker, world.matter.pk)] == ["Offer the programme"]
    marks = {e.detail: e.marks for e in chronology.commitments_of(world.idva, world.matter.pk)}
    assert marks == {"Move her": ("Never to the perpetrator",), "Offer the programme": ()}


def test_a_file_opens_to_its_agency_and_to_who_runs_the_marac(world: World, childrens_trust: Any) -> None:
    worker = perpetrators_worker(world.someone, world.matter, childrens_trust)
    commitment = in_state(world, State.DONE)
    Commitment.objects.filter(pk=commitment.pk).update(evidence_file="evidence/x.pdf")
    for actor in (world.representative, world.lead, world.coordinator, world.chair):
        assert queries.evidence_file(actor, commitment.pk)
    for actor in (world.officer, world.idva, worker):
        with pytest.raises(Refused):
            queries.evidence_file(actor, commitment.pk)


def test_a_chair_who_works_with_the_perpetrator_opens_no_file(world: World, childrens_trust: Any) -> None:
    perpetrators_worker(world.someone, world.matter, childrens_trust)
    chair = world.someone(Role.MARAC_CHAIR, childrens_trust)
    commitment = in_state(world, State.DONE)
    Commitment.objects.filter(pk=commitment.pk).update(evidence_file="evidence/x.pdf")
    with pytest.raises(Refused):
        queries.evidence_file(chair, commitment.pk)


def test_the_system_sees_all(world: World) -> None:
    proposed(world)
    assert len(presenters.rows(SYSTEM, queries.listed(SYSTEM))) == 1


# --- on the page of a case ----------------------------------------------------------------------------------


def test_how_a_case_stands(world: World, childrens_trust: Any) -> None:
    case = Commitment(matter=world.matter)
    assert case_parts.panel(world.officer, case)["rows"] == [("Open", "0"), ("Overdue", "0")]
    of_everything(world)
    with at_most(2):
        panel = case_parts.panel(world.officer, case)
    assert panel["rows"][:2] == [("Open", "3"), ("Overdue", "1")]
    assert panel["rows"][2][1].startswith(world.housing.short_name)
    proposed(world, "Move her", never_to_perpetrator=True)
    worker = perpetrators_worker(world.someone, world.matter, childrens_trust)
    assert case_parts.panel(worker, case)["rows"][0] == ("Open", "3")
    clerk = world.someone(Role.POLICE_CLERK, world.police)
    assert case_parts.panel(clerk, case) is None
    assert case_parts.tab(clerk, case) is None
    assert case_parts.tab(world.officer, case) == ("Commitments", f"/commitments/of/{world.matter.pk}")
