"""The layout and its pieces: each is drawn, nothing is inline, and what people typed is escaped."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
import time_machine

from wraparound.kit import jinja
from wraparound.kit.tests.kitchen_sink import frame, render, render_text

UI = '{% import "kit/components.html" as ui with context %}'
LONDON_NOON = datetime.datetime(2026, 11, 2, 12, 0, tzinfo=datetime.UTC)


def draw(call: str, **context: Any) -> str:
    return re.sub(r"\s+", " ", render_text(UI + "{{ " + call + " }}", **context)).strip()


def test_kitchen_sink_has_nothing_that_the_policy_forbids() -> None:
    page = render()
    assert not re.search(r"\sstyle\s*=|<style|javascript:|\son[a-z]+\s*=\s*[\"']", page)
    assert all(" src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_kitchen_sink_has_one_h1_and_no_repeated_id() -> None:
    page = render()
    assert len(re.findall(r"<h1[ >]", page)) == 1
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))


def test_title_is_the_heading_and_says_error_first() -> None:
    assert "<title>Overview – Wraparound</title>" in render()
    assert "<title>Error: Overview – Wraparound</title>" in render({})


def test_text_is_escaped_and_markup_of_macros_is_not() -> None:
    page = render()
    assert "王芳 &lt;b&gt;" in page
    assert '<strong class="app-risk app-risk--high">' in page


@pytest.mark.parametrize(
    ("level", "words", "shape"),
    [
        ("high", "High risk", "▲"),
        ("medium", "Medium risk", "◆"),
        ("standard", "Standard risk", "●"),
        ("", "Risk not assessed", "○"),
        ("none", "Risk not assessed", "○"),
    ],
)
def test_risk_is_told_by_words_and_shape(level: str, words: str, shape: str) -> None:
    drawn = draw(f"ui.risk('{level}')")
    assert words in drawn
    assert shape in drawn


def test_late_is_told_by_words() -> None:
    assert "3 d late" in draw("ui.due('2 Nov', '3 d')")
    assert "late" not in draw("ui.due('2 Nov')")


def test_synthetic_label_is_on_screen_and_on_paper() -> None:
    page = render()
    assert page.count("everyone here is invented.") == 2
    plain = render_text('{% extends "kit/layout.html" %}', frame=frame(synthetic=False))
    assert "invented" not in plain
    assert "app-synthetic" not in plain


def test_signed_out_frame_offers_no_search_menu_or_area() -> None:
    page = render_text(
        '{% extends "kit/layout.html" %}{% block heading %}x{% endblock %}',
        frame=frame(signed_in=False, may_search=False, nav=[], memberships=[]),
    )
    assert "app-search" not in page
    assert "Sign out" not in page
    assert "Areas of work" not in page


def test_layout_is_drawn_without_any_frame() -> None:
    """The page of a broken server has no context."""
    assert "<h1" in render_text('{% extends "kit/layout.html" %}{% block heading %}Broken{% endblock %}')


def test_post_button_is_a_form_with_csrf_and_a_token_of_its_own() -> None:
    drawn = [draw("ui.post_button('/x', 'Do it', hidden={'a': '1'})", csrf_input="CSRF") for _ in range(2)]
    assert all("CSRF" in one and 'name="a" value="1"' in one and 'method="post"' in one for one in drawn)
    tokens = [re.findall(r'name="once" value="([0-9a-f-]{36})"', one) for one in drawn]
    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]


def test_table_cells_carry_their_column_for_phones() -> None:
    drawn = draw("ui.table('Cases', ['Ref', {'text': 'Age', 'numeric': True}], [['B-1', 34]])")
    assert '<th scope="row" role="rowheader" class="govuk-table__header" data-label="Ref">B-1</th>' in drawn
    assert 'govuk-table__cell--numeric" data-label="Age">34</td>' in drawn


def test_wide_table_scrolls_in_a_region_that_can_be_reached_by_keyboard() -> None:
    assert 'role="region" tabindex="0" aria-label="Ledger"' in draw("ui.table('Ledger', ['A'], [['1']], scroll=True)")


def test_bar_is_drawn_to_scale_and_told_in_numbers() -> None:
    drawn = draw("ui.stacked_bar([('done', 2, 'done'), ('late', 0, 'overdue'), ('open', 1, 'open')])")
    assert re.findall(r'x="([\d.]+)" y="0" width="([\d.]+)"', drawn) == [("0.0", "66.67"), ("66.67", "33.33")]
    assert re.findall(r">(\d+ \w+)</li>", drawn) == ["2 done", "1 open"]


@pytest.mark.parametrize(("number", "full", "step"), [(0, 10, 0), (1, 1000, 5), (5, 10, 50), (16, 15, 100), (0, 0, 0)])
def test_columns_are_drawn_in_steps_and_never_vanish(number: int, full: int, step: int) -> None:
    drawn = draw("ui.columns([('Mon', number)], full, 'Load')", number=number, full=full)
    assert re.findall(r"app-height-(\d+)", drawn) == [str(step)]
    assert ("--over" in drawn) == (number > full)


@pytest.mark.parametrize(("done", "total", "percent"), [(0, 0, 0), (1, 3, 33), (200_000, 200_000, 100)])
def test_progress(done: int, total: int, percent: int) -> None:
    drawn = draw("ui.progress('Importing', done, total)", done=done, total=total)
    assert f'value="{percent}"' in drawn
    assert "hx-get" not in drawn


def test_progress_asks_again_until_it_is_finished() -> None:
    assert 'hx-trigger="every 3s"' in draw("ui.progress('x', 1, 2, poll_url='/p')")
    assert "hx-get" not in draw("ui.progress('x', 2, 2, poll_url='/p', finished=True)")
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in draw("ui.refresh()")


def test_pager_has_no_page_numbers_and_no_links_at_the_ends() -> None:
    empty = {"rows": [1, 2], "next_url": "", "previous_url": ""}
    assert draw("ui.pager(page)", page=empty) == '<p class="app-pager__shown">Showing all 2</p>'
    assert 'rel="next"' in draw("ui.pager(page)", page=empty | {"next_url": "?n"})
    assert 'rel="prev"' not in draw("ui.pager(page)", page=empty | {"next_url": "?n"})


def test_family_is_drawn_and_told_in_a_table() -> None:
    nodes = [{"id": "a", "x": 1, "y": 1, "name": "A <i>", "role": "victim"}]
    nodes += [{"id": "b", "x": 9, "y": 9, "name": "B", "role": "child"}]
    drawn = draw("ui.family(nodes, [{'from': 'b', 'to': 'a', 'text': 'child of'}])", nodes=nodes)
    assert "<svg" in drawn
    assert "<table" in drawn
    assert drawn.count("A &lt;i&gt;") == 2


def test_compare_marks_what_differs() -> None:
    drawn = draw("ui.compare([('Step', 'a', 'b'), ('Owner', 'x', 'x')])")
    assert drawn.count("differs") == 2  # the row's class and its words


@pytest.mark.parametrize(
    ("function", "value", "text"),
    [
        (jinja.day, datetime.date(2026, 11, 2), "2 November 2026"),
        (jinja.day, datetime.datetime(2026, 7, 1, 23, 30, tzinfo=datetime.UTC), "2 July 2026"),  # summer time
        (jinja.moment, datetime.datetime(2026, 11, 2, 13, 0, tzinfo=datetime.UTC), "2 November 2026 at 13:00"),
        (jinja.moment, datetime.datetime(2026, 7, 1, 12, 0, tzinfo=datetime.UTC), "1 July 2026 at 13:00"),
        (jinja.clock, datetime.time(9, 5), "09:05"),
        (jinja.clock, datetime.time(0, 0), "00:00"),
        (jinja.shortday, datetime.date(2026, 11, 2), "Mon 2 Nov"),
        (jinja.shortday, datetime.date(2025, 11, 2), "Sun 2 Nov 2025"),
        (jinja.weekday, datetime.date(2026, 11, 2), "Monday 2 November 2026"),
        (jinja.shortmoment, datetime.datetime(2026, 11, 2, 13, 0, tzinfo=datetime.UTC), "Mon 2 Nov, 13:00"),
        (jinja.count, 1234567, "1,234,567"),
        (jinja.count, 0, "0"),
        (jinja.nl2br, "a<b\r\nc", "a&lt;b<br>\nc"),
    ]
    + [
        (filter_, None, "")
        for filter_ in (jinja.day, jinja.moment, jinja.clock, jinja.shortday, jinja.shortmoment, jinja.ago)
    ]
    + [(jinja.count, None, ""), (jinja.nl2br, None, "")],
)
def test_filters(function: Any, value: Any, text: str) -> None:
    with time_machine.travel(LONDON_NOON, tick=False):
        assert function(value) == text


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (datetime.timedelta(days=1, hours=4, minutes=50), "1 d 4 h"),
        (datetime.timedelta(days=3), "3 d"),
        (datetime.timedelta(days=150, hours=5), "150 d"),
        (datetime.timedelta(hours=2), "2 h"),
        (datetime.timedelta(hours=2, minutes=5), "2 h 5 min"),
        (datetime.timedelta(seconds=20), "0 min"),
        (datetime.timedelta(hours=-3, minutes=-10), "in 3 h 10 min"),
    ],
)
def test_ago(before: datetime.timedelta, text: str) -> None:
    with time_machine.travel(LONDON_NOON, tick=False):
        assert jinja.ago(LONDON_NOON - before) == text
