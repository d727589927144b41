from __future__ import annotations

import pytest

from wraparound.response.cases.importing.commands import import_incidents
from wraparound.response.cases.models import Case, ChildExposure, Incident
from wraparound.response.cases.tests.factories import child_row, children_file, incident_row, incidents_file

pytestmark = pytest.mark.django_db


def test_a_day(tmp_path):
    file = incidents_file(tmp_path / "incidents.csv", [incident_row(1), incident_row(2, victim_ref="V-000001", perpetrator_ref="P-000001")])
    kids = children_file(tmp_path / "children.csv", [child_row(1, 1), child_row(1, 2)])
    report = import_incidents(file, kids)
    assert {k: v for k, v in report.items() if k != "children"} == {"read": 2, "accepted": 2, "unchanged": 0, "changed": 0, "rejected": 0, "rejections": [], "warnings": [], "unknown_columns": []}
    assert report["children"]["accepted"] == 2
    assert Incident.objects.count() == 2
    assert Case.objects.count() == 1
    assert ChildExposure.objects.count() == 2
    again = import_incidents(file, kids)
    assert again["unchanged"] == 2
    assert again["children"]["unchanged"] == 2
