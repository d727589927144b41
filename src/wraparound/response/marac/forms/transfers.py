"""Moving a case to another area's MARAC, or recording one that came from there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wraparound.kit.forms import CheckboxesField, DateInputField, Form, RadiosField, TextareaField, TextField
from wraparound.response.marac.models import Move

_HOW_LONG = {Move.PERMANENT: "For good", Move.TEMPORARY: "For a time", Move.UNKNOWN: "It isn't known yet"}


class TransferOutForm(Form):
    """Where the case goes, why, and what goes with it: no more than is needed there."""

    other_area = TextField(label="Which area?", missing="Say which area")
    other_marac = TextField(label="Name of the MARAC there", required=False)
    other_contact = TextField(
        label="Its co-ordinator", hint="Name and secure e-mail. Ring first: is it the right area?", max_length=300
    )
    move = RadiosField(label="For how long does the victim-survivor move?", choices=list(_HOW_LONG.items()))
    reason = TextareaField(
        label="Why does the case move?", hint="No new address: it is not needed for the transfer.", rows=3
    )
    contents = CheckboxesField(
        label="What goes with it?",
        hint="Words that an agency keeps to itself never go, nor a protected address.",
        missing="Choose what goes with it",
    )
    why_contents = TextareaField(
        label="Why is so much needed there, and not more?", rows=2, missing="Say why so much is needed there"
    )
    lawful_basis = RadiosField(label="Lawful basis", small=True, missing="Choose the lawful basis")
    groups = (
        ("Where to", ("other_area", "other_marac", "other_contact", "move", "reason")),
        ("What goes with it", ("contents", "why_contents", "lawful_basis")),
    )

    def __init__(self, *args: Any, contents: Mapping[str, str], bases: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen, basis = self.fields["contents"], self.fields["lawful_basis"]
        assert isinstance(chosen, CheckboxesField)
        assert isinstance(basis, RadiosField)
        chosen.choices = list(contents.items())
        basis.choices = list(bases.items())


class TransferInForm(Form):
    """Where a case came from, and what came with it."""

    other_area = TextField(label="From which area?", missing="Say which area")
    other_marac = TextField(label="Name of the MARAC there", required=False)
    other_contact = TextField(label="Its co-ordinator", hint="Name and secure e-mail.", max_length=300, required=False)
    move = RadiosField(label="For how long has the victim-survivor moved here?", choices=list(_HOW_LONG.items()))
    reason = TextareaField(label="Why does the case come here?", rows=3)
    heard_there_on = DateInputField(
        label="When was it last heard there?",
        hint="Leave it empty if it was not heard, or if that isn't known yet.",
        required=False,
        past=True,
    )
    contents = CheckboxesField(
        label="What has come with it so far?", hint="What is missing is asked for.", required=False
    )

    def __init__(self, *args: Any, contents: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["contents"]
        assert isinstance(chosen, CheckboxesField)
        chosen.choices = list(contents.items())


class ReceiptForm(Form):
    """Who says that it has arrived."""

    received_by = TextField(label="Who confirmed that it has arrived?", missing="Say who confirmed it")


class CallOffForm(Form):
    """Why it isn't sent."""

    reason = TextField(label="Why isn't it sent?", max_length=300, missing="Say why it isn't sent")


class HandOverForm(Form):
    """IDVA to IDVA."""

    idva_there = TextField(label="With which IDVA did you speak?", hint="Name, service, secure e-mail.", max_length=300)
    note = TextareaField(
        label="What was handed over?",
        hint="The risks now, what they want, how they can be reached safely, what must not be said.",
        rows=5,
    )
