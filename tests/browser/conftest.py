"""A real browser for the journeys: Debian's Chromium, driven by Playwright, against a live server.

With WRAPAROUND_SCREENSHOTS=1 the pictures of the documentation are taken on the way, into docs/images.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from wraparound.foundation.access.web import MEMBERSHIP_KEY
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import User

IMAGES = Path(__file__).parents[2] / "docs" / "images"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in this thread


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


class Walker:
    """Someone at a browser: goes to pages, looks at each (accessibility, width), takes pictures."""

    def __init__(self, context: BrowserContext, base: str, javascript: bool = True) -> None:
        self.context, self.base, self.javascript = context, base, javascript
        self.page: Page = context.new_page()
        self.messages: list[str] = []
        self.page.on("console", lambda m: self.messages.append(m.text) if m.type == "error" else None)
        self.looked_at: set[str] = set()

    def go(self, path: str) -> Walker:
        """Open an address of the site."""
        self.page.goto(self.base + path)
        return self

    def click(
        self, name: str | re.Pattern[str], role: str = "button", exact: bool = False, within: str = "main"
    ) -> Walker:
        """Press the first button (or link) of the page's own part that has this name."""
        self.page.locator(within).get_by_role(role, name=name, exact=exact).first.click()  # type: ignore[arg-type]
        return self

    def fill(self, **values: str) -> Walker:
        """Fill in fields by the names that they are posted under."""
        for name, value in values.items():
            field = self.page.locator(f'main [name="{name.replace("__", "-")}"]')
            kind = field.first.get_attribute("type")
            if kind in ("radio", "checkbox"):
                self.page.locator(f'main [name="{name.replace("__", "-")}"][value="{value}"]').check()
            elif field.first.evaluate("e => e.tagName") == "SELECT":
                field.first.select_option(value)
            else:
                field.first.fill(value)
        return self

    def sees(self, text: str | re.Pattern[str]) -> Walker:
        """The page says this."""
        expect(self.page.get_by_text(text).first).to_be_visible()
        return self

    def sees_heading(self, text: str | re.Pattern[str]) -> Walker:
        """The page's one h1 says this."""
        expect(self.page.locator("h1")).to_contain_text(text)
        return self

    def does_not_see(self, text: str) -> Walker:
        """The page doesn't say this anywhere."""
        assert text not in self.page.content()
        return self

    def is_accessible(self) -> Walker:
        """axe finds nothing, nothing sticks out at 320 px, and no script or style was refused."""
        self.page.wait_for_load_state("load")
        results = Axe().run(self.page, options={"resultTypes": ["violations"]})
        found = [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in results.response["violations"]]
        assert found == [], f"{self.page.url}: {found}"
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": 320, "height": 700})
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{self.page.url} is {width} px wide on a 320 px screen"
        if size:
            self.page.set_viewport_size(size)
        assert self.messages == [], f"{self.page.url}: {self.messages}"
        return self

    def looks(self) -> Walker:
        """Look at the page as `is_accessible` does, the first time that this walker comes to one of its kind."""
        if not self.javascript:  # what looks is a script itself
            return self
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", self.page.url.removeprefix(self.base))
        if kind not in self.looked_at:
            self.looked_at.add(kind)
            self.is_accessible()
        return self

    def is_refused(self, path: str) -> Walker:
        """An address answers as if nothing were there."""
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.status == 404, path
        self.messages.clear()  # the browser writes a line about every 404
        return self

    def picture(self, name: str, *, phone: bool = False, whole: bool = True) -> Walker:
        """A picture for the documentation: of the whole page, or of what is on the screen."""
        if os.environ.get("WRAPAROUND_SCREENSHOTS"):
            IMAGES.mkdir(exist_ok=True)
            size = self.page.viewport_size
            if phone:
                self.page.set_viewport_size({"width": 390, "height": 844})
            said = len(self.messages)
            self.page.screenshot(path=IMAGES / f"{name}.png", full_page=whole)
            self.page.wait_for_timeout(200)
            del self.messages[said:]  # taking a picture hides the caret by a style of its own, which is refused
            if phone and size:
                self.page.set_viewport_size(size)
        return self


@pytest.fixture
def walk(
    chromium: Browser, live_server: Any, settings: Any, request: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Walker]]:
    """``walk(actor)``: that person at a browser of their own, signed in. ``javascript=False`` goes without."""
    settings.REQUIRE_SECOND_FACTOR = False
    # Each browser holds a thread of the server, and each thread would keep its connection to PostgreSQL.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    contexts: list[BrowserContext] = []
    failed_before = request.session.testsfailed

    def begin(actor: Actor | None = None, *, javascript: bool = True) -> Walker:
        context = chromium.new_context(
            viewport={"width": 1280, "height": 900}, java_script_enabled=javascript, accept_downloads=True
        )
        context.set_default_timeout(45_000)
        contexts.append(context)
        if actor is not None:
            context.add_cookies([{"name": "wraparound", "value": session_of(actor), "url": live_server.url}])
        return Walker(context, live_server.url, javascript)

    yield begin
    if request.session.testsfailed > failed_before and contexts and contexts[-1].pages:
        folder = Path(settings.VAR) / "browser"
        folder.mkdir(parents=True, exist_ok=True)
        contexts[-1].pages[-1].screenshot(path=folder / f"{request.node.name[:80]}.png", full_page=True)
    for context in contexts:
        context.close()


def session_of(actor: Actor) -> str:
    """The key of a new session in which `actor` is signed in."""
    from django.test import Client

    client = Client()
    client.force_login(
        User.objects.get(pk=actor.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    session = client.session
    session[MEMBERSHIP_KEY] = str(actor.membership_id)
    session.save()
    return str(session.session_key)


@pytest.fixture
def work(deliver: Callable[[], int]) -> Callable[[], None]:
    """``work()``: what a worker does between two pages: the queue's tasks, the outbox, the tick."""
    from django.core.management import call_command

    from wraparound.interfaces.commands.tick import tick

    def run() -> None:
        call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
        deliver()
        tick()
        deliver()

    return run
