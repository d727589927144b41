"""Puts rows of the demo at the time at which they are meant to lie.

Services take their time from the clock, and the clock isn't touched. So a past that went through an importer or a
service is written now and moved afterwards, in bulk, here and nowhere else. It is done to invented data only, in
the build. The access log and the other tables that only grow are left as they are: they tell when it was really done.
"""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.apps import apps
from django.db.models import DateTimeField, F, Max, Min, Model, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from wraparound.foundation.access.database import APPEND_ONLY
from wraparound.foundation.access.models import Involvement, Matter
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.meetings.models import AgendaItem
from wraparound.foundation.partners.models import Membership, User
from wraparound.foundation.people.models import (
    Address,
    ContactRule,
    EqualityAnswer,
    Person,
    Relationship,
    SourceRecord,
)
from wraparound.kit import bulk
from wraparound.response.cases.models import Case, CaseNote, CaseParty, ChildExposure, ImportRun, Incident
from wraparound.response.marac.models import Referral, Telling
from wraparound.response.risk.models import Assessment

IMPORTED_AFTER = timedelta(hours=9)  # the control room's file of a day comes the morning after
_BATCH = 400
_LEFT_ALONE = (User, Membership)


def backdate_imports() -> None:
    """Let what the police files brought have come in when it was reported, and not all today."""
    Incident.objects.update(received_at=F("reported_at") + IMPORTED_AFTER)
    of_case = Incident.objects.filter(case=OuterRef("pk")).order_by().values("case")
    Case.objects.filter(incidents__isnull=False).update(
        opened_at=Subquery(of_case.annotate(at=Min("received_at")).values("at")),
        last_event_at=Subquery(of_case.annotate(at=Max("received_at")).values("at")),
    )
    _begin_with_the_case(dict(Case.objects.filter(incidents__isnull=False).values_list("matter_id", "opened_at")))
    _backdate_records()
    runs = ImportRun.objects.annotate(last=_last_of_run()).filter(last__isnull=False)
    for run in runs:
        run.created_at = run.started_at = run.finished_at = run.last
        run.save(update_fields=["created_at", "started_at", "finished_at"])


def _begin_with_the_case(opened: Mapping[uuid.UUID, datetime]) -> None:
    """{matter id: when its case was opened}. Worked out here and not in SQL: a database that has not looked at the
    new tables yet plans such updates as loops within loops.
    """
    bulk.update(Matter, [{"pk": pk, "created_at": at} for pk, at in opened.items()])
    ours = Involvement.objects.filter(given_for="owner").values_list("pk", "matter_id")
    bulk.update(Involvement, [{"pk": pk, "starts_at": opened[matter]} for pk, matter in ours if matter in opened])
    parties = CaseParty.objects.values_list("pk", "matter_id")
    bulk.update(CaseParty, [{"pk": pk, "since": opened[matter]} for pk, matter in parties if matter in opened])


def _last_of_run() -> Subquery:
    rows = Incident.objects.filter(import_run=OuterRef("pk")).order_by().values("import_run")
    return Subquery(rows.annotate(at=Max("received_at")).values("at"))


def _backdate_records() -> None:
    """A person's record began with the first incident in which it appears."""
    for path in ("victim", "perpetrator"):
        first = Incident.objects.filter(**{path: OuterRef("pk")}).order_by().values(path)
        seen = Subquery(first.annotate(at=Min("received_at")).values("at"))
        SourceRecord.objects.annotate(seen=seen).filter(seen__lt=F("created_at")).update(
            created_at=seen, updated_at=seen
        )
    of_child = ChildExposure.objects.filter(record=OuterRef("pk")).order_by().values("record")
    seen = Subquery(of_child.annotate(at=Min("incident__received_at")).values("at"))
    SourceRecord.objects.annotate(seen=seen).filter(seen__lt=F("created_at")).update(created_at=seen, updated_at=seen)


