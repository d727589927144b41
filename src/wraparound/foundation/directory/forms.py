"""What one may look for in the directory."""

from __future__ import annotations

from wraparound.foundation.directory.models import ServiceKind
from wraparound.kit.forms import Form, SelectField, TextField


class SearchForm(Form):
    """Words and a kind of service."""

    mark_optional = False
    words = TextField(label="Words", hint="Such as men, refuge, Punjabi or housing", required=False, max_length=100)
    kind = SelectField(label="Kind of service", choices=ServiceKind.choices, blank="Every kind", required=False)
