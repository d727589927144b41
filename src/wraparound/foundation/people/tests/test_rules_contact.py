"""Safety rule 3, as a table: who may do what with a channel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from wraparound.foundation.people.rules import Advice, Channel, may_contact

DAY = datetime(2026, 3, 1, tzinfo=UTC)
LATER = DAY + timedelta(days=9)


def channel(kind: str, safety: str, value: str = "07700 900123", said_at: datetime = DAY, **options: object) -> Channel:
    return Channel(kind=kind, value=value, safety=safety, said_at=said_at, **options)  # type: ignore[arg-type]


def ask(*channels: Channel, idva: bool = False, unsafe: tuple[Channel, ...] = ()) -> Advice:
    return may_contact(channels, may_try_unknown=idva, known_unsafe=unsafe)


@pytest.mark.parametrize("kind", ["phone", "text", "email", "letter", "in_person"])
@pytest.mark.parametrize("idva", [True, False])
@pytest.mark.parametrize(
    ("safety", "may_use", "may_try"), [("safe", True, False), ("unsafe", False, False), ("unknown", False, None)]
)
def test_what_each_reader_may_do(kind: str, idva: bool, safety: str, may_use: bool, may_try: bool | None) -> None:
    [advice] = ask(channel(kind, safety), idva=idva).channels
    assert advice.may_use is may_use
    # Where safety is unknown: one voice call, by the IDVA alone.
    assert advice.may_try_once is ((idva and kind == "phone") if may_try is None else may_try)


def test_everyone_else_is_sent_to_the_idva() -> None:
    advice = ask(channel("phone", "unknown"))
    assert advice.sentence == "Nothing is known to be safe. Contact through the IDVA."
    assert not advice.may_try
    assert not advice.is_safe


def test_the_idva_may_try_one_call() -> None:
    advice = ask(channel("phone", "unknown"), idva=True)
    assert advice.may_try
    assert not advice.is_safe
    assert "number withheld" in advice.sentence
    assert "no voicemail" in advice.sentence


def test_nothing_is_tried_where_a_safe_way_is_known() -> None:
    advice = ask(channel("phone", "unknown"), channel("text", "safe"), idva=True)
    assert advice.may_try
    assert not any(a.may_try_once for a in advice.channels)


def test_a_call_that_was_tried_is_not_tried_again() -> None:
    advice = ask(channel("phone", "unknown", is_tried=True), idva=True)
    assert not advice.may_try
    assert "tried" in advice.channels[0].sentence


def test_nothing_recorded_is_not_safe() -> None:
    assert not ask().may_try
    assert not ask(idva=True).may_try
    assert ask().sentence.endswith("Contact through the IDVA.")


def test_what_is_safe_is_said_with_its_times_and_what_is_not() -> None:
    advice = ask(
        channel("phone", "safe", times="09:30 to 14:30 on weekdays"),
        channel("letter", "unsafe", value="", note="he checks letters"),
    )
    assert advice.is_safe
    assert advice.sentence == (
        "Telephone, 09:30 to 14:30 on weekdays, no voicemail. Never by letter (he checks letters)."
    )


@pytest.mark.parametrize(
    ("times", "note", "said"),
    [
        ("While at work.", "Say that it is the library.", "While at work, no voicemail, Say that it is the library."),
        ("", "No voicemail.", "No voicemail."),
        (" ", " . ", "no voicemail."),
    ],
)
def test_what_someone_wrote_as_sentences_is_said_as_one_and_once(times: str, note: str, said: str) -> None:
    assert ask(channel("phone", "safe", times=times, note=note)).sentence == f"Telephone, {said}"


def test_a_safe_telephone_makes_no_text_safe() -> None:
    advice = ask(channel("phone", "safe"), channel("text", "unknown"))
    assert [(a.channel.kind, a.may_use) for a in advice.channels] == [("phone", True), ("text", False)]


def test_one_record_that_says_unsafe_blocks_what_a_file_called_safe() -> None:
    advice = ask(channel("phone", "safe"), channel("phone", "unsafe", value="+447700900123"))
    assert [a.may_use for a in advice.channels] == [False]
    assert not advice.is_safe


def test_a_record_that_the_reader_does_not_see_blocks_too() -> None:
    advice = ask(
        channel("phone", "unknown"), idva=True, unsafe=(channel("phone", "unsafe", note="the refuge says so"),)
    )
    assert not advice.may_try
    assert "refuge" not in advice.sentence


@pytest.mark.parametrize(("confirmed_at", "may_use"), [(LATER, True), (DAY - timedelta(days=1), False), (DAY, False)])
def test_a_person_who_confirmed_it_later_takes_the_block_away(confirmed_at: datetime, may_use: bool) -> None:
    advice = ask(
        channel("phone", "safe", said_at=confirmed_at, is_confirmed=True), channel("phone", "unsafe", said_at=DAY)
    )
    assert [a.may_use for a in advice.channels] == [may_use]


def test_unsafe_without_a_value_blocks_all_of_its_kind() -> None:
    advice = ask(channel("letter", "safe", value="14 Larch Road"), channel("letter", "unsafe", value=""))
    assert not any(a.may_use for a in advice.channels)


def test_who_calls_it_unsafe_stands_for_it_with_their_reason() -> None:
    safe = channel("phone", "safe", note="Ask for the repairs appointment")
    advice = ask(safe, channel("phone", "unsafe", note="he reads it"), idva=True)
    assert advice.sentence.endswith("Never by telephone (he reads it).")
    assert [one.channel.safety for one in advice.channels] == ["unsafe"]


def test_beside_a_safe_number_it_is_the_other_that_is_never_called() -> None:
    advice = ask(channel("phone", "safe", "07700 900386"), channel("phone", "unsafe"))
    assert advice.sentence.endswith("Never by any other number.")
