"""What is decided of a prompt, a referral and a listing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from wraparound.kit.forms import Form, RadiosField, SelectField, TextareaField, given

ACCEPT, DO_NOT_LIST = "accept", "do_not_list"
LATER = "later"


class AnswerForm(Form):
    """Why a prompt is answered with not referring."""

    reason = TextareaField(
        label="Why do you not refer?",
        hint="For example, she is in another area's MARAC already. New evidence asks you again.",
        rows=3,
        max_length=300,
    )


class ScreenForm(Form):
    """The outcome of a screening. A person decides; the criteria only explain."""

    outcome = RadiosField(
        label="Your decision",
        choices=[(ACCEPT, "Accept: it goes to a session"), (DO_NOT_LIST, "Do not list")],
        missing="Choose whether to accept it",
    )
    accept_reason = TextareaField(label="Why? The referrer reads this.", rows=3)
    session = SelectField(label="On which session?", hint="You can list it later, too.")
    reason_code = RadiosField(label="Why is it not listed?", small=True)
    refuse_reason = TextareaField(
        label="In words, for the referrer",
        hint="What was weighed, and what is offered instead. They are shown how to challenge it.",
        rows=4,
    )
    conditions: ClassVar[Any] = [
        given("outcome", ACCEPT).require("accept_reason").ask("session"),
        given("outcome", DO_NOT_LIST).require("reason_code", "refuse_reason"),
    ]

    def __init__(self, *args: Any, sessions: Iterable[tuple[str, str]], reasons: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session, codes = self.fields["session"], self.fields["reason_code"]
        assert isinstance(session, SelectField)
        assert isinstance(codes, RadiosField)
        session.choices = [(LATER, "List it later"), *sessions]
        codes.choices = list(reasons.items())


class ChallengeForm(Form):
    """What should be looked at again."""

    reason = TextareaField(
        label="What should be looked at again?", hint="New facts, or what you think was weighed wrongly.", rows=5
    )


class ListForm(Form):
    """Which session."""

    session = RadiosField(label="Which session?", missing="Choose a session")

    def __init__(self, *args: Any, sessions: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session = self.fields["session"]
        assert isinstance(session, RadiosField)
        session.choices = list(sessions)


class TakeOffForm(Form):
    """Why a referral is taken off its session."""

    reason = TextareaField(label="Why is it taken off?", hint="For whoever lists it again.", rows=3, max_length=1000)
