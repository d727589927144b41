"""The form that our pages use: conditions, groups, and nothing that Django's own would lose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField

from wraparound.kit.forms.conditions import Condition, open_fields


class Form(forms.Form):
    """A Django form with conditional questions and headed groups.

    ``conditions``: what hangs on what (see ``given``). ``groups``: ``(heading, (field names))`` in the order of the
    page; fields in no group come first. ``mark_optional``: say "(optional)" after the label of what may be left.
    """

    conditions: ClassVar[Sequence[Condition]] = ()
    groups: ClassVar[Sequence[tuple[str, Sequence[str]]]] = ()
    mark_optional: ClassVar[bool] = True
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hanging = {name for condition in self.conditions for name in condition.fields}
        self.must_answer = {name for condition in self.conditions for name in condition.required}
        for condition in self.conditions:
            for name in (condition.field, *condition.fields):
                if name not in self.fields:
                    raise ValueError(f"{type(self).__name__}: a condition names {name!r}, which is no field")
        for name in self.hanging:
            self.fields[name].required = False

    def _clean_fields(self) -> None:
        super()._clean_fields()
        if not self.conditions:
            return
        asked, required = open_fields(self.conditions, self.cleaned_data)
        for name in self.hanging - asked:
            self.errors.pop(name, None)  # an unseen answer cannot be wrong
            self.cleaned_data[name] = self._blank(name)
        for name, message in required.items():
            if name not in self.errors and self._is_empty(name):
                missing = message or str(self.fields[name].error_messages["required"])
                self.add_error(name, forms.ValidationError(missing, code="required"))

    def _blank(self, name: str) -> Any:
        field = self.fields[name]
        return None if isinstance(field, forms.FileField) else field.clean(None)

    def _is_empty(self, name: str) -> bool:
        value = self.cleaned_data.get(name)
        if value is False:
            return isinstance(self.fields[name], forms.BooleanField)  # "no" is an answer; a box left unticked is none
        return value is None or value in ("", [], (), {})

    def revealed_under(self, name: str) -> dict[str, list[BoundField]]:
        """For each answer of a question with given answers, the fields that open beneath it."""
        if getattr(self.fields[name], "kind", "") not in ("radios", "checkboxes"):
            return {}
        found: dict[str, list[BoundField]] = {}
        for condition in self.conditions:
            if condition.field == name:
                nested = [self[field] for field in condition.fields if self.nests(field)]
                if nested:
                    found.setdefault(condition.values[0], []).extend(nested)
        return found

    def nests(self, name: str) -> bool:
        """Whether a field stands beneath one answer: it hangs on exactly one answer of one question."""
        on = [condition for condition in self.conditions if name in condition.fields]
        if len(on) != 1 or len(on[0].values) != 1:
            return False
        return getattr(self.fields[on[0].field], "kind", "") in ("radios", "checkboxes")

    def page_groups(self) -> list[tuple[str, list[BoundField]]]:
        """The visible fields in the order of the page, by heading; what opens beneath an answer is left out."""
        grouped = {name for _, names in self.groups for name in names}
        loose = [name for name in self.fields if name not in grouped]
        pages = [("", loose), *((heading, list(names)) for heading, names in self.groups)]
        found = []
        for heading, names in pages:
            bound = [self[name] for name in names if not self.nests(name) and not self[name].is_hidden]
            if bound:
                found.append((heading, bound))
        return found
