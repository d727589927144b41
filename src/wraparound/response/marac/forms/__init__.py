"""The questions of the MARAC's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from wraparound.kit.forms import DateInputField, Form
from wraparound.kit.forms.dates import PARTS
from wraparound.response.marac.forms.about import (
    AddressForm,
    ContactForm,
    EqualityForm,
    FearsForm,
    LanguageForm,
    VictimForm,
)
from wraparound.response.marac.forms.others import ChildForm, ChildrenForm, PerpetratorForm
from wraparound.response.marac.forms.why import (
    ConsentForm,
    EarlierForm,
    PoliceForm,
    ReasonsForm,
    ReferrerForm,
)

FORMS: dict[str, type[Form]] = {
    "victim": VictimForm,
    "address": AddressForm,
    "contact": ContactForm,
    "fears": FearsForm,
    "equality": EqualityForm,
    "language": LanguageForm,
    "children": ChildrenForm,
    "reasons": ReasonsForm,
    "police": PoliceForm,
    "earlier": EarlierForm,
    "consent": ConsentForm,
    "referrer": ReferrerForm,
}
ROW_FORMS: dict[str, type[Form]] = {"perpetrators": PerpetratorForm, "children": ChildForm}

Typed = dict[str, Any]


def typed(form: Form, sent: QueryDict) -> Typed:
    """What was typed into the form's own fields, as it was typed: kept in a draft, complete or not."""
    found: Typed = {}
    for name, field in form.fields.items():
        keys = [f"{name}-{part}" for part in PARTS] if isinstance(field, DateInputField) else [name]
        for key in keys:
            if key in sent:
                many = getattr(field, "kind", "") == "checkboxes"
                found[key] = sent.getlist(key) if many else sent.get(key)
    return found


def filled(form: Form, values: Mapping[str, Any]) -> Form:
    """The (empty) form with what was typed in its boxes, and no errors: to go on with."""
    found: Typed = {}
    for name, field in form.fields.items():
        if isinstance(field, DateInputField):
            found[name] = tuple(str(values.get(f"{name}-{part}", "")) for part in PARTS)
        elif name in values:
            found[name] = values[name]
    form.initial = found
    return form


def without_stale(form: Form, values: Mapping[str, Any]) -> Typed:
    """The same without answers to questions that are not asked (any more). The form must be valid."""
    stale = {name for name in form.hanging if _is_blank(form.cleaned_data.get(name))}
    return {key: value for key, value in values.items() if key.rpartition("-")[0] not in stale and key not in stale}


def _is_blank(value: object) -> bool:
    return value is None or value in ("", [])
