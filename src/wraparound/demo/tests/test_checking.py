"""The ratios in which what was found is told."""

from __future__ import annotations

import pytest

from wraparound.demo.checking import Score


@pytest.mark.parametrize(
    ("score", "precision", "recall"),
    [(Score(0, 0, 0), 1.0, 1.0), (Score(4, 3, 1), 0.75, 0.75), (Score(5, 0, 2), 0.0, 0.0)],
)
def test_ratios(score: Score, precision: float, recall: float) -> None:
    assert (score.precision, score.recall) == (precision, recall)
