"""Forms of accounts and roles."""

from __future__ import annotations

from typing import Any, cast

from wraparound.foundation.partners.models import Organisation, Team
from wraparound.foundation.partners.roles import Role
from wraparound.kit.forms import EmailField, Form, SelectField, TextField


class MembershipForm(Form):
    """Someone's name, address, role and team."""

    name = TextField(label="Name")
    email = EmailField(label="Work e-mail address")
    role = SelectField(label="Role", choices=[(r.value, r.label) for r in Role], blank="Choose a role")
    team = SelectField(label="Team", choices=[], required=False, blank="No team")
    password = TextField(
        label="First password",
        required=False,
        hint="At least 12 characters, for a new account. They set up an authenticator app at their first sign-in.",
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._teams = {str(team.pk): team for team in organisation.teams.all()}
        cast(SelectField, self.fields["team"]).choices = [(key, team.name) for key, team in self._teams.items()]

    def clean_team(self) -> Team | None:
        """The team itself."""
        return self._teams.get(self.cleaned_data.get("team") or "")

    def clean_password(self) -> str:
        """Long enough, when it is given."""
        password = str(self.cleaned_data.get("password") or "")
        if password and len(password) < 12:
            self.add_error("password", "Enter a password of at least 12 characters.")
        return password


class EndForm(Form):
    """Why a role ends."""

    because = TextField(label="Why does the role end?", max_length=200)
