"""Who acts: a person in one of their roles, or a named task of the system."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from wraparound.foundation.partners.models import Membership
from wraparound.foundation.partners.roles import Role


@dataclass(frozen=True)
class Actor:
    """Who does or reads something, in which membership, and for what purpose."""

    user_id: uuid.UUID | None
    membership_id: uuid.UUID | None
    organisation_id: int | None
    team_id: int | None
    role: Role | None
    purpose: str
    system_task: str = ""
    works_with_perpetrators: bool = False  # by their team: in every matter, whatever it is open to them as

    @property
    def is_system(self) -> bool:
        """Whether this is a task of the system, which no wall stops and no user can be."""
        return bool(self.system_task)

    def has_role(self, *roles: Role) -> bool:
        """Whether the role acted in is one of `roles`."""
        return self.role in roles


def actor_for(membership: Membership) -> Actor:
    """The actor that a membership makes of its user. Reads its team: select it along with many."""
    role = Role(membership.role)
    team = membership.team
    return Actor(
        user_id=membership.user_id,
        membership_id=membership.pk,
        organisation_id=membership.organisation_id,
        team_id=membership.team_id,
        role=role,
        purpose=role.purpose,
        works_with_perpetrators=team is not None and team.works_with_perpetrators,
    )


def system(task: str) -> Actor:
    """The actor of a named system task, such as ``import`` or ``tick``."""
    return Actor(
        user_id=None, membership_id=None, organisation_id=None, team_id=None, role=None, purpose=task, system_task=task
    )
