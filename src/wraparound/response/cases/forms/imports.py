"""Forms of the pages of imports."""

from __future__ import annotations

from django.conf import settings

from wraparound.kit.forms import FileField, Form, TextareaField

_ENDINGS = ".csv,.txt,.tsv,.xlsx,.jsonl,.ndjson,.json"
_MOST_MB = settings.UPLOAD_MAX_BYTES // 1_000_000


class UploadForm(Form):
    """The files of a day."""

    incidents = FileField(
        label="Incidents",
        hint="incidents.csv, or the same columns as Excel or JSON lines. Any encoding and delimiter that a spreadsheet "
        "writes will do.",
        accept=_ENDINGS,
        max_mb=_MOST_MB,
        missing="Choose the file with the incidents",
    )
    children = FileField(
        label="Children connected to them",
        hint="incident_children.csv. You can leave this out.",
        accept=_ENDINGS,
        max_mb=_MOST_MB,
        required=False,
    )


class DealtWithForm(Form):
    """What was done about a rejected row that could not wait."""

    how = TextareaField(
        label="What did you do?",
        hint="For example: corrected and sent again; told the officer in the case; a duplicate of another incident.",
        max_length=300,
        rows=3,
        missing="Say what you did",
    )
