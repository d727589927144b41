"""The past that is written in bulk is what the services would have left: one referral of each sort, both ways, compared."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.db.models import Model

from wraparound.demo.backdating import backdate_imports
from wraparound.demo.build import _long_ago
from wraparound.demo.city.chance import chance_for
from wraparound.demo.city.files import PoliceFiles
from wraparound.demo.city.making import City, Setting, make_city
from wraparound.demo.city.stories import Journey
from wraparound.demo.loading.context import Loading
from wraparound.demo.loading.evaluating import evaluate_past
from wraparound.demo.loading.history import History
from wraparound.demo.loading.people import record_people, victim_values
from wraparound.demo.loading.police import import_files, write_files
from wraparound.demo.loading.present import answers_of
from wraparound.demo.loading.sittings import Sittings
from wraparound.demo.personas import employ
from wraparound.demo.setting import area_of_pack, setting_for
from wraparound.foundation.access.models import Involvement, Matter
from wraparound.foundation.commitments import services as commitments
from wraparound.foundation.commitments.models import Chase, Commitment, CommitmentChange
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Attendance, Conflicts, Session, SharedInformation
from wraparound.foundation.partners.actors import Actor, actor_for
from wraparound.foundation.partners.models import Membership
from wraparound.foundation.people import queries as people
from wraparound.foundation.people.models import (
    Address,
    Appearance,
    ContactRule,
    EqualityAnswer,
    LinkDecision,
    Relationship,
    SourceRecord,
)
from wraparound.kit.events import deliver_pending
from wraparound.response.cases.models import Case, CaseParty, Disclosure
from wraparound.response.marac import services as marac
from wraparound.response.marac.models import Referral, Screening, SurvivorContact, Telling
from wraparound.response.marac.services.flags import FOR_FLAG

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

UNTIL = date(2025, 11, 21)
IGNORED = {
    Referral: {"id", "matter_id", "draft_id", "victim_id", "perpetrators", "criteria", "urgency", "version"},
    SourceRecord: {"content_hash", "updated_at", "external_ref", "created_at"},
    Telling: {"told"},
    AgendaItem: {"position"},  # only their order is ever used
}
TIMES_IGNORED = {
    Relationship: {"recorded_at"},
    Address: {"recorded_at", "typed_at"},
    ContactRule: {"recorded_at"},
    EqualityAnswer: {"recorded_at"},
}
COMPARED: tuple[type[Model], ...] = (
    Case,
    Involvement,
    Disclosure,
    CaseParty,
    Appearance,
    SourceRecord,
    Relationship,
    EqualityAnswer,
    Address,
    ContactRule,
    LinkDecision,
    Referral,
    Screening,
    Session,
    AgendaItem,
    Attendance,
    SharedInformation,
    Commitment,
    CommitmentChange,
    Chase,
    Telling,
    SurvivorContact,
)
_OPAQUE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|R\d{5}")


@pytest.fixture
def loading(tmp_path: Any, settings: Any) -> Loading:
    """A city with its police files imported, and everyone at work; nobody referred yet."""
    settings.VAR = tmp_path
    setting = setting_for(scale=0.1, seed=5, until=UNTIL)
    city = make_city(setting)
    city.journeys = chosen(setting, city)
    keep = {journey.family.number for journey in city.journeys}
    city.incidents = [incident for incident in city.incidents if incident.family.number in keep]
    staff = employ(since=_long_ago(setting.until), at_table=setting.calendar.core_kinds)
    loading = Loading(setting=setting, city=city, staff=staff, area=area_of_pack())
    import_files(write_files(loading, tmp_path), lambda text: None)
    backdate_imports()
    return loading


def chosen(setting: Setting, city: City) -> list[Journey]:
    """One of the police and one of another agency: both closed, and the survivor told by a safe telephone."""
    files = PoliceFiles("any", setting.seed, setting.figures.police_ethnicity_known)
    repeated = {journey.repeat_of for journey in city.journeys}

    def is_safe(journey: Journey) -> bool:
        if journey.kind == "police":
            return files.known(journey.victim, is_victim=True)["phone_safe"] == "yes"
        chance = chance_for(setting.seed, "loading", "people", journey.key)
        return [safety for _, safety in victim_values(chance, journey).phones] == ["safe"]

    alone = [
        journey
        for journey in city.journeys
        if journey.stage == "closed"
        and journey.telling == "told"
        and not journey.is_present
        and not journey.repeat_of
        and journey.key not in repeated
        and is_safe(journey)
    ]

    def endings(journey: Journey) -> int:
        return len({promise.ending for promise in journey.promises})

    police = max((j for j in alone if j.kind == "police"), key=endings)
    other = max((j for j in alone if j.kind not in ("police", "idva_service") and j.known_to_police), key=endings)
    return [police, other]


def in_bulk(loading: Loading, journeys: list[Journey]) -> None:
    record_people(loading, journeys)
    history = History(loading)
    history.write(journeys)
    Sittings(history).write(journeys)
    evaluate_past(history, journeys)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with time_machine.travel(moment, tick=False):
        yield
        while deliver_pending():
            pass


class Services:
    """Does the same by the services, each step at the time at which the bulk says that it was done."""

    def __init__(self, loading: Loading, journey: Journey, times: dict[str, Any]) -> None:
        self.loading, self.journey, self.times = loading, journey, times

    def carry_out(self) -> None:
        journey, loading = self.journey, self.loading
        by, coordinator = loading.referrer(journey), self.actor(self.times["coordinator"])
        with at(journey.received_at):
            loading.find_police_files([journey])
            matter = None
            if journey.kind == "police":
                matter = Matter.objects.get(pk=loading.police_matters([journey])[journey.family.pair])
            referral = marac.submit_referral(answers=answers_of(loading, journey), by=by, matter=matter)
        with at(self.times["screened"]):
            referral.refresh_from_db()
            marac.screen_accept(
                referral=referral, reason=journey.texts["screening"], version=referral.version, by=coordinator
            )
        held = self.times["session"]
        with at(self.times["listed"]):
            referral.refresh_from_db()
            session = meetings.plan_session(
                panel=held.panel,
                starts_at=held.starts_at,
                mode=held.mode,
                capacity=held.capacity,
                rule_version=held.rule_version,
                by=coordinator,
            )
            item = marac.list_on_session(
                referral=referral,
                session=session,
                version=referral.version,
                by=coordinator,
                because=journey.texts["screening"],
            )
        self.hold(session, item, coordinator)
        self.tell(referral)

    def hold(self, session: Session, item: AgendaItem, coordinator: Actor) -> None:
        chair = self.actor(self.times["session"].chair_id)
        with at(self.times["session"].opened_at):
            meetings.open_session(session=session, by=chair)
        for noted in self.times["attendance"]:
            with at(noted.recorded_at):
                meetings.record_attendance(
                    session=session,
                    organisation=noted.organisation,
                    status=noted.status,
                    user=noted.user,
                    information_sent=noted.information_sent,
                    information_sent_on=noted.information_sent_on,
                    by=coordinator,
                )
                if noted.conflicts == Conflicts.NONE:
                    meetings.declare_no_conflict(session=session, organisation=noted.organisation, by=coordinator)
        with at(self.times["session"].reviewed_at):
            meetings.review_done(session=session, by=chair)
        for shared in self.times["shared"]:
            with at(shared.at):
                meetings.share_information(
                    item=item,
                    text=shared.text,
                    is_opinion=shared.is_opinion,
                    never_to_perpetrator=False,
                    by=self.actor(shared.by_id),
                )
        item.refresh_from_db()
        heard_at = self.times["item"].heard_at
        with at(heard_at):
            made = [(row, self.make(row, session, item, coordinator)) for row in self.times["commitments"]]
            meetings.hear_item(item=item, risk_summary=self.journey.texts["summary"], version=item.version, by=chair)
        with at(self.times["session"].closed_at):
            meetings.close_session(session=session, by=chair)
        for row, commitment in made:
            self.end(row, commitment)

    def make(self, row: Commitment, session: Session, item: AgendaItem, by: Actor) -> Commitment:
        how = commitments.propose if self.times["changes"][row.pk][0].event == "propose" else commitments.make
        return how(
            matter=item.matter,
            organisation=row.organisation,
            what=row.what,
            due_on=row.due_on,
            agreed_in=session.pk,
            owner=row.owner,
            by=by,
        )

    def end(self, row: Commitment, commitment: Commitment) -> None:
        steps = [change for change in self.times["changes"][row.pk][1:] if change.event != "escalate"]
        for change in steps:
            with at(change.at):
                commitment.refresh_from_db()
                common: dict[str, Any] = {
                    "commitment": commitment,
                    "version": commitment.version,
                    "by": self.actor(change.by_id),
                }
                if change.event == "do":
                    evidence = commitments.Evidence(row.evidence_what, row.evidence_on, row.evidence_who)
                    commitments.do(evidence=evidence, **common)
                elif change.event == "confirm_not_possible":
                    commitments.confirm_not_possible(**common)
                else:
                    getattr(commitments, change.event)(reason=row.reason, **common)

    def tell(self, referral: Referral) -> None:
        held: Telling = self.times["telling"]
        with at(held.ended_at):
            telling = Telling.objects.get(referral=referral)
            guidance = people.contact_guidance(self.actor(held.worker_id), referral.victim)
            way = next(advice for advice in guidance.channels if advice.may_use)
            marac.end_telling(
                telling=telling,
                ending=held.state,
                how=held.ended_how,
                version=telling.version,
                rule_id=way.channel.rule_id,
                told=[row.pk for row in Commitment.objects.filter(matter=referral.matter)],
                by=self.actor(held.worker_id),
            )

    def actor(self, user_id: uuid.UUID) -> Actor:
        rows = Membership.objects.filter(user_id=user_id)
        return actor_for(rows.exclude(role="practitioner").order_by("role").first() or rows[0])


def noted(journey: Journey, matter_id: uuid.UUID) -> dict[str, Any]:
    """When and by whom the bulk says that each step was done."""
    item = AgendaItem.objects.select_related("session__panel").get(matter_id=matter_id)
    rows = list(Commitment.objects.filter(matter_id=matter_id).order_by("pk").prefetch_related("changes"))
    screening = Screening.objects.get(matter_id=matter_id)
    return {
        "screened": screening.at,
        "coordinator": screening.by_id,
        "listed": item.listed_at,
        "item": item,
        "session": item.session,
        "attendance": list(Attendance.objects.filter(session=item.session).select_related("organisation", "user")),
        "shared": list(item.shared.all()),
        "commitments": rows,
        "changes": {row.pk: list(row.changes.order_by("pk")) for row in rows},
        "telling": Telling.objects.get(matter_id=matter_id),
    }


def picture(matter_id: uuid.UUID, since: dict[type[Model], set[Any]]) -> dict[str, list[Any]]:
    """Every new row, without what only identifies it."""
    found: dict[str, list[Any]] = {}
    for model in COMPARED:
        rows = [row for row in model._default_manager.all() if row.pk not in since[model] and not _of_flags(row)]
        found[model.__name__] = sorted((_plain(row) for row in rows), key=repr)
    return found


def _of_flags(row: Model) -> bool:
    """What opens a case for flagging: the demo's flags are asked for and answered afterwards (`loading.after`)."""
    return getattr(row, "given_for", "") == FOR_FLAG or str(getattr(row, "how", "")).endswith(f"({FOR_FLAG})")


