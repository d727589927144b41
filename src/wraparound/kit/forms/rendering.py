"""What the form macros ask: the parts of a field, of any Django form, ready to be drawn.

Sign-in's forms are not ours, so nothing here needs our own fields: a plain Django field is drawn by its widget.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import conditional_escape

from wraparound.kit.forms.dates import PARTS
from wraparound.kit.forms.form import Form
from wraparound.kit.once import new_token

# In this order: some of these are made from others.
_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.RadioSelect, "radios"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.SelectMultiple, "checkboxes"),
    (forms.Select, "select"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Textarea, "textarea"),
    (forms.HiddenInput, "hidden"),
    (forms.PasswordInput, "password"),
    (forms.FileInput, "file"),
)


@dataclass(slots=True)
class Option:
    """One answer of a question with given answers."""

    id: str
    value: str
    label: str
    hint: str
    chosen: bool
    opens: list[BoundField]


@dataclass(slots=True)
class FieldParts:
    """All that a macro needs to draw one field."""

    kind: str
    id: str
    name: str
    label: str
    hint: str
    errors: list[str]
    value: Any
    optional: bool
    described_by: str
    options: list[Option]
    boxes: list[tuple[str, str, bool]]  # of a date: part, value, whether it is wrong
    depends: str  # "name=value|value" where the field hangs on an answer elsewhere on the page
    field: forms.Field


def field_parts(bound: BoundField, label: str = "", hint: str | None = None) -> FieldParts:
    """The parts of a bound field; ids follow the Design System, so that an error's link lands on a box.

    ``label`` and ``hint`` stand in for the form's own words; a hint of "" leaves it out.
    """
    field = bound.field
    kind = getattr(field, "kind", "") or _kind(field.widget)
    errors = [str(error) for error in bound.errors]
    ident = bound.auto_id or f"id_{bound.html_name}"
    value = bound.value()
    help_text = conditional_escape(field.help_text if hint is None else hint)
    described = [f"{ident}-hint"] if help_text else []
    described += [f"{ident}-error"] if errors else []
    parts = FieldParts(
        kind=kind,
        id=ident,
        name=bound.html_name,
        label=label or str(bound.label),
        hint=help_text,
        errors=errors,
        value="" if value is None else value,
        optional=_is_optional(bound),
        described_by=" ".join(described),
        options=[],
        boxes=[],
        depends=_depends(bound),
        field=field,
    )
    if kind in ("radios", "checkboxes", "select"):
        parts.options = _options(bound, ident, value)
    elif kind == "date":
        parts.boxes = _boxes(bound, value)
    return parts


def _kind(widget: forms.Widget) -> str:
    for widget_class, kind in _KINDS:
        if isinstance(widget, widget_class):
            return kind
    return getattr(widget, "input_type", "text")


def _is_optional(bound: BoundField) -> bool:
    form = bound.form
    if bound.field.required or not isinstance(form, Form) or not form.mark_optional:
        return False
    return bound.name not in form.must_answer


def _depends(bound: BoundField) -> str:
    form = bound.form
    if not isinstance(form, Form) or bound.name not in form.hanging or form.nests(bound.name):
        return ""
    on = [condition for condition in form.conditions if bound.name in condition.fields]
    if len(on) != 1:
        return ""
    return f"{form.add_prefix(on[0].field)}={'|'.join(on[0].values)}"


def _options(bound: BoundField, ident: str, value: Any) -> list[Option]:
    chosen = {str(item) for item in value} if isinstance(value, (list, tuple, set)) else {str(value)}
    hints = getattr(bound.field, "hints", {})
    opens = bound.form.revealed_under(bound.name) if isinstance(bound.form, Form) else {}
    found = []
    for number, (key, label) in enumerate(bound.field.choices, start=1):  # type: ignore[attr-defined]
        text = "" if key is None else str(key)
        found.append(
            Option(
                id=ident if number == 1 else f"{ident}-{number}",
                value=text,
                label=str(label),
                hint=str(hints.get(text, "")),
                chosen=text in chosen,
                opens=opens.get(text, []),
            )
        )
    return found


def _boxes(bound: BoundField, value: Any) -> list[tuple[str, str, bool]]:
    if isinstance(value, datetime.date):
        texts: tuple[str, ...] = (str(value.day), str(value.month), str(value.year))
    else:
        texts = tuple(value) if value else ("", "", "")
    wrong = _wrong_parts(bound)
    return [(part, text, part in wrong) for part, text in zip(PARTS, texts, strict=True)]


def _wrong_parts(bound: BoundField) -> set[str]:
    found: set[str] = set()
    for error in bound.errors.as_data():
        found.update((error.params or {}).get("parts", PARTS))
    return found


def error_links(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Every error of a form as (address of the box to mend, message), in the order of the page."""
    found = [("", str(error)) for error in form.non_field_errors()]
    for bound in (form[name] for name in form.fields):
        for error in bound.errors:
            ident = bound.auto_id or f"id_{bound.html_name}"
            if getattr(bound.field, "kind", "") == "date":
                wrong = _wrong_parts(bound)
                ident += "-" + next(part for part in PARTS if part in wrong)
            found.append((f"#{ident}", str(error)))
    return found


def page_groups(form: forms.BaseForm) -> list[tuple[str, list[BoundField]]]:
    """The visible fields of any form by heading; a plain Django form is one group without a heading."""
    if isinstance(form, Form):
        return form.page_groups()
    return [("", list(form.visible_fields()))]


def once_value(form: forms.BaseForm | None = None) -> str:
    """The token that lets a form's POST act once: kept when the form comes back with errors, new otherwise."""
    sent = form.data.get("once") if form is not None and form.is_bound else ""
    return str(sent) if sent else str(new_token())
