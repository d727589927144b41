"""The shipped instruments, and what a wrong file is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from wraparound.foundation.areas.pack import PackError
from wraparound.response.risk import loading
from wraparound.response.risk.models import InstrumentVersion, Item
from wraparound.response.risk.tests.test_rules import DARA, DASH

KEYS = [
    "injury",
    "very_frightened",
    "feared_what",
    "isolation",
    "depressed_suicidal",
    "separation",
    "child_contact",
    "stalking",
    "pregnancy",
    "more_frequent",
    "getting_worse",
    "control_jealousy",
    "weapons",
    "threats_to_kill",
    "strangulation",
    "sexual",
    "other_feared",
    "hurt_others",
    "animals",
    "money",
    "abuser_substance_mental_health",
    "abuser_suicide",
    "breach_of_order",
    "abuser_history",
]


def test_the_dash_has_its_24_topics_in_order():
    counted = [question for question in DASH if question.is_counted]
    assert [question.key for question in counted] == KEYS
    assert [question.number for question in counted] == list(range(1, 25))


def test_the_dara_counts_nothing():
    assert not any(question.is_counted for question in DARA)
    assert max(question.number for question in DARA) == 18
    assert {question.kind for question in DARA} == {"yesno", "frequency", "free"}


@pytest.mark.django_db
def test_what_was_not_seen_is_marked_provisional():
    dash = Item.objects.filter(version__instrument__key="dash", is_counted=True)
    assert {item.number for item in dash if not item.is_provisional} == set(range(1, 10))
    assert InstrumentVersion.objects.get(instrument__key="dara").is_provisional
    assert all(version.acknowledgement and version.source for version in InstrumentVersion.objects.all())


@pytest.mark.parametrize("pack", ["birmingham", "fenmoor"])
@pytest.mark.parametrize(("name", "questions"), [("dash", DASH), ("dara", DARA)])
def test_every_prompt_of_a_pack_names_items_that_the_instrument_has(pack, name, questions):
    path = Path(settings.PACKS_DIR) / pack / "rulesets" / f"risk.{name}.json"
    keys = {question.key for question in questions}
    for version in json.loads(path.read_text())["versions"]:
        for prompt in version["params"]["prompts"]:
            assert set(prompt["items"]) <= keys, prompt["code"]


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_keeps_licensed_wording():
    Item.objects.filter(key="injury").update(licensed_wording="Worded so.")
    counts = loading.load_instruments()
    assert (counts["new"], counts["changed"]) == (0, 0)
    assert counts["same"] > 60
    assert Item.objects.get(key="injury").licensed_wording == "Worded so."


@pytest.fixture
def spoilt(tmp_path: Path) -> Any:
    def spoil(change: Any) -> Path:
        content = json.loads((loading.FOLDER / "dash-2009.json").read_text())
        change(content["versions"][0])
        (tmp_path / "dash-2009.json").write_text(json.dumps(content))
        return tmp_path

    return spoil


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda v: v["items"].append(v["items"][5]), "stands there twice"),
        (lambda v: v["items"][3].update(kind="frequency"), "no answers of the kind frequency"),
        (lambda v: v["items"][3].update(asked_if_item="animals", asked_if_answer="yes"), "no item before it"),
        (lambda v: v["items"][3].update(asked_if_item="injury", asked_if_answer="often"), "no answer of injury"),
        (lambda v: v["items"][3].update(asked_if_item="injury"), "both an item and an answer"),
        (lambda v: v["items"].pop(2), "loaded already"),
        (lambda v: v["items"][3].update(topic=""), "items.3.topic"),
        (lambda v: v["items"][3].update(colour="red"), "items.3.colour"),
        (lambda v: v.update(acknowledgement=""), "acknowledgement"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_changed(spoilt, change, says):
    before = list(Item.objects.order_by("pk").values_list())
    with pytest.raises(PackError, match=says):
        loading.load_instruments(folder=spoilt(change))
    assert list(Item.objects.order_by("pk").values_list()) == before
