"""Standing facts: entered with a source and a day, superseded and never overwritten, and brought up before they end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from wraparound.foundation.access import services as access
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, ChangedMeanwhile, NotNow, Refused
from wraparound.response.cases import fact_services, services
from wraparound.response.cases.fact_contributions import chronology, ending
from wraparound.response.cases.fact_queries import facts_ending, facts_of
from wraparound.response.cases.fact_rules import ASKED, needs_a_look
from wraparound.response.cases.fact_services import FactValues
from wraparound.response.cases.models import FactKind, StandingFact
from wraparound.response.cases.params import StandingFactRules

pytestmark = pytest.mark.django_db


@pytest.fixture
def rep(someone, police):
    return someone(Role.MARAC_REPRESENTATIVE, police)


@pytest.fixture
def case(police, area, rep):
    with acting_as(rep):
        return services.open_case(organisation=police, area=area, by=rep)


def values(kind: str = "bail", **more) -> FactValues:
    given = {"text": "Not to contact her", "as_at": today()}
    if kind in ("bail", "custody", "order", "court"):
        given["on"] = today() + timedelta(days=10)
    if kind in ("children", "adults"):
        given |= {"answer": "yes", "on": today()}
    if kind == "order":
        given["order_kind"] = "non_molestation"
    return FactValues(kind=kind, **(given | more))


def enter(case, by, given: FactValues, **more) -> StandingFact:
    with acting_as(by):
        return fact_services.enter_fact(case=case, values=given, by=by, **more)


@pytest.mark.parametrize("kind", list(ASKED))
def test_each_kind_is_kept_with_its_source(case, rep, police, kind):
    fact = enter(case, rep, values(kind))
    assert enter(case, rep, values(kind)) == fact
    assert (fact.organisation, fact.by_id, fact.as_at) == (police, rep.user_id, today())
    with acting_as(rep):
        assert facts_of(rep, case.matter_id) == [fact]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (values(text=" "), "text"),
        (values(as_at=today() + timedelta(days=1)), "as_at"),
        (values("court", on=None), "on"),
        (values("order", order_kind=""), "order_kind"),
        (values("children", answer=""), "answer"),
        (values("children", on=today() + timedelta(days=1)), "on"),
        (values("children", answer="no", text=""), "text"),
        (values("nothing"), "kind"),
    ],
)
def test_what_is_missing_is_said(case, rep, given, field):
    with pytest.raises(BadInput) as stop:
        enter(case, rep, given)
    assert stop.value.field == field


def test_what_is_newer_supersedes_and_the_old_stays_as_it_was(case, rep):
    first = enter(case, rep, values())
    second = enter(case, rep, values(text="And not to come to her street"), supersedes=first)
    first.refresh_from_db()
    assert (first.text, first.ended_by_id, second.supersedes) == ("Not to contact her", rep.user_id, first)
    with pytest.raises(ChangedMeanwhile) as stop:
        enter(case, rep, values(text="Lifted"), supersedes=first)
    assert stop.value.differences[0].theirs == "And not to come to her street"


def test_of_some_kinds_only_one_stands_of_others_several(case, rep):
    for text in ("At his mother's", "Not known"):
        enter(case, rep, values("whereabouts", text=text))
    for text in ("Crown Court, trial", "Family Court, first hearing"):
        enter(case, rep, values("court", text=text))
    with acting_as(rep):
        standing = facts_of(rep, case.matter_id)
    assert [fact.kind for fact in standing] == ["court", "court", "whereabouts"]


def test_it_ends_with_a_word_and_only_once(case, rep):
    fact = enter(case, rep, values())
    with acting_as(rep):
        with pytest.raises(BadInput):
            fact_services.end_fact(fact=fact, because=" ", by=rep)
        fact_services.end_fact(fact=fact, because="No further action", by=rep)
        fact_services.end_fact(fact=fact, because="No further action", by=rep)
        with pytest.raises(NotNow):
            fact_services.end_fact(fact=fact, because="Something else", by=rep)
        assert facts_of(rep, case.matter_id) == []
        assert [entry.marks for entry in chronology(rep, case.matter_id)] == [("Over",)]


@pytest.mark.parametrize(("days", "looks"), [(-90, True), (-91, False), (0, True), (21, True), (22, False)])
def test_what_ends_is_brought_up_in_its_window(days, looks):
    rules = StandingFactRules(soon_days=21, passed_days=90)
    assert needs_a_look("bail", today() + timedelta(days=days), rules, today()) is looks
    assert not needs_a_look("whereabouts", today(), rules, today())
    assert not needs_a_look("bail", None, rules, today())


def test_today_counts_what_ends_for_who_keeps_and_who_oversees(case, rep, someone, housing, marac_team):
    enter(case, rep, values())
    enter(case, rep, values("court", on=today() - timedelta(days=2)))
    enter(case, rep, values("order", on=today() + timedelta(days=200)))
    coordinator, other = someone(Role.MARAC_COORDINATOR, marac_team), someone(Role.PRACTITIONER, housing)
    for actor, organisation in ((coordinator, marac_team), (other, housing)):
        access.involve(matter=case.matter, organisation=organisation, purpose="MARAC", given_for="t", by=rep)
        assert actor.role
    for actor, waits, listed in ((rep, 2, 2), (coordinator, 0, 2), (other, 0, 0)):
        with acting_as(actor):
            rows = list(ending(actor))
            assert sum(row.count for row in rows) == waits
            assert facts_ending(actor).count() == listed
            assert all(row.is_late for row in rows)


def test_a_perpetrators_worker_knows_of_bail_but_not_of_the_children(case, rep, someone, housing):
    worker = someone(Role.PRACTITIONER, housing)
    access.involve(
        matter=case.matter, organisation=housing, purpose="Programme", given_for="t", by=rep, facing="perpetrator"
    )
    bail = enter(case, rep, values())
    enter(case, rep, values("custody", never_to_perpetrator=True))
    for kind in ("whereabouts", "children", "adults"):
        enter(case, rep, values(kind))
    with acting_as(worker):
        assert facts_of(worker, case.matter_id) == [bail]
    with pytest.raises(Refused):
        enter(case, worker, values("children"))


# --- pages --------------------------------------------------------------------------------------------------


def _day(name: str, day) -> dict[str, object]:
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def test_a_fact_is_entered_updated_and_ended_on_the_pages(case, rep, police, client_for):
    client, here = client_for(rep), f"/cases/{case.pk}/standing"
    assert "Nobody has said anything yet" in client.get(here).text
    for kind in ASKED:
        assert client.get(f"{here}/new/{kind}").status_code == 200
    assert client.get(f"{here}/new/nothing").status_code == 404
    sent = {"text": "Not to contact her", "source": police.pk} | _day("as_at", today())
    assert client.post(f"{here}/new/bail", sent | _day("on", today() + timedelta(days=1))).status_code == 302
    fact = StandingFact.objects.get()
    page = client.get(here).text
    assert "tomorrow" in page
    assert "Not to contact her" in client.get(f"/cases/{case.pk}").text
    assert "Not to contact her" in client.get(f"/cases/{case.pk}/chronology?kind=fact").text
    assert case.reference in client.get("/cases/standing/ending").text
    changed = client.post(f"/cases/standing/{fact.pk}/change", sent | {"text": "Nor to come near"})
    assert changed.status_code == 302
    newer = StandingFact.objects.get(ended_at__isnull=True)
    assert newer.text == "Nor to come near"
    assert client.post(f"/cases/standing/{newer.pk}/end", {"because": "Lifted"}).status_code == 302
    assert "Lifted" in client.get(here).text


def test_a_referral_that_was_not_made_says_why(case, rep, police, client_for):
    client, here = client_for(rep), f"/cases/{case.pk}/standing/new/children"
    sent = {"answer": "no", "text": "Left over from before", "source": police.pk} | _day("as_at", today())
    assert client.post(here, sent).status_code == 200
    assert client.post(here, sent | {"why_not": "Grown up"}).status_code == 302
    fact = StandingFact.objects.get(kind=FactKind.CHILDREN)
    assert (fact.answer, fact.text, fact.on) == ("no", "Grown up", None)
    assert "Not made: Grown up" in client.get(f"/cases/{case.pk}/standing").text
