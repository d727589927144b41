"""The queue's tasks of assessments: they take ids only."""

from __future__ import annotations

import uuid

from django_tasks import task

from wraparound.kit.worker import as_worker


@task()
def draw_edition(edition_id: str) -> None:
    """Draw an edition that waits for it."""
    from wraparound.evidence.assessments.services import draw_now

    with as_worker("assessments"):
        draw_now(uuid.UUID(edition_id))
