"""Which return: the quarter, the MARAC, and whether small numbers are withheld."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from wraparound.foundation.meetings.models import Panel
from wraparound.kit.forms import Form, SelectField
from wraparound.response.marac.returns.quarters import Quarter

INSIDE, PUBLISH = "inside", "publish"


class ReturnForm(Form):
    """What the return is drawn of. Each answer stands in the page's address, so that it can be kept."""

    mark_optional = False
    quarter = SelectField(label="Quarter of the meetings", required=False, blank="")
    area = SelectField(label="MARAC", required=False, blank="")
    kind = SelectField(
        label="For",
        required=False,
        blank="",
        choices=[(INSIDE, "The partnership: whole"), (PUBLISH, "Publication: small numbers withheld")],
    )

    def __init__(self, *args: Any, quarters: Sequence[Quarter], panels: Sequence[Panel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(SelectField, self.fields["quarter"]).choices = [(one.code, one.label) for one in quarters]
        if len(panels) > 1:
            cast(SelectField, self.fields["area"]).choices = [(one.area.code, one.name) for one in panels]
        else:
            del self.fields["area"]
