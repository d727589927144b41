"""What an agency says of its flag."""

from __future__ import annotations

from wraparound.kit.forms import Form, RadiosField, TextField, given


class SetFlagForm(Form):
    """The flag is set, or there is no record that could be flagged."""

    answer = RadiosField(
        label="Have you flagged your records of the people in this case?",
        choices=[("set", "Yes, they are flagged"), ("hold_no_record", "No: we hold no record of them")],
        missing="Say whether your records are flagged",
    )
    reference = TextField(
        label="Your own reference",
        hint="How you find what you flagged when the flag lapses: a record number, never a name.",
        max_length=200,
        width=20,
        missing="Give your own reference: it is how the flag is found again",
    )
    conditions = (given("answer", "set").require("reference"),)
