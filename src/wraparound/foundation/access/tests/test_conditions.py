"""The wall's conditions in SQL say what its queries say, whatever is held."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models import Q
from django.utils import timezone

from wraparound.foundation.access.conditions import InvolvedIn, NotKeptFrom
from wraparound.foundation.access.decisions import facings_of, live_exclusions, open_involvements
from wraparound.foundation.access.models import Exclusion, Facing, Involvement, Matter, MatterKind
from wraparound.foundation.access.services import open_matter
from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.models import Team
from wraparound.foundation.partners.roles import Role

pytestmark = pytest.mark.django_db
MATTERS, GIVEN, CLOSED = 60, 240, 40


def _a_mess(chance: random.Random, area, organisations, actors, teams) -> None:
    """Matters with involvements and exclusions of every kind: of roles, teams, persons; past, now and to come."""
    now = timezone.now()
    matters = [
        open_matter(kind=MatterKind.CASE, organisation=organisations[0], area=area, by=system("test"))
        for _ in range(MATTERS)
    ]
    users = [None, None, *(actor.user_id for actor in actors)]
    for number in range(GIVEN):
        Involvement.objects.create(
            matter=chance.choice(matters),
            organisation=chance.choice(organisations),
            team=chance.choice([None, None, *teams]),
            user_id=chance.choice(users),
            roles=chance.choice(
                ["", "", ",idva,", ",marac_representative,", ",practitioner,idva,", ",maracxcoordinator,"]
            ),
            facing=chance.choice(Facing.values),
            purpose="test",
            given_for=f"ground {number}",
            starts_at=now + timedelta(days=chance.choice([-9, -1, -1, 1])),
            ends_at=chance.choice([None, None, now - timedelta(hours=1), now + timedelta(days=3)]),
        )
    for _ in range(CLOSED):
        whom = {"user_id": chance.choice(users[2:])}
        if chance.random() < 0.4:
            whom = {"organisation": chance.choice(organisations)}
        lifted = chance.choice([None, None, now])
        Exclusion.objects.get_or_create(
            matter=chance.choice(matters), lifted_at=lifted, defaults={"reason": "x"}, **whom
        )


@pytest.mark.parametrize("seed", range(4))
def test_conditions_and_queries_give_the_same_matters(seed, area, police, housing, idva_service, someone):
    organisations = [police, housing, idva_service]
    teams = [Team.objects.create(organisation=one, name=f"Team of {one.pk}") for one in organisations]
    roles = [Role.PRACTITIONER, Role.IDVA, Role.MARAC_REPRESENTATIVE, Role.MARAC_COORDINATOR, Role.ADMINISTRATOR]
    actors = [someone(role, one) for role in roles for one in organisations]
    _a_mess(random.Random(seed), area, organisations, actors, teams)
    opened = 0
    for actor in actors:
        involved = Q(pk__in=open_involvements(actor).values("matter_id"))
        facing = Q(pk__in=open_involvements(actor).exclude(facing=Facing.PERPETRATOR).values("matter_id"))
        for as_list in (True, False):
            assert _ids(Q(InvolvedIn(actor, "pk", as_list=as_list))) == _ids(involved)
            assert _ids(Q(InvolvedIn(actor, "pk", as_list=as_list, but_as=Facing.PERPETRATOR))) == _ids(facing)
        assert _ids(Q(NotKeptFrom(actor, "pk"))) == _ids(~Q(pk__in=live_exclusions(actor).values("matter_id")))
        with_them = replace(actor, works_with_perpetrators=True)
        assert _ids(Q(InvolvedIn(with_them, "pk"))) == _ids(involved)
        assert _ids(Q(InvolvedIn(with_them, "pk", but_as=Facing.PERPETRATOR))) == set()
        assert set(facings_of(with_them, _ids(involved)).values()) <= {Facing.PERPETRATOR}
        opened += len(_ids(involved))
    assert opened


def _ids(condition: Q) -> set[UUID]:
    return set(Matter.objects.filter(condition).values_list("pk", flat=True))