def backdate_details() -> None:
    """What hangs on a record is as old as the record."""
    of_record = SourceRecord.objects.filter(pk=OuterRef("record")).values("created_at")[:1]
    for model in (Address, ContactRule, EqualityAnswer):
        model._default_manager.update(recorded_at=Coalesce(Subquery(of_record), F("recorded_at")))
    of_relationship = SourceRecord.objects.filter(pk=OuterRef("to_record")).values("created_at")[:1]
    Relationship.objects.update(recorded_at=Subquery(of_relationship))
    # A person begins under the id of its first record.
    of_person = SourceRecord.objects.filter(pk=OuterRef("pk")).values("created_at")[:1]
    Person.objects.update(created_at=Coalesce(Subquery(of_person), F("created_at")))


def settle_last_events() -> None:
    """A case's last event is the latest of what is in it."""
    of_matter = OuterRef("matter")
    latest = [
        _latest(Incident, "received_at", case=OuterRef("pk")),
        _latest(Referral, "received_at", matter=of_matter),
        _latest(AgendaItem, "heard_at", matter=of_matter),
        _latest(Telling, "ended_at", matter=of_matter),
        _latest(Commitment, "closed_at", matter=of_matter),
        _latest(CaseNote, "happened_at", matter=of_matter),
        _latest(Assessment, "signed_at", matter=of_matter),
    ]
    opened = F("opened_at")
    Case.objects.update(last_event_at=Greatest(opened, *(Coalesce(each, opened) for each in latest)))


def _latest(model: type[Model], column: str, **of_case: OuterRef) -> Subquery:
    rows = model._default_manager.filter(**of_case).order_by().values(next(iter(of_case)))
    return Subquery(rows.annotate(last=Max(column)).values("last"))


@dataclass
class TimeMap:
    """Remembers during which real moments which past moment was meant, and moves rows there.

    `at` is entered around the calls of services for each step; `apply` then moves every time that was written in a
    step, in every table but those that only grow, as far back as the step lies in the past.
    """

    _starts: list[datetime] = field(default_factory=list)
    _steps: list[tuple[datetime, datetime]] = field(default_factory=list)  # real end, how it was meant

    @contextmanager
    def at(self, meant: datetime) -> Iterator[None]:
        """What is done in this block happened at `meant` (aware)."""
        start = timezone.now()
        try:
            yield
        finally:
            self._starts.append(start)
            self._steps.append((timezone.now(), meant))

    def meant(self, written: datetime) -> datetime | None:
        """The moment that was meant by a time written in a step, or None for one that wasn't."""
        number = bisect_right(self._starts, written) - 1
        if number < 0:
            return None
        end, meant = self._steps[number]
        return meant + (written - self._starts[number]) if written <= end else None

    def apply(self) -> int:
        """Move the rows. Returns how many were."""
        if not self._starts:
            return 0
        return sum(self._move(model) for model in apps.get_models() if _is_moved(model))

    def _move(self, model: type[Model]) -> int:
        fields = [f for f in model._meta.concrete_fields if isinstance(f, DateTimeField)]
        changed: dict[object, Model] = {}
        first, last = self._starts[0], self._steps[-1][0]
        for each in fields:
            rows = model._default_manager.filter(**{f"{each.name}__gte": first, f"{each.name}__lte": last})
            for row in rows.only("pk", *(f.name for f in fields)):
                held = changed.setdefault(row.pk, row)
                meant = self.meant(getattr(held, each.name))
                if meant is not None:
                    setattr(held, each.name, meant)
        if changed:
            model._default_manager.bulk_update(changed.values(), [f.name for f in fields], batch_size=_BATCH)
        return len(changed)


def _is_moved(model: type[Model]) -> bool:
    """Rows of the product, but for accounts, tables that only grow, and the machinery of the kit."""
    name = model.__module__
    ours = name.startswith("wraparound.") and not name.startswith("wraparound.kit")
    return ours and model not in _LEFT_ALONE and model._meta.db_table not in APPEND_ONLY
