"""For modules whose tests share one committed world: import both names, and mark the tests as transactional.

pytest-django would empty the tables after each such test, and the root's fixture would ask it to. Here the world stays
until the module's last test is done (`tests.conftest.committed_world`).
"""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _django_db_marker() -> None:
    """Leave the tables as they are."""


@pytest.fixture(autouse=True)
def _the_world(committed_world: object) -> None:
    """The world is the module's own."""
