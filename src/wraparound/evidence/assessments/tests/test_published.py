"""What editions printed is kept, and the next edition of the area is protected together with it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wraparound.evidence.assessments import services
from wraparound.evidence.assessments.documents import Document, Report
from wraparound.evidence.assessments.documents import from_json as document_from
from wraparound.evidence.assessments.files import html_of, json_of
from wraparound.evidence.assessments.making import Before, Wanted, make, wanted
from wraparound.evidence.assessments.models import Edition, FrozenEdition
from wraparound.evidence.assessments.published import as_json, from_json, together, told
from wraparound.evidence.assessments.queries import Printed, printed_before
from wraparound.evidence.assessments.tests.making import NOW
from wraparound.evidence.measures.audit import Sum
from wraparound.evidence.measures.disclosure import Published, audit
from wraparound.evidence.measures.params import Disclosure
from wraparound.evidence.store.writing import write_rows
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import system
from wraparound.kit.errors import NotNow

DISCLOSURE = {"smallest_at_city": 5, "smallest_below_city": 10, "least_width": 5, "round_to": 1}
KINDS = ["police"] * 40 + ["health"] * 20 + ["housing"] * 3 + ["probation"] * 12
words = st.sampled_from(["police", "health", "housing", "all"])
keys = st.frozensets(st.tuples(st.sampled_from(["of", "ward", "month"]), words), min_size=1, max_size=3)
published = st.builds(
    Published,
    st.dictionaries(keys, st.integers(0, 900), max_size=5),
    st.frozensets(keys, max_size=4),
    st.frozensets(keys, max_size=2),
    st.lists(st.builds(Sum, keys, st.lists(keys, min_size=1, max_size=3).map(tuple)), max_size=3).map(tuple),
    st.sampled_from([1, 5]),
    st.frozensets(words, max_size=2),
)

SLOW_MACHINES_TOO = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    rows = [
        {
            "pseudonym": f"r{i}",
            "month": date(2024, 1 + i % 3, 1),
            "from_kind": kind,
            "state": "heard",
            "victim": f"v{i}",
        }
        for i, kind in enumerate(KINDS)
    ]
    write_rows(tmp_path, "own_referrals", rows, source="referrals")
    return tmp_path


def asked():
    return wanted(kind="needs", area="fenmoor", first="2024-01", last="2024-03")


def referrers(document):
    found = [one for one in document.measures if one["id"] == "flow.referrals_from"]
    return {one["breakdown"]["referrer"]: one["value"] for one in found}


@SLOW_MACHINES_TOO
@given(published)
def test_what_is_kept_is_what_was_published(one: Published) -> None:
    assert from_json(json.loads(json.dumps(as_json(one)))) == one


@SLOW_MACHINES_TOO
@given(st.lists(published, max_size=4))
def test_what_was_printed_first_stays_and_nothing_withheld_is_forgotten(editions: list[Published]) -> None:
    found = together(editions)
    for place, one in enumerate(editions):
        assert one.withheld <= found.withheld
        assert one.noughts <= found.noughts
        assert set(one.sums) <= set(found.sums)
        for key in one.shown:
            assert found.shown[key] == next(each.shown[key] for each in editions[: place + 1] if key in each.shown)


def test_an_edition_withholds_what_an_earlier_one_withheld(store: Path) -> None:
    first = make(asked(), now=NOW, store=store)
    shown = referrers(first)
    assert shown["Police"] == 40
    assert shown["Housing"] is None, "three is below what is printed for the whole area"
    again = make(asked(), now=NOW, store=store, before=Before(("a",), from_json(first.published)))
    assert referrers(again) == shown
    assert again.follows == ("a",)


def test_what_was_withheld_stays_so_and_what_was_printed_stays_as_printed(store: Path) -> None:
    kept = from_json(make(asked(), now=NOW, store=store).published)
    health, police = (next(key for key in kept.shown if ("referrer", name) in key) for name in ("Health", "Police"))
    earlier = Published({police: 45}, frozenset({health}), round_to=5)
    found = referrers(make(asked(), now=NOW, store=store, before=Before(("a",), earlier)))
    assert (found["Health"], found["Police"]) == (None, 45)


def in_months(folder: Path, housing: list[int]) -> Path:
    """Referrals from January to June: twenty of the police and five of health a month, and some from housing."""
    kinds = [["police"] * 20 + ["health"] * 5 + ["housing"] * number for number in housing]
    rows = [
        {"pseudonym": f"{m}-{i}", "month": date(2024, m, 1), "from_kind": kind, "state": "heard", "victim": f"{m}-{i}"}
        for m, of_month in enumerate(kinds, start=1)
        for i, kind in enumerate(of_month)
    ]
    write_rows(folder, "own_referrals", rows, source="referrals")
    return folder


def test_of_three_editions_that_overlap_none_gives_away_what_another_withholds(tmp_path: Path) -> None:
    """The half-year less its second quarter would be the three of the first."""
    store = in_months(tmp_path, [1, 1, 1, 8, 8, 6])
    printed: list[Printed] = []
    shown = []
    for first, last in (("2024-01", "2024-03"), ("2024-01", "2024-06"), ("2024-04", "2024-06")):
        of = wanted(kind="needs", area="fenmoor", first=first, last=last)
        document = make(of, now=NOW, store=store, before=Before.of(printed))
        assert document.unprotected == document.given_away == ()
        printed.append(Printed(first + last, document.published, frozenset()))
        shown.append(referrers(document)["Housing"])
    assert shown[0] is None
    assert None in shown[1:]
    rule = Disclosure(**DISCLOSURE)
    assert audit(together(from_json(one.kept) for one in printed), rule) == []


@pytest.mark.django_db
def test_what_would_give_numbers_away_is_neither_signed_off_nor_frozen(store: Path) -> None:
    by = system("assess")
    with acting_as(by):
        document = replace(make(asked(), now=NOW, store=store), unprotected=("referrals, referrer Housing: all of it",))
        kept = services.keep(asked=asked(), document=document, by=by)
        with pytest.raises(NotNow, match="referrer Housing: all of it"):
            services.sign_off(edition=kept, version=kept.version, by=by)
        with pytest.raises(NotNow, match="give away numbers that must be withheld"):
            services._check_nothing_is_given_away(kept)
        assert Edition.objects.get(pk=kept.pk).state == "draft"
        anew = services.keep(asked=asked(), document=replace(document, unprotected=()), by=by)
        services._check_nothing_is_given_away(anew)


def test_what_is_told_of_a_number_names_it_without_saying_it() -> None:
    key = {("of", "victims"), ("area", "X"), ("sex", "female"), ("period", "2024-01-01/2024-06-30"), ("as of", "1")}
    assert told(frozenset(key)) == "victims, sex female: January to June 2024"
    less = told(frozenset(key | {("without", "2024-01-01/2024-05-31")}))
    assert less == "victims, sex female: January to June 2024 less January to May 2024"


def test_no_file_tells_what_is_for_disclosure_control_alone(store: Path) -> None:
    document = make(asked(), now=NOW, store=store)
    assert document.published["withheld"]
    found = json.loads(json_of(Report(document)))
    assert "published" not in found
    assert b"noughts" not in html_of(Report(document)) + json_of(Report(document))


def of_months(first: str, last: str) -> Wanted:
    return wanted(kind="needs", area="fenmoor", first=first, last=last)


def drawn(asked: Wanted, store: Path) -> Document:
    return make(asked, now=NOW, store=store, before=Before.of(printed_before("fenmoor")))


@pytest.mark.django_db
def test_drafts_do_not_give_away_together_what_each_withholds(tmp_path: Path) -> None:
    """January to July less January to June would be the two of July, and drafts are handed on, too."""
    store = in_months(tmp_path, [6, 5, 7, 8, 8, 6, 2])
    by = system("assess")
    with acting_as(by):
        for last in ("2024-06", "2024-07"):
            of = of_months("2024-01", last)
            services.keep(asked=of, document=drawn(of, store), by=by)
        shown = [referrers(document_from(one.document))["Housing"] for one in Edition.objects.order_by("number")]
        assert shown == [40, None]
        rule = Disclosure(**DISCLOSURE)
        assert audit(together(from_json(one.kept) for one in printed_before("fenmoor")), rule) == []


@pytest.mark.django_db
def test_a_draft_drawn_anew_stays_as_it_was(store: Path) -> None:
    by = system("assess")
    with acting_as(by):
        kept = [services.keep(asked=asked(), document=drawn(asked(), store), by=by).document for _ in range(2)]
    assert kept[1]["published"] == kept[0]["published"]
    assert kept[1]["measures"] == kept[0]["measures"]


@pytest.mark.django_db
def test_a_draft_counts_once_a_file_of_it_left(store: Path) -> None:
    by = system("assess")
    with acting_as(by):
        edition = services.begin(asked=asked(), by=by)
        assert services.draw_now(edition.pk, now=NOW, store=store)
        assert printed_before("fenmoor") == []
        edition.refresh_from_db()
        for _ in range(2):
            services.hand_out(edition=edition, by=by)
        (printed,) = printed_before("fenmoor")
        assert printed.kept == edition.document["published"]
        Edition.objects.filter(pk=edition.pk).update(version=edition.version + 1)
        with pytest.raises(NotNow, match="changed while its file was made"):
            services.hand_out(edition=edition, by=by)


@pytest.mark.django_db
@pytest.mark.parametrize("lost", [{"published": {}}, {"unprotected": ("referrals, referrer Housing: all of it",)}])
def test_what_left_is_not_forgotten_when_the_draft_is_drawn_badly(store: Path, lost: dict[str, Any]) -> None:
    by = system("assess")
    with acting_as(by):
        edition = services.keep(asked=asked(), document=drawn(asked(), store), by=by)
        before = printed_before("fenmoor")
        assert before
        services._put_in(edition, replace(drawn(asked(), store), **lost))
        if "unprotected" in lost:
            with pytest.raises(NotNow, match="give away numbers"):
                services.hand_out(edition=edition, by=by)
        else:
            services.hand_out(edition=edition, by=by)
            Edition.objects.filter(pk=edition.pk).update(state="frozen", signed_off_at=NOW)
            FrozenEdition.objects.create(edition=edition, document=edition.document, narratives={}, digest="d" * 64)
        assert printed_before("fenmoor") == before


@pytest.mark.django_db
def test_two_drawn_side_by_side_know_of_each_other_before_both_leave(store: Path) -> None:
    by = system("assess")
    with acting_as(by):
        first, late = (of_months("2024-01", "2024-03"), of_months("2024-01", "2024-02"))
        documents = [drawn(of, store) for of in (first, late)]
        services.keep(asked=first, document=documents[0], by=by)
        with pytest.raises(NotNow, match="drawn anew"):
            services.keep(asked=late, document=documents[1], by=by)
        assert Edition.objects.count() == 1
        services.keep(asked=late, document=drawn(late, store), by=by)
        assert Edition.objects.count() == 2


@pytest.mark.django_db
def test_one_that_knows_nothing_of_a_frozen_one_is_not_frozen(store: Path) -> None:
    by = system("assess")
    with acting_as(by):
        first = services.keep(asked=asked(), document=drawn(asked(), store), by=by)
        Edition.objects.filter(pk=first.pk).update(state="frozen", signed_off_at=NOW)
        FrozenEdition.objects.create(edition=first, document=first.document, narratives={}, digest="d" * 64)
        other = of_months("2024-01", "2024-02")
        late = services.keep(asked=other, document=drawn(other, store), by=by)
        services._check_it_knows_of_the_others(late)
        late.document["follows"] = []
        with pytest.raises(NotNow, match="drawn anew"):
            services._check_it_knows_of_the_others(late)
