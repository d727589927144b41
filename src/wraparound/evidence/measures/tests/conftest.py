"""The real months that the project carries, loaded once; and the rules of Birmingham's pack."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from wraparound.evidence.measures.context import Context, Rules
from wraparound.evidence.measures.params import Disclosure, Hotspots, NeedsRules
from wraparound.evidence.measures.results import Period, Place
from wraparound.evidence.store.areas import ensure_area, load_area
from wraparound.evidence.store.engine import Store, open_store
from wraparound.evidence.store.loading import load_paths

ROOT = Path(__file__).resolve().parents[5]
POLICE = ROOT / "samples" / "police"
BIRMINGHAM = Place("E08000025", "Birmingham", "2011")
JANUARY = Period(date(2014, 1, 1), date(2014, 1, 31))
JUNE = Period(date(2018, 6, 1), date(2018, 6, 30))


def params_of(name: str, pack: str = "birmingham") -> Any:
    """The parameters of a rule set as a pack states them."""
    path = ROOT / "packs" / pack / "rulesets" / f"evidence.{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))["versions"][0]["params"]


@pytest.fixture(scope="session")
def rules() -> Rules:
    return Rules(
        Disclosure(**params_of("disclosure")), Hotspots(**params_of("hotspots")), NeedsRules(**params_of("needs"))
    )


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """January 2014 as a file and June 2018 from the API, with the evidence of Birmingham's pack."""
    path = tmp_path_factory.mktemp("real")
    ensure_area(load_area("birmingham"), path)
    load_paths([POLICE / "2014-01-west-midlands-street.csv.gz", POLICE / "birmingham-wards-2018-06.zip"], path)
    return open_store(path)


@pytest.fixture(scope="session")
def january(real: Store, rules: Rules) -> Context:
    return Context(real, BIRMINGHAM, JANUARY, rules)


@pytest.fixture(scope="session")
def june(real: Store, rules: Rules) -> Context:
    return Context(real, BIRMINGHAM, JUNE, rules)
