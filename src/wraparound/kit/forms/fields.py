"""Django fields that carry what the macros need: a hint, a width, reader-ready errors.

Every field takes ``label``, ``hint``, ``required``, ``initial`` and ``missing`` (what to say when a required
answer is absent; a fair sentence is made from the label otherwise).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import (
    BaseValidator,
    EmailValidator,
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
)

from wraparound.kit.forms.text import clean_text

Choices = Iterable[tuple[str, str]]


def in_sentence(label: str) -> str:
    """A label as it reads inside a sentence: its first letter small, unless it begins an abbreviation."""
    head = label[:2]
    return label if head.isupper() and len(head) == 2 else label[:1].lower() + label[1:]


def _reword(field: forms.Field, kind: type[BaseValidator] | type[EmailValidator], message: str) -> None:
    """Let Django's own checks of one kind speak our sentence. They are copied: Django shares some between fields."""
    reworded = []
    for validator in field.validators:
        if isinstance(validator, kind):
            validator = copy.copy(validator)
            validator.message = message
        reworded.append(validator)
    field.validators = reworded


class KitField(forms.Field):
    """What all our fields share; ``kind`` names the piece of the macro that draws it."""

    kind = "text"
    ask_verb = "Enter"

    def __init__(self, *, hint: str = "", missing: str = "", **options: Any) -> None:
        options.setdefault("help_text", hint)
        super().__init__(**options)
        if missing:
            self.error_messages["required"] = missing
        elif self.label:
            self.error_messages["required"] = self._missing(str(self.label))

    def _missing(self, label: str) -> str:
        if label.endswith("?"):
            return f"Answer “{label}”"
        return f"{self.ask_verb} {in_sentence(label)}"


class TextField(KitField, forms.CharField):
    """One line of text.

    ``width`` is in characters (2, 3, 4, 5, 10, 20, 30). ``autocomplete`` is off unless asked for: what is typed
    here is about other people, on machines that are shared.
    """

    keeps_lines = False

    def __init__(
        self,
        *,
        max_length: int | None = 200,
        width: int | None = None,
        prefix: str = "",
        suffix: str = "",
        inputmode: str = "",
        autocomplete: str = "off",
        **options: Any,
    ) -> None:
        super().__init__(max_length=max_length, **options)
        self.width, self.prefix, self.suffix = width, prefix, suffix
        self.inputmode, self.autocomplete = inputmode, autocomplete
        _reword(self, MaxLengthValidator, f"{self.label or 'This'} must be {max_length} characters or fewer")

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = clean_text(value, lines=self.keeps_lines)
        return super().to_python(value)


class TextareaField(TextField):
    """Several lines of text; with ``max_length`` the characters left are counted as one types."""

    kind = "textarea"
    keeps_lines = True
    widget = forms.Textarea

    def __init__(self, *, max_length: int | None = 4000, rows: int = 5, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)
        self.rows = rows


class EmailField(KitField, forms.EmailField):
    """An e-mail address."""

    kind = "email"
    width = None
    autocomplete = "off"
    default_error_messages = {"invalid": "Enter an email address in the correct format, like name@example.com"}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        _reword(self, EmailValidator, str(self.error_messages["invalid"]))


class IntegerField(KitField, forms.IntegerField):
    """A whole number; ``min_value`` and ``max_value`` as in Django, said in words when crossed."""

    kind = "number"
    inputmode = "numeric"
    autocomplete = "off"

    def __init__(self, *, width: int = 5, prefix: str = "", suffix: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.width, self.prefix, self.suffix = width, prefix, suffix
        self.error_messages["invalid"] = f"{self.label or 'This'} must be a whole number, like 3"
        _reword(self, MinValueValidator, f"{self.label or 'This'} must be %(limit_value)s or more")
        _reword(self, MaxValueValidator, f"{self.label or 'This'} must be %(limit_value)s or fewer")


class _Choosing(KitField):
    """What fields with given answers share: ``hints`` stands a line of help under an answer, by its value."""

    ask_verb = "Select"

    def __init__(self, *, hints: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.hints = dict(hints or {})
        self.error_messages["invalid_choice"] = "Select one of the answers on this page"


class RadiosField(_Choosing, forms.ChoiceField):
    """One answer of a few. ``inline`` for two or three short ones; ``small`` in dense pages."""

    kind = "radios"
    widget = forms.RadioSelect

    def __init__(self, *, choices: Choices = (), inline: bool = False, small: bool = False, **options: Any) -> None:
        super().__init__(choices=list(choices), **options)
        self.inline, self.small = inline, small


class YesNoField(_Choosing, forms.TypedChoiceField):
    """Yes or no, as True, False, or None where it may be left. Conditions say "yes" and "no"."""

    kind = "radios"
    widget = forms.RadioSelect
    small = False

    def __init__(self, *, inline: bool = True, **options: Any) -> None:
        super().__init__(
            choices=[("yes", "Yes"), ("no", "No")],
            coerce=lambda value: value == "yes",
            empty_value=None,
            **options,
        )
        self.inline = inline

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class SelectField(_Choosing, forms.ChoiceField):
    """One answer of many; ``blank`` is the empty first line ("Choose an agency")."""

    kind = "select"

    def __init__(self, *, choices: Choices = (), blank: str = "", **options: Any) -> None:
        if blank.startswith(("Choose", "Select")):
            options.setdefault("missing", blank)
        super().__init__(choices=list(choices), **options)
        self.blank = blank


class CheckboxesField(_Choosing, forms.MultipleChoiceField):
    """Any number of answers; ``exclusive`` is the value of the one that unticks the rest ("None of these")."""

    kind = "checkboxes"
    widget = forms.CheckboxSelectMultiple
    inline = False

    def __init__(self, *, choices: Choices = (), exclusive: str = "", small: bool = False, **options: Any) -> None:
        super().__init__(choices=list(choices), **options)
        self.exclusive, self.small = exclusive, small

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        if self.exclusive in chosen and len(chosen) > 1:
            label = dict(self.choices)[self.exclusive]  # type: ignore[arg-type]
            raise ValidationError(f"Select “{label}” or the others, not both", code="exclusive")
        return chosen


class CheckboxField(KitField, forms.BooleanField):
    """One box to tick. Required means that it must be ticked."""

    kind = "checkbox"
    ask_verb = "Confirm:"


class HiddenField(TextField):
    """A value that the page carries and nobody sees."""

    kind = "hidden"
    widget = forms.HiddenInput


class FileField(KitField, forms.FileField):
    """A file; ``accept`` is the list of endings that the picker offers, ``max_mb`` the largest size taken."""

    kind = "file"
    ask_verb = "Choose"

    def __init__(self, *, accept: str = "", max_mb: int = 50, **options: Any) -> None:
        super().__init__(**options)
        self.accept, self.max_mb = accept, max_mb
        self.error_messages["empty"] = "The file is empty"

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload and upload.size > self.max_mb * 1024 * 1024:
            raise ValidationError(f"The file must be smaller than {self.max_mb} MB", code="too_large")
        endings = tuple(ending.strip().lower() for ending in self.accept.split(",") if ending.strip())
        if upload and endings and not upload.name.lower().endswith(endings):
            raise ValidationError(f"The file must be one of: {', '.join(endings)}", code="ending")
        return upload
