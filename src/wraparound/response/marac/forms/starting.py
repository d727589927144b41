"""Looking before writing: whether this person is known already, as far as the reader may know."""

from __future__ import annotations

from wraparound.kit.forms import Form, TextField


class StartForm(Form):
    """Who it is about."""

    mark_optional = False

    q = TextField(
        label="Who are you referring?",
        hint="Their name, with the date of birth or a telephone number if you have it, like Amina Noor 27/3/1992",
        missing="Enter a name, a date of birth or a telephone number",
    )
