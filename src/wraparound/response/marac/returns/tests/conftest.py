"""A maker of hearings in the tests' area."""

from __future__ import annotations

from typing import Any

import pytest

from wraparound.response.marac.returns.tests.making import Maker


@pytest.fixture
def maker(area: Any) -> Maker:
    return Maker(area)
