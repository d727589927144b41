"""Every component, on one page, in a real browser: what it looks like to a machine, and how it answers keys.

The page is given to the browser together with the site's own policy; no server is needed.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route, expect

from wraparound.kit.tests.kitchen_sink import render, render_text

pytestmark = pytest.mark.browser
SITE = "http://kitchen.invalid"


def _policy() -> str:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(map(str, values))}" for name, values in directives.items())


def _static(route: Route) -> None:
    found = finders.find(route.request.url.removeprefix(SITE + settings.STATIC_URL))
    assert found, route.request.url
    kind = mimetypes.guess_type(str(found))[0] or "application/octet-stream"
    route.fulfill(body=Path(str(found)).read_bytes(), content_type=f"{kind}; charset=utf-8")


class Saver:
    """The answers to autosaves, one after the other."""

    def __init__(self) -> None:
        self.status = 200
        self.sent: list[str] = []

    def __call__(self, route: Route) -> None:
        self.sent.append(route.request.post_data or "")
        fragment = '{% import "kit/components.html" as ui with context %}{{ ui.saved("Saved 13:04", "2", oob=True) }}'
        route.fulfill(status=self.status, body=render_text(fragment), content_type="text/html; charset=utf-8")


@pytest.fixture
def saver() -> Saver:
    return Saver()


@pytest.fixture
def kitchen(chromium: Browser, saver: Saver) -> Iterator[Callable[..., Page]]:
    """``kitchen()`` opens the page; ``data`` binds its form, ``width`` is the screen's."""
    pages: list[Page] = []
    complaints: list[str] = []

    def begin(data: dict[str, Any] | None = None, width: int = 1280, javascript: bool = True) -> Page:
        page = chromium.new_page(viewport={"width": width, "height": 900}, java_script_enabled=javascript)
        pages.append(page)
        body = render(data)
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.route(f"{SITE}{settings.STATIC_URL}**", _static)
        page.route(f"{SITE}/autosave", saver)
        headers = {"Content-Security-Policy": _policy(), "Content-Type": "text/html; charset=utf-8"}
        page.route(f"{SITE}/kitchen", lambda route: route.fulfill(body=body, headers=headers))
        page.goto(f"{SITE}/kitchen")
        return page

    yield begin
    for page in pages:
        page.close()
    refused = [text for text in complaints if "409" not in text and "500" not in text]
    assert refused == [], "the policy or a script complained"


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("data", [None, {"victim_aware": "no", "grade": "h"}])
def test_axe_finds_nothing_and_nothing_sticks_out(
    kitchen: Callable[..., Page], width: int, data: dict[str, Any] | None
) -> None:
    page = kitchen(data, width)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:150]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_focus_goes_to_the_summary_and_its_link_to_the_box(kitchen: Callable[..., Page]) -> None:
    page = kitchen({"born-day": "31", "born-month": "6", "born-year": "1990"})
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Date of birth must be a real date").click()
    expect(page.locator("#id_born-day")).to_be_focused()


def test_answers_open_and_close_their_questions(kitchen: Callable[..., Page]) -> None:
    page = kitchen()
    why, measures = page.locator("[name=why_not]"), page.locator("[name=measures]")
    expect(why).to_be_hidden()
    expect(measures).to_be_hidden()
    aware = page.get_by_role("group", name="Does she know about this referral?")
    aware.get_by_label("No", exact=True).check()
    expect(why).to_be_visible()
    aware.get_by_label("Yes", exact=True).check()
    expect(why).to_be_hidden()
    grade = page.get_by_role("group", name="Grade")
    grade.get_by_label("Medium").check()
    expect(measures).to_be_visible()
    grade.get_by_label("Standard").check()
    expect(measures).to_be_hidden()


def test_without_javascript_every_question_and_filter_is_there(kitchen: Callable[..., Page]) -> None:
    page = kitchen(width=320, javascript=False)
    for name in ("why_not", "measures", "reference"):
        expect(page.locator(f"[name={name}]")).to_be_visible()
    expect(page.get_by_role("link", name="Commitments").first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Show filters"))).to_have_count(0)


def test_filters_are_folded_on_a_phone_only(kitchen: Callable[..., Page]) -> None:
    expect(kitchen().locator("[name=reference]")).to_be_visible()
    page = kitchen(width=320)
    expect(page.locator("[name=reference]")).to_be_hidden()
    page.get_by_role("button", name="Show filters").click()
    expect(page.locator("[name=reference]")).to_be_visible()
    expect(page.get_by_role("button", name="Hide filters")).to_have_attribute("aria-expanded", "true")


def test_table_is_sorted_by_its_headings(kitchen: Callable[..., Page]) -> None:
    page = kitchen()
    table = page.get_by_role("table", name="Cases")
    ages = table.locator("tbody td[data-label=Age]")
    table.get_by_role("button", name="Age").click()
    assert ages.all_inner_texts() == ["28", "34", "41", "52"]
    table.get_by_role("button", name="Age").click()
    assert ages.all_inner_texts() == ["52", "41", "34", "28"]
    expect(table.get_by_role("columnheader", name="Age")).to_have_attribute("aria-sort", "descending")


def test_keys_act_but_not_while_someone_types_and_can_be_switched_off(kitchen: Callable[..., Page]) -> None:
    page = kitchen()
    expect(page.locator("[data-shortcut-help]")).to_contain_text("Save and next")
    page.locator("#draft-note").press("n")
    assert not page.url.endswith("#next")
    page.locator("h1").click()
    page.keyboard.press("n")
    assert page.url.endswith("#next")
    page.keyboard.press("/")
    expect(page.get_by_label("Search people, cases and references")).to_be_focused()
    page.get_by_role("button", name="Switch shortcuts off").click()
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.get_by_label("Search people, cases and references")).not_to_be_focused()


def test_account_menu_opens_by_key_and_closes_on_escape(kitchen: Callable[..., Page]) -> None:
    page = kitchen()
    page.locator(".app-account summary").press("Enter")
    expect(page.get_by_role("button", name="Link reviewer, Fenmoor Council")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.locator(".app-account summary")).to_be_focused()


def test_draft_saves_itself_with_its_version(kitchen: Callable[..., Page], saver: Saver) -> None:
    page = kitchen()
    page.locator("#draft-note").fill("She will stay with her sister")
    expect(page.locator("#saved")).to_have_text("Saved 13:04")
    assert "version=1" in saver.sent[0]
    expect(page.locator("#version")).to_have_value("2")
    with page.expect_response(f"{SITE}/autosave"):
        page.locator("#draft-note").fill("until Friday")
    assert "version=2" in saver.sent[-1]


def test_draft_that_could_not_be_saved_says_so(kitchen: Callable[..., Page], saver: Saver) -> None:
    saver.status = 500
    page = kitchen()
    page.locator("#draft-note").fill("x")
    expect(page.locator("#saved")).to_contain_text("Not saved")


def test_paper_has_the_label_and_none_of_the_machine(kitchen: Callable[..., Page]) -> None:
    page = kitchen()
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Areas of work")).to_be_hidden()
    expect(page.locator(".app-search")).to_be_hidden()
    expect(page.get_by_role("button", name="List at MARAC")).to_be_hidden()
    expect(page.locator(".app-synthetic-banner")).to_be_visible()
    expect(page.locator(".app-printed")).to_contain_text("Printed by Ruth Okafor")
    assert page.evaluate("getComputedStyle(document.body).page") == "synthetic"
