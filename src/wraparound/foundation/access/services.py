"""Opening matters, involving organisations, and closing matters to those who must not know."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check_open
from wraparound.foundation.access.models import Exclusion, Facing, Involvement, Matter, MatterKind
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.models import Area
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation, Team, User
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, Refused
from wraparound.kit.events import emit, emit_each


def open_matter(*, kind: MatterKind, organisation: Organisation, area: Area, by: Actor) -> Matter:
    """A new matter, owned by `organisation`. Nobody is involved yet."""
    with transaction.atomic(), lifted("open_matter"):
        matter = Matter.objects.create(kind=kind, organisation=organisation, area=area)
        log.write(by, "open_matter", matter, matter_id=matter.pk)
    return matter


Key = tuple[int, int | None, uuid.UUID | None]


@dataclass(frozen=True)
class Ground:
    """Whom an involvement opens a matter to: an organisation, some of its roles, a team or one person of it."""

    organisation: Organisation
    roles: Iterable[Role] = ()
    team: Team | None = None
    user: User | None = None
    facing: str = Facing.ALL
    lawful_basis: str = ""
    ends_at: datetime | None = None

    @property
    def key(self) -> Key:
        """What it is the same as while it is open."""
        return self.organisation.pk, self.team.pk if self.team else None, self.user.pk if self.user else None


def facing_towards(organisation: Organisation) -> Facing:
    """As whose workers an organisation's people see a matter that opens to all of them."""
    return Facing.PERPETRATOR if organisation.works_with_perpetrators else Facing.ALL


def involve(
    *,
    matter: Matter,
    organisation: Organisation,
    purpose: str,
    given_for: str,
    by: Actor,
    roles: Iterable[Role] = (),
    team: Team | None = None,
    user: User | None = None,
    facing: str = Facing.ALL,
    lawful_basis: str = "",
    ends_at: datetime | None = None,
) -> Involvement:
    """Involve an organisation (or some of its roles, a team or one person) in a matter.

    Idempotent on (matter, organisation, team, user, given_for) while the involvement is open; a later end extends it.
    Emits ``access.involved``.
    """
    ground = Ground(organisation, roles, team, user, facing, lawful_basis, ends_at)
    return involve_each(matter=matter, grounds=[ground], purpose=purpose, given_for=given_for, by=by)[0]


def involve_each(
    *, matter: Matter, grounds: Sequence[Ground], purpose: str, given_for: str, by: Actor
) -> list[Involvement]:
    """The same for several at once, in as many queries as for one; the same ground twice is one involvement."""
    with transaction.atomic(), lifted("involve"):
        open_now = (
            Involvement.objects.select_for_update(of=("self",))
            .filter(
                Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()),
                matter=matter,
                given_for=given_for,
                organisation__in={ground.organisation.pk for ground in grounds},
            )
            .order_by("-pk")
        )
        held = {(one.organisation_id, one.team_id, one.user_id): one for one in open_now}
        new: dict[Key, Involvement] = {}
        for ground in grounds:
            if ground.key in held:
                _extend(held[ground.key], ground.ends_at)
            else:
                new.setdefault(ground.key, _involvement(matter, ground, purpose, given_for, by))
        made = list(new.values())
        Involvement.objects.bulk_create(made)
        log.write_each(
            by, "involve", [(one, {"given_for": given_for, "organisation": one.organisation_id}) for one in made]
        )
        emit_each("access.involved", [{"involvement": one.pk, "matter": matter.pk} for one in made])
    return [held.get(ground.key) or new[ground.key] for ground in grounds]


def _involvement(matter: Matter, ground: Ground, purpose: str, given_for: str, by: Actor) -> Involvement:
    names = "".join(f"{role}," for role in ground.roles)
    return Involvement(
        matter=matter,
        organisation=ground.organisation,
        team=ground.team,
        user=ground.user,
        given_for=given_for,
        ends_at=ground.ends_at,
        roles=f",{names}" if names else "",
        facing=ground.facing,
        purpose=purpose,
        lawful_basis=ground.lawful_basis,
        given_by_id=by.user_id,
    )


def _extend(involvement: Involvement, ends_at: datetime | None) -> None:
    if involvement.ends_at is not None and (ends_at is None or ends_at > involvement.ends_at):
        involvement.ends_at = ends_at
        involvement.save(update_fields=["ends_at"])


def end_involvement(*, involvement: Involvement, at: datetime, by: Actor) -> None:
    """Let an involvement end at `at`; an earlier end stands."""
    with transaction.atomic(), lifted("end_involvement"):
        if involvement.ends_at is None or involvement.ends_at > at:
            involvement.ends_at = at
            involvement.save(update_fields=["ends_at"])
            log.write(by, "end_involvement", involvement)


