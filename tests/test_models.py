"""What must hold of every model, generated from the models themselves so that nothing new escapes."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models

from wraparound.foundation.access import database
from wraparound.kit.data_classes import DataClasses

FLOORS = ["kit", "foundation", "response", "evidence", "interfaces", "demo"]
FOUNDATION = ["areas", "rulesets", "partners", "access", "people", "directory", "commitments", "meetings", "notices"]
RESPONSE = ["cases", "risk", "marac"]
EVIDENCE = ["store", "figures", "measures", "foresight", "assessments"]
OURS = [m for m in apps.get_models() if m.__module__.startswith("wraparound.")]


def _place(model: type[models.Model]) -> tuple[int, int]:
    parts = model.__module__.split(".")
    floor = parts[1]
    order = {"foundation": FOUNDATION, "response": RESPONSE, "evidence": EVIDENCE}.get(floor, [])
    return FLOORS.index(floor), order.index(parts[2]) if order else 0


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_every_field_is_classified_once(model):
    classes = model.__dict__.get("data_classes")
    assert isinstance(classes, DataClasses), f"{model.__name__} says nothing of its data: add data_classes = holds(...)"
    fields = {field.name for field in model._meta.concrete_fields}
    assert set(classes.fields) == fields


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_foreign_keys_point_downwards_only(model):
    for field in model._meta.concrete_fields:
        target = field.related_model
        if isinstance(target, type) and target in OURS:
            assert _place(target) <= _place(model), f"{model.__name__}.{field.name} points upwards, to {target}"


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_every_table_of_a_matter_stands_behind_the_databases_wall(model):
    fields = {field.name for field in model._meta.concrete_fields}
    # Tables of the wall itself, notices (narrowed by user) and drafts (their author's own) are not walled by matter.
    own_rules = {
        "access.Involvement",
        "access.Exclusion",
        "access.AccessLogEntry",
        "notices.Notice",
        "marac.ReferralDraft",
    }
    if "matter" in fields and model._meta.label not in own_rules:
        assert model._meta.db_table in database.WALLED


@pytest.mark.django_db
def test_the_databases_hold_the_triggers_and_the_policies():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            triggers = {row[0] for row in cursor.fetchall()}
            for table in database.APPEND_ONLY:
                assert {f"{table}_no_update", f"{table}_no_delete"} <= triggers
            return
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_append_only'")
        assert set(database.APPEND_ONLY) <= {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        assert set(database.WALLED) <= {row[0] for row in cursor.fetchall()}
