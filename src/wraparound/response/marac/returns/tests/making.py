"""Hearings made by hand, row by row, so that each number of the return can be checked on its fingers."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from wraparound.foundation.access.models import Matter, MatterKind
from wraparound.foundation.areas.models import Area
from wraparound.foundation.meetings.models import AgendaItem, Panel, Session
from wraparound.foundation.meetings.states import ItemState, SessionState
from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.models import Organisation, User
from wraparound.foundation.partners.services import add_user
from wraparound.foundation.people.models import EqualityAnswer, Person, SourceRecord
from wraparound.foundation.rulesets.queries import in_force
from wraparound.response.cases.models import Case, CaseParty, PartyRole
from wraparound.response.marac.models import Referral, Telling
from wraparound.response.marac.organisations import marac_panel
from wraparound.response.marac.returns.counting import Counted, Number, count
from wraparound.response.marac.returns.params import MaracReturn
from wraparound.response.marac.returns.quarters import Quarter
from wraparound.response.marac.states import ReferralState

Q3 = Quarter(2025, 3)
IN_Q3 = datetime(2025, 8, 14, 9, 0, tzinfo=UTC)
Answers = Mapping[str, tuple[str, str]]
_numbers = itertools.count(1)


@dataclass
class Maker:
    """Makes hearings of one area's MARAC."""

    area: Area
    user: User = field(init=False)
    panel: Panel = field(init=False)

    def __post_init__(self) -> None:
        self.user = add_user(email="maker@test.invalid", name="Maker", by=system("test"))
        self.panel = marac_panel(self.area)

    def organisation(self, kind: str) -> Organisation:
        """The pack's first organisation of a kind; one is made up where it has none."""
        found = Organisation.objects.filter(kind=kind).order_by("pk").first()
        if found is None:
            found = Organisation.objects.create(
                slug=f"a-{kind}".replace("_", "-"), name=kind, short_name=kind, kind=kind, area=self.area
            )
        return found

    def record(
        self,
        kind: str = "police",
        *,
        dob: date | None = None,
        sex: str = "female",
        same_as: SourceRecord | None = None,
        answers: Answers | None = None,
    ) -> SourceRecord:
        """What an organisation holds on someone; `same_as` is another record of the same person."""
        record = SourceRecord.objects.create(
            organisation=self.organisation(kind),
            external_ref=f"made-{next(_numbers)}",
            person=same_as.person if same_as else Person.objects.create(),
            dob=dob,
            sex=sex,
        )
        for characteristic, (state, code) in (answers or {}).items():
            EqualityAnswer.objects.create(record=record, characteristic=characteristic, state=state, code=code)
        return record

    def session(self, at: datetime = IN_Q3, panel: Panel | None = None) -> Session:
        """A session that was held."""
        values = {"mode": "meeting", "capacity": 8, "state": SessionState.CLOSED, "opened_at": at, "closed_at": at}
        return Session.objects.get_or_create(panel=panel or self.panel, starts_at=at, defaults=values)[0]

    def hear(
        self,
        at: datetime = IN_Q3,
        *,
        agency: str = "police",
        victim: SourceRecord | None = None,
        perpetrators: Sequence[SourceRecord] | None = None,
        children: Sequence[SourceRecord] = (),
        reasons: Sequence[str] = ("professional_judgement",),
        repeat_shown: bool = False,
        state: ItemState = ItemState.HEARD,
        panel: Panel | None = None,
        matter: Matter | None = None,
    ) -> Telling:
        """One case heard at one meeting. With `matter`, the case of an earlier hearing, with the people it has."""
        organisation = self.organisation(agency)
        victim = victim or self.record(agency, dob=date(1990, 1, 1))
        if matter is None:
            matter = Matter.objects.create(kind=MatterKind.CASE, organisation=organisation, area=self.area)
            case = Case.objects.create(matter=matter, reference=f"M-{next(_numbers)}")
            others = perpetrators if perpetrators is not None else [self.record(agency, sex="male")]
            self.join(case, PartyRole.VICTIM, [victim], at - timedelta(days=3))
            self.join(case, PartyRole.PERPETRATOR, others, at - timedelta(days=3))
            self.join(case, PartyRole.CHILD, children, at - timedelta(days=3))
        item = AgendaItem.objects.create(session=self.session(at, panel), matter=matter, state=state, heard_at=at)
        referral = Referral.objects.create(
            matter=matter,
            organisation=organisation,
            referrer=self.user,
            received_at=at - timedelta(days=3),
            screen_by=at,
            state=ReferralState.CLOSED,
            victim=victim,
            reasons=list(reasons),
            victim_aware="yes",
            consent="yes",
            lawful_basis="public_task",
            criteria=_criteria(repeat_shown),
        )
        return Telling.objects.create(
            matter=matter, referral=referral, item=item, organisation=organisation, due_at=at + timedelta(days=2)
        )

    def join(self, case: Case, role: PartyRole, records: Sequence[SourceRecord], since: datetime) -> None:
        """Put people into a case."""
        for record in records:
            CaseParty.objects.create(case=case, matter=case.matter, record=record, role=role, since=since)

    def count(self, quarter: Quarter = Q3, **other: Any) -> Counted:
        """The return of the quarter; `other` are definitions that differ from the pack's."""
        rule = in_force("marac.return", self.area, quarter.last, MaracReturn)
        if other:
            params = MaracReturn.model_validate(rule.params.model_dump() | other)
            rule = type(rule)(**{**rule.__dict__, "params": params})
        return count([self.panel], quarter, rule)


def numbers(counted: Counted, table: str) -> dict[str, tuple[int, int]]:
    """The rows of a table that aren't nought: (in cases, people)."""
    found = counted.table(table)
    assert found is not None, f"the definitions have no table {table}"
    return {code: (number.cases, number.people) for code, _, number in found.rows if number != Number(0, 0)}


def _criteria(repeat_shown: bool) -> dict[str, Any]:
    codes = ("professional_judgement", "visible_high_risk", "potential_escalation", "repeat")
    return {"outcomes": [{"code": code, "fired": code == "repeat" and repeat_shown} for code in codes]}