def _plain(row: Model) -> dict[str, Any]:
    left_out = IGNORED.get(type(row), set()) | TIMES_IGNORED.get(type(row), set())
    values: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.primary_key or field.attname in left_out or field.name in left_out:
            continue
        value = getattr(row, field.attname)
        if field.is_relation and field.related_model.__name__ in ("User", "Organisation"):
            value = str(getattr(row, field.name))
        elif field.is_relation or isinstance(value, uuid.UUID):
            value = "one" if value else None
        elif isinstance(value, datetime):
            value = value.replace(microsecond=0)
        elif isinstance(value, str):
            value = _OPAQUE.sub("#", value)
        values[field.name] = value
    if isinstance(row, Case):
        values.pop("reference")
        values.pop("last_event_at")
    return values


def differences(bulk: dict[str, list[Any]], services: dict[str, list[Any]]) -> Iterator[str]:
    """The rows that only one of the two ways left."""
    for name, rows in bulk.items():
        others = list(services[name])
        for row in rows:
            if row in others:
                others.remove(row)
            else:
                yield f"{name}, bulk only: {row}"
        for row in others:
            yield f"{name}, services only: {row}"


def snapshot() -> dict[type[Model], set[Any]]:
    return {model: set(model._default_manager.values_list("pk", flat=True)) for model in COMPARED}


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("number", [0, 1], ids=["by the police", "by another agency"])
def test_bulk_and_services_leave_the_same_rows(loading: Loading, number: int) -> None:
    journey = loading.city.journeys[number]
    before = snapshot()
    with undone():
        in_bulk(loading, [journey])
        matter_id = loading.matters[journey.key]
        bulk, times = picture(matter_id, before), noted(journey, matter_id)
        criteria = Referral.objects.get(matter_id=matter_id).criteria
    loading.records.clear()
    loading.matters.clear()
    Services(loading, journey, times).carry_out()
    made = Referral.objects.get()
    services = picture(made.matter_id, before)
    found = list(differences(bulk, services))
    assert not found, "\n".join(found)
    assert _outcomes(criteria) == _outcomes(made.criteria)


def _outcomes(criteria: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(outcome["code"], outcome["fired"]) for outcome in criteria["outcomes"]]
