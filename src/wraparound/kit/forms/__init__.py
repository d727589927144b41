"""Forms the Design System's way: fields that say what went wrong, questions that depend on answers.

A form is declared as a class of fields and, where questions depend on one another, conditions::

    class TellForm(Form):
        victim_aware = YesNoField(label="Does she know about this referral?")
        why_not = TextareaField(label="Why has she not been told?", max_length=500)
        conditions = [given("victim_aware", "no").require("why_not")]

A question whose condition does not hold is blanked when the form is cleaned, whatever the browser sent.
Pages render forms with the macros of ``kit/form.html``.
"""

from wraparound.kit.forms.conditions import Condition, given
from wraparound.kit.forms.dates import DateInputField, TimeField
from wraparound.kit.forms.fields import (
    CheckboxesField,
    CheckboxField,
    EmailField,
    FileField,
    HiddenField,
    IntegerField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    YesNoField,
)
from wraparound.kit.forms.form import Form
from wraparound.kit.forms.text import clean_text

__all__ = [
    "CheckboxField",
    "CheckboxesField",
    "Condition",
    "DateInputField",
    "EmailField",
    "FileField",
    "Form",
    "HiddenField",
    "IntegerField",
    "RadiosField",
    "SelectField",
    "TextField",
    "TextareaField",
    "TimeField",
    "YesNoField",
    "clean_text",
    "given",
]
