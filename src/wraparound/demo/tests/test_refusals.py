"""Where a synthetic city is never built."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from wraparound.demo.build import build
from wraparound.demo.models import SyntheticBuild
from wraparound.foundation.areas import clocks
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import Stop

SCALE, SEED = 0.01, 11


@pytest.mark.django_db
class TestRefusals:
    def test_never_into_real_data(self, settings: Any) -> None:
        settings.REAL_DATA = True
        with pytest.raises(Stop, match="real data"):
            build(scale=SCALE, seed=SEED)
        assert not SyntheticBuild.objects.exists()

    def test_never_beside_accounts_of_others(self, someone: Any, police: Any) -> None:
        someone(Role.PRACTITIONER, police)
        with pytest.raises(Stop, match="aren't the demo's"):
            build(scale=SCALE, seed=SEED)

    @pytest.mark.parametrize("scale", [0, -1, 21, float("nan"), float("inf")])
    def test_never_at_an_impossible_scale(self, scale: float) -> None:
        with pytest.raises(Stop, match="scale"):
            build(scale=scale, seed=SEED)

    def test_never_of_a_year_to_come(self) -> None:
        with pytest.raises(Stop, match="future"):
            build(scale=SCALE, seed=SEED, until=clocks.today() + timedelta(days=1))
