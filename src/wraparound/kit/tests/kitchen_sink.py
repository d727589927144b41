"""One page with every component on it, for tests to look at. It is served by no address."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.template import engines
from django.template.backends.jinja2 import Jinja2
from jinja2 import Environment
from markupsafe import Markup

from wraparound.kit.forms import (
    CheckboxesField,
    CheckboxField,
    DateInputField,
    FileField,
    Form,
    IntegerField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    TimeField,
    YesNoField,
    given,
)
from wraparound.kit.paging import Page

TEMPLATE = Path(__file__).with_name("kitchen_sink.html")


class EverythingForm(Form):
    """Each kind of field, one question that opens another, one that hangs on two answers."""

    name = TextField(label="Name", hint="As she gives it")
    victim_aware = YesNoField(label="Does she know about this referral?", inline=False)
    why_not = TextareaField(label="Why has she not been told?", max_length=100)
    grade = RadiosField(label="Grade", choices=[("h", "High"), ("m", "Medium"), ("s", "Standard")], hints={"h": "Now"})
    measures = TextField(label="What is done meanwhile?")
    born = DateInputField(label="Date of birth", past=True, hint="For example, 27 3 1992")
    at = TimeField(label="Time", required=False)
    others = CheckboxesField(
        label="Who else lives there?",
        choices=[("c", "Children"), ("a", "Other adults"), ("n", "Nobody")],
        exclusive="n",
        required=False,
    )
    agency = SelectField(label="Agency", blank="Choose an agency", choices=[("h", "Housing"), ("p", "Police")])
    children = IntegerField(label="Children", min_value=0, max_value=20, required=False)
    file = FileField(label="File", accept=".csv", required=False)
    sure = CheckboxField(label="I have asked about the children")
    conditions = (
        given("victim_aware", "no").require("why_not"),
        given("grade", "h", "m").ask("measures"),
    )
    groups = (("How she is", ("grade", "measures")),)


class ListFilters(Form):
    """Filters of a list."""

    mark_optional = False
    reference = TextField(label="Reference", required=False)
    risk = CheckboxesField(label="Risk", required=False, small=True, choices=[("h", "High"), ("m", "Medium")])


def frame(**changes: Any) -> SimpleNamespace:
    """What surrounds the page: a co-ordinator with two roles, on invented data."""
    areas = ("Today", "Cases", "Referrals", "MARAC", "Commitments", "Directory")
    parts: dict[str, Any] = {
        "partnership": "Fenmoor",
        "synthetic": True,
        "signed_in": True,
        "may_search": True,
        "user_name": "Ruth Okafor",
        "role_name": "MARAC co-ordinator",
        "organisation_name": "Fenmoor Council",
        "memberships": [
            SimpleNamespace(id="1", label="MARAC co-ordinator, Fenmoor Council", current=True),
            SimpleNamespace(id="2", label="Link reviewer, Fenmoor Council", current=False),
        ],
        "nav": [
            SimpleNamespace(text=text, href="#", active=text == "Cases", count=6 if text == "Referrals" else 0)
            for text in areas
        ],
    }
    return SimpleNamespace(**(parts | changes))


def environment() -> Environment:
    """The site's own template environment."""
    engine = engines["jinja2"]
    assert isinstance(engine, Jinja2)
    return engine.env


def render_text(template: str, **context: Any) -> str:
    """A template given as text, in the site's own environment, without a request."""
    return str(environment().from_string(template).render(context))


def render(data: dict[str, Any] | None = None) -> str:
    """The page; with ``data`` its form is bound and shows what is wrong."""
    form = EverythingForm(data)
    if data is not None:
        form.is_valid()
    return render_text(
        TEMPLATE.read_text(encoding="utf-8"),
        form=form,
        filters=ListFilters(),
        frame=frame(),
        page=Page(rows=list(range(25)), next_url="?next", previous_url="?previous", size=25),
        csrf_input=Markup('<input type="hidden" name="csrfmiddlewaretoken" value="x">'),
        messages=[],
    )
