"""The front door in a browser: signing in, with and without scripts, by keyboard."""

from __future__ import annotations

import pytest

from wraparound.foundation.partners.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_signing_in_wants_a_password_and_says_what_is_wrong(walk):
    walker = walk().go("/sign-in").is_accessible()
    walker.fill(login="nobody@test.invalid", password="wrong wrong wrong").click("Sign in")
    walker.sees_heading("Sign in").is_accessible()
    assert walker.page.title().startswith("Error: ")


@pytest.mark.parametrize("javascript", [True, False])
def test_today_and_about(walk, someone, police, javascript):
    walker = walk(someone(Role.PRACTITIONER, police), javascript=javascript)
    walker.go("/").sees_heading("Today").sees("Synthetic data")
    walker.go("/about").sees_heading("About")
    if javascript:
        walker.go("/").is_accessible()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(walk, someone, police):
    walker = walk(someone(Role.PRACTITIONER, police)).go("/")
    walker.page.keyboard.press("Tab")
    assert walker.page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