def declare_knowing_someone(*, matter: Matter, by: Actor) -> Exclusion:
    """ "I know someone here": the actor is removed from the matter at once, and from all in which its people appear.

    Raises Unknown when the matter isn't open to the actor. Emits ``access.excluded``, on which work is reassigned.
    """
    check_open(by, matter.pk)
    user = User.objects.get(pk=by.user_id)
    return _exclude(matter=matter, user=user, organisation=None, reason="", own=True, by=by)


def exclude(
    *, matter: Matter, by: Actor, reason: str, user: User | None = None, organisation: Organisation | None = None
) -> Exclusion:
    """Close a matter to a user or an organisation that must not know of it. For the MARAC co-ordinator.

    Raises Refused for other roles, BadInput without exactly one of `user` and `organisation`, or a reason.
    """
    check_open(by, matter.pk)
    if not (by.is_system or by.has_role(Role.MARAC_COORDINATOR)):
        raise Refused("Only a MARAC co-ordinator may exclude someone else. You can exclude yourself.")
    if (user is None) == (organisation is None):
        raise BadInput("Say who must not know: either one person or one organisation.", "who")
    if not reason.strip():
        raise BadInput("Say why, so that the exclusion can be reviewed.", "reason")
    return _exclude(matter=matter, user=user, organisation=organisation, reason=reason.strip(), own=False, by=by)


def _exclude(
    *, matter: Matter, user: User | None, organisation: Organisation | None, reason: str, own: bool, by: Actor
) -> Exclusion:
    with transaction.atomic(), lifted("exclude"):
        exclusion, is_new = Exclusion.objects.get_or_create(
            matter=matter,
            user=user,
            organisation=organisation,
            lifted_at=None,
            defaults={"is_own_declaration": own, "reason": reason, "made_by_id": by.user_id},
        )
        if not is_new:
            if exclusion.follows_people:
                return exclusion
            # It was carried here from another matter. Now it is meant for this one: its people are followed too.
            exclusion.follows_people = True
            exclusion.save(update_fields=["follows_people"])
        log.write(by, "declare_knowing_someone" if own else "exclude", exclusion)
        for carry in _carriers:
            carry(exclusion)
        emit("access.excluded", exclusion=exclusion.pk, matter=matter.pk)
    return exclusion


def carry_to(*, exclusion: Exclusion, matter: Matter) -> None:
    """Let an exclusion hold in another matter too, in which one of the same people appears."""
    with lifted("carry_exclusion"):
        Exclusion.objects.get_or_create(
            matter=matter,
            user_id=exclusion.user_id,
            organisation_id=exclusion.organisation_id,
            lifted_at=None,
            defaults={
                "is_own_declaration": exclusion.is_own_declaration,
                # It follows the people of the matter in which it was made, not those of the next one in turn.
                "follows_people": False,
                "reason": exclusion.reason,
                "made_by_id": exclusion.made_by_id,
            },
        )


def lift_exclusion(*, exclusion: Exclusion, by: Actor) -> None:
    """End an exclusion, and with it what was carried from it to other matters of the same people.

    For the MARAC co-ordinator; one's own declaration can't be lifted by oneself. Lifting again changes nothing.
    """
    check_open(by, exclusion.matter_id)
    if not by.has_role(Role.MARAC_COORDINATOR) or by.user_id == exclusion.user_id:
        raise Refused("Only another MARAC co-ordinator may lift an exclusion.")
    with transaction.atomic(), lifted("lift_exclusion"):
        current = Exclusion.objects.select_for_update().get(pk=exclusion.pk)
        if current.lifted_at is not None:
            return
        left = [found for left_over in _left_overs for found in left_over(current)]
        for ended in (current, *left):
            ended.lifted_at = timezone.now()
            ended.lifted_by_id = by.user_id
            ended.save(update_fields=["lifted_at", "lifted_by"])
            log.write(by, "lift_exclusion", ended)


_carriers: list[Callable[[Exclusion], None]] = []
_left_overs: list[Callable[[Exclusion], Iterable[Exclusion]]] = []


def carried_by(
    carrier: Callable[[Exclusion], None], left_over: Callable[[Exclusion], Iterable[Exclusion]] | None = None
) -> None:
    """Register who carries a new exclusion to other matters of the same people.

    `left_over` says, of one about to be lifted, which carried ones nothing else holds up.
    """
    _carriers.append(carrier)
    if left_over is not None:
        _left_overs.append(left_over)
