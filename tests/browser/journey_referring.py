"""Writing a referral page by page, as a person at a browser does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.browser.conftest import Walker
from tests.browser.journey_story import CHILD, PERPETRATOR

Answers = Mapping[str, Mapping[str, Any]]


def answer_step(walker: Walker, answers: Mapping[str, Any], button: str = "Save and continue") -> None:
    """Fill in one page and go on."""
    walker.looks().fill(**answers).click(button)


def add_one(walker: Walker, kind: str, answers: Mapping[str, Any]) -> None:
    """Add a perpetrator or a child on a page of their own."""
    walker.looks().click(f"Add a {kind}").sees_heading(f"Add a {kind}")
    walker.looks().fill(**answers).click("Save", exact=True)
    walker.sees(f"{answers['given_names']} {answers['family_name']}")


def complete_one(walker: Walker, name: str, answers: Mapping[str, Any]) -> None:
    """Add what is missing about someone who was filled in from a case."""
    walker.click(f"Change {name}", role="link").fill(**answers).click("Save", exact=True)


def until_the_children(walker: Walker, answers: Answers) -> None:
    """From where they live to the equality characteristics, language and health."""
    for step in ("address", "contact", "fears", "equality", "language"):
        answer_step(walker, answers[step])


def after_the_children(walker: Walker, answers: Answers) -> None:
    """Why now, and on what basis it is shared."""
    for step in ("reasons", "police", "earlier", "consent", "referrer"):
        answer_step(walker, answers[step])


def others(walker: Walker) -> None:
    """Who else is in it, where nobody is filled in yet."""
    add_one(walker, "perpetrator", PERPETRATOR)
    walker.click("Continue")
    add_one(walker, "child", CHILD)
    walker.fill(any="yes").click("Save and continue")


def send(walker: Walker) -> str:
    """Check your answers and send. Returns the address of the referral."""
    walker.sees_heading("Check your answers").looks()
    walker.click("Send the referral")
    walker.sees("Referral sent.").sees("To be screened").looks()
    return walker.page.url.removeprefix(walker.base)
