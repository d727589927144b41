"""Steps about the perpetrators and the children: one page for each of them."""

from __future__ import annotations

from typing import Any, ClassVar

from wraparound.foundation.people.models import RelationshipKind
from wraparound.foundation.rulesets.queries import code_choices
from wraparound.kit.forms import (
    DateInputField,
    Form,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    YesNoField,
    given,
)
from wraparound.response.marac.forms.about import NamedForm
from wraparound.response.marac.forms.fields import YES_NO_UNKNOWN

PARTNERS = (
    RelationshipKind.SPOUSE,
    RelationshipKind.CIVIL_PARTNER,
    RelationshipKind.ENGAGED,
    RelationshipKind.INTIMATE_PARTNER,
    RelationshipKind.PARENT_OF_SAME_CHILD,
)
RELATED = [
    ("child", "Child"),
    ("step_child", "Step-child"),
    ("grandchild", "Grandchild"),
    ("sibling", "Brother or sister"),
    ("other_relative", "Other relative"),
    ("not_related", "Not related"),
    ("unknown", "Not known"),
]


class PerpetratorForm(NamedForm):
    """Someone who uses the abuse; alleged until found."""

    who = "the perpetrator"

    relationship = SelectField(label="They are the victim-survivor's ...", blank="Choose a relationship")
    ended = RadiosField(label="Has the relationship ended?", choices=YES_NO_UNKNOWN)
    separated_on = DateInputField(
        label="When did they separate?",
        hint="About when is enough. Leave it empty if not known.",
        required=False,
        past=True,
    )
    shared_child = YesNoField(label="Do the two have a child together?")
    same_address = RadiosField(
        label="Do they live at the victim-survivor's address?", choices=YES_NO_UNKNOWN, inline=False
    )
    lines = TextareaField(label="Their address", rows=3, max_length=400, required=False)
    postcode = TextField(label="Postcode", width=10, max_length=12, required=False)
    conditions: ClassVar[Any] = [
        given("relationship", *PARTNERS).require("ended", "shared_child"),
        given("ended", "yes").ask("separated_on"),
        given("same_address", "no", "unknown").ask("lines", "postcode"),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relationship = self.fields["relationship"]
        assert isinstance(relationship, SelectField)
        relationship.choices = code_choices("relationship") or RelationshipKind.choices


class ChildrenForm(Form):
    """Whether there are children at all."""

    any = RadiosField(
        label="Are there children in the household, or of either of the two?",
        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
        missing="Say whether there are children",
    )


class ChildForm(NamedForm):
    """A child, with how they are related to both and where they are by day."""

    who = "the child"
    sex_required = False

    to_victim = SelectField(label="Related to the victim-survivor as", choices=RELATED, blank="Choose")
    to_perpetrator = SelectField(label="Related to the perpetrator as", choices=RELATED, blank="Choose")
    lives_with_victim = RadiosField(
        label="Does the child live with the victim-survivor?", choices=YES_NO_UNKNOWN, inline=False
    )
    lines = TextareaField(label="The child's address", rows=3, max_length=400, required=False)
    postcode = TextField(label="Postcode", width=10, max_length=12, required=False)
    school = TextField(label="School, nursery or college", required=False)
    conditions: ClassVar[Any] = [given("lives_with_victim", "no").ask("lines", "postcode")]
