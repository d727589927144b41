"""The queue's tasks of cases: they take ids only."""

from __future__ import annotations

import uuid

from django_tasks import task

from wraparound.kit.worker import as_worker


@task()
def work_on_import(run_id: str) -> None:
    """Check or import a run, whichever it waits for."""
    from wraparound.response.cases.importing import runs

    with as_worker("import"):
        runs.work_on(uuid.UUID(run_id))
