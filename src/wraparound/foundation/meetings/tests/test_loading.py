"""Panels from a pack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wraparound.foundation.areas.pack import Pack, PackError, open_pack
from wraparound.foundation.areas.tests.builders import SpoiltPack
from wraparound.foundation.meetings.loading import load_panels
from wraparound.foundation.meetings.models import Panel

pytestmark = pytest.mark.django_db


@pytest.fixture
def spoilt(tmp_path: Path, settings: Any) -> SpoiltPack:
    return SpoiltPack(tmp_path, settings)


def opened(spoilt: SpoiltPack) -> Pack:
    return Pack("fenmoor", "Fenmoor", spoilt.path, open_pack("fenmoor").about)


def edit(name: str, value: str) -> Callable[[Any], None]:
    return lambda panels: panels[0].__setitem__(name, value)


def test_loading_again_changes_nothing_and_a_new_name_is_taken_over(spoilt: SpoiltPack) -> None:
    assert load_panels(opened(spoilt)) == {"new": 0, "same": 1, "changed": 0}
    spoilt.edit_json("panels.json", edit("name", "Fenmoor conference"))
    assert load_panels(opened(spoilt)) == {"new": 0, "same": 0, "changed": 1}
    assert Panel.objects.get().name == "Fenmoor conference"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("organisation", "nobody", "panel 1, organisation: 'nobody'"),
        ("area_code", "X99", "panel 1, area_code: no area with the code X99"),
    ],
)
def test_a_mistake_is_told_with_its_place(spoilt: SpoiltPack, name: str, value: str, says: str) -> None:
    spoilt.edit_json("panels.json", edit(name, value))
    with pytest.raises(PackError) as stop:
        load_panels(opened(spoilt))
    assert stop.value.sentence.startswith(f"fenmoor/panels.json, {says}")


def test_a_panel_without_a_name(spoilt: SpoiltPack) -> None:
    spoilt.edit_json("panels.json", lambda panels: panels[0].pop("name"))
    with pytest.raises(PackError, match="panel 1, name: Field required"):
        load_panels(opened(spoilt))


def test_no_list_and_no_file(spoilt: SpoiltPack) -> None:
    spoilt.write("panels.json", "{}")
    with pytest.raises(PackError, match="list of panels"):
        load_panels(opened(spoilt))
    (spoilt.path / "panels.json").unlink()
    assert load_panels(opened(spoilt)) == {"new": 0, "same": 0, "changed": 0}
