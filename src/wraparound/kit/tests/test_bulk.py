"""Many rows at once: the same rows as Django's own way writes."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from wraparound.kit.bulk import insert, insert_objects, rewrite, update
from wraparound.kit.models import Delivery, Event, SentForm

pytestmark = pytest.mark.django_db
MOMENT = datetime.datetime(2026, 7, 1, 10, 30, 0, 250_000, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))


def test_values_come_back_as_they_went_in():
    key = uuid.uuid4()
    insert(Event, [{"id": key, "name": "a.b", "payload": {"x": ["é", None, 1]}, "at": MOMENT}])
    event = Event.objects.get()
    assert (event.pk, event.name, event.payload, event.at) == (key, "a.b", {"x": ["é", None, 1]}, MOMENT)
    same = Event(name="a.b", payload={}, at=MOMENT)
    same.save()
    assert Event.objects.filter(at=MOMENT).count() == 2
    assert Event.objects.filter(at__gt=MOMENT).count() == 0


def test_what_is_left_out_takes_its_default():
    before = timezone.now()
    insert(Event, [{"name": "one"}, {"name": "two"}])
    events = list(Event.objects.order_by("name"))
    assert events[0].pk != events[1].pk
    assert all(before <= event.at <= timezone.now() and event.payload == {} for event in events)


def test_objects_are_written_as_they_stand_and_keys_made_by_the_database():
    event = Event(name="x", payload={"a": 1})
    insert_objects([event])
    insert_objects([Delivery(event=event, handler="h"), Delivery(event=event, handler="i", lease_until=MOMENT)])
    found = list(Event.objects.get(pk=event.pk).deliveries.order_by("handler"))
    assert [(d.handler, d.lease_until, d.attempts) for d in found] == [("h", None, 0), ("i", MOMENT, 0)]


def test_a_conflict_is_an_error_or_left_out_as_asked():
    rows = [{"token": "t", "path": "/a"}, {"token": "u", "path": "/b"}]
    insert(SentForm, rows[:1])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(SentForm, rows)
    insert(SentForm, rows, ignore_conflicts=True)
    assert list(SentForm.objects.order_by("token").values_list("token", "path")) == [("t", "/a"), ("u", "/b")]


def test_text_in_every_script_and_nothing_at_all():
    insert(SentForm, [])
    insert_objects([])
    insert(SentForm, [{"token": "n", "path": "محمد 王 O'Brien %s ? {}"}])
    assert SentForm.objects.get().path == "محمد 王 O'Brien %s ? {}"


def test_rewriting_touches_the_fields_that_are_named():
    insert(SentForm, [{"token": "a", "path": "/1"}, {"token": "b", "path": "/2"}])
    rows = list(SentForm.objects.order_by("token"))
    for row in rows:
        row.path, row.led_to = f"{row.path}/new", "/else"
    rewrite(rows, ["path"])
    assert list(SentForm.objects.order_by("token").values_list("path", "led_to")) == [("/1/new", ""), ("/2/new", "")]


def test_updating_touches_what_is_named_and_adds_no_row():
    ids = [uuid.uuid4(), uuid.uuid4()]
    insert(Event, [{"id": pk, "name": "a", "payload": {"n": 1}, "at": MOMENT} for pk in ids])
    insert(Delivery, [{"event_id": pk, "handler": "h", "lease_until": MOMENT} for pk in ids])
    update(Event, [{"pk": ids[0], "payload": {}, "at": MOMENT}, {"pk": uuid.uuid4(), "payload": [1], "at": MOMENT}])
    found = {event.pk: (event.name, event.payload, event.at) for event in Event.objects.all()}
    assert found == {ids[0]: ("a", {}, MOMENT), ids[1]: ("a", {"n": 1}, MOMENT)}
    update(Delivery, [{"pk": d.pk, "handler": f"h{d.pk}", "lease_until": None} for d in Delivery.objects.all()])
    assert all(d.handler == f"h{d.pk}" and d.lease_until is None for d in Delivery.objects.all())
    update(Event, [])


def test_nothing_empty_is_taken_for_another_emptiness():
    values = [{}, [], "", 0, False, {"a": []}]
    insert(Event, [{"name": str(n), "payload": value} for n, value in enumerate(values)])
    assert list(Event.objects.order_by("name").values_list("payload", flat=True)) == values


def test_many_are_found_by_keys_of_any_kind_whoever_wrote_them():
    events = [Event(name=f"n{number} {{,\"' é", payload={}) for number in range(3)]
    insert_objects(events)
    insert_objects([Delivery(event=event, handler="h") for event in events])
    wanted = [event.pk for event in events[:2]]
    every = Event.objects.order_by("name")
    assert list(every.filter(pk__among=wanted)) == events[:2]
    assert list(every.filter(pk__among={str(pk) for pk in wanted})) == events[:2]
    assert list(every.filter(pk__among=[pk.hex for pk in wanted])) == events[:2]
    assert list(every.filter(name__among=[events[2].name, "n0"])) == events[2:]
    held = Delivery.objects.filter(event__among=wanted)
    assert {one.event_id for one in held} == set(wanted)
    assert held.filter(pk__among=[one.pk for one in held]).count() == 2
    assert list(every.filter(pk__among=[])) == []
    once = every.filter(pk__among=(pk for pk in [None, *wanted]))
    assert (once.count(), list(once)) == (2, events[:2])
    assert list(every.exclude(pk__among=wanted)) == events[2:]
