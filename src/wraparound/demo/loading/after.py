"""What comes after the past sessions: each agency's flags as they stand today, and minutes of the last days."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from wraparound.demo.loading.context import Loading
from wraparound.foundation.access.decisions import is_open
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import add_months, calendar_for, today
from wraparound.foundation.areas.rules import deadline
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem
from wraparound.foundation.meetings.states import ItemState
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.response.marac import services as marac
from wraparound.response.marac.flag_states import FlagState
from wraparound.response.marac.in_force import criteria_rules, flag_rules, session_rules
from wraparound.response.marac.models import AgencyFlag
from wraparound.response.marac.organisations import core_organisations

_ANSWERS = {FlagState.SET: 88, FlagState.NO_RECORD: 10, FlagState.TO_SET: 2}
_MINUTED = timedelta(days=10)
_STILL_DRAFT = timedelta(days=3)
_BATCH = 500


def flag_and_minute(loading: Loading) -> None:
    """Write the flags of every case that was heard, and the minutes of the last days' sessions."""
    with lifted("demo.after"):
        rows = AgendaItem.objects.filter(state=ItemState.HEARD).select_related("session__chair")
        items = list(rows.order_by("heard_at", "pk"))
        asked = set(AgencyFlag.objects.values_list("matter_id", flat=True))
        latest = {item.matter_id: item for item in items if item.matter_id not in asked}
        AgencyFlag.objects.bulk_create(_Flags(loading).of(list(latest.values())), batch_size=_BATCH)
    since = loading.now - _MINUTED
    _minutes(loading, [item for item in items if item.heard_at and item.heard_at > since])


@dataclass
class _Flags:
    """Makes up what each agency said of its flag."""

    loading: Loading
    answering: dict[int, list[Actor]] = field(default_factory=dict)

    def of(self, items: Sequence[AgendaItem]) -> Iterator[AgencyFlag]:
        area, last_day = self.loading.area, self.loading.city.until
        rule, within = criteria_rules(area, last_day), flag_rules(area, last_day).set_within
        calendar = calendar_for(area)
        agencies = core_organisations(area, session_rules(area, last_day).params.core_kinds)
        for item in items:
            assert item.heard_at is not None  # a constraint of the hearing
            flag = AgencyFlag(
                matter_id=item.matter_id,
                item=item,
                heard_on=today(item.heard_at),
                stands_until=add_months(today(item.heard_at), rule.params.repeat_months),
                rule_version=rule.label,
                asked_at=item.heard_at,
                due_at=deadline(within, item.heard_at, calendar),
            )
            for organisation in agencies:
                yield self._answered(flag, organisation)

    def _answered(self, asked: AgencyFlag, organisation: Organisation) -> AgencyFlag:
        chance = self.loading.chance("flag", asked.item.listed_at, asked.item.position, organisation.slug)
        state = chance.pick(_ANSWERS)
        if asked.due_at > self.loading.now:
            state = FlagState.TO_SET
        by = self._who(organisation)
        answered_at = asked.asked_at + timedelta(hours=chance.randint(1, 20)) if state is not FlagState.TO_SET else None
        flag = AgencyFlag(
            organisation=organisation,
            matter_id=asked.matter_id,
            item=asked.item,
            heard_on=asked.heard_on,
            state=state,
            stands_until=asked.stands_until,
            rule_version=asked.rule_version,
            asked_at=asked.asked_at,
            due_at=asked.due_at,
            reference=f"R{chance.randint(10_000, 99_999)}" if state is FlagState.SET else "",
            set_at=answered_at,
            set_by_id=by if answered_at else None,
        )
        if flag.stands_until < self.loading.city.until and state in (FlagState.SET, FlagState.TO_SET):
            self._lapse(flag, chance.yes(0.9), by)
        return flag

    def _lapse(self, flag: AgencyFlag, is_removed: bool, by: uuid.UUID | None) -> None:
        lapsed_at = datetime.combine(flag.stands_until + timedelta(days=1), flag.asked_at.timetz())
        was_set = flag.state == FlagState.SET
        flag.lapsed_at = lapsed_at
        flag.state = FlagState.TO_REMOVE if was_set else FlagState.LAPSED
        if was_set and is_removed and lapsed_at + timedelta(days=2) < self.loading.now:
            flag.state, flag.removed_at = FlagState.REMOVED, lapsed_at + timedelta(days=2)
            flag.removed_by_id = by

    def _who(self, organisation: Organisation) -> uuid.UUID | None:
        if organisation.pk not in self.answering:
            self.answering[organisation.pk] = self.loading.staff.all(
                organisation.kind, Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD
            )
        found = self.answering[organisation.pk]
        return found[0].user_id if found else None


def _minutes(loading: Loading, items: Sequence[AgendaItem]) -> None:
    """Drafted by the services from what the demo recorded; all but those of the last days approved."""
    for item in items:
        chair = chair_of(loading, item)
        with lifted("demo.minutes"):
            minutes = marac.draft_minutes(item=item, by=chair)
            if item.heard_at is not None and item.heard_at < loading.now - _STILL_DRAFT:
                meetings.approve_minutes(minutes=minutes, by=chair)


def chair_of(loading: Loading, item: AgendaItem) -> Actor:
    """Who chaired, while the case is open to them; to a chair of the MARAC's own team it stays open."""
    own = loading.staff.all("marac_team", Role.MARAC_CHAIR)
    chairs = own + loading.staff.all("police", Role.MARAC_CHAIR)
    chaired = next((chair for chair in chairs if chair.user_id == item.session.chair_id), own[0])
    return chaired if is_open(chaired, item.matter_id) else own[0]
