"""The year's police files, month by month, through the real importer, and what came of the criteria's prompts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path

from wraparound.demo.city import writing
from wraparound.demo.city.chance import LONDON
from wraparound.demo.city.files import CHILD_COLUMNS, INCIDENT_COLUMNS, PoliceFiles, children_of, write_rows
from wraparound.demo.city.incidents import Incident
from wraparound.demo.loading.context import BATCH, Loading
from wraparound.foundation.areas.clocks import calendar_for
from wraparound.foundation.areas.rules import deadline
from wraparound.foundation.partners.roles import Role
from wraparound.kit.bulk import rewrite
from wraparound.kit.errors import Stop
from wraparound.kit.events import deliver_pending
from wraparound.response.cases.importing.commands import import_incidents
from wraparound.response.cases.models import Incident as HeldIncident
from wraparound.response.marac.in_force import clocks
from wraparound.response.marac.models import CriteriaPrompt
from wraparound.response.marac.states import PromptState

PROMPTS_LEFT_OPEN = 9
_STILL_NEW = timedelta(days=2, hours=12)
Progress = Callable[[str], None]


def write_files(loading: Loading, folder: Path) -> list[tuple[Path, Path]]:
    """Write the year's files, two a month. The same city gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = loading.setting.figures
    files = PoliceFiles(loading.organisation("police").force_code, loading.setting.seed, figures.police_ethnicity_known)
    written = []
    for month, incidents in _by_month(loading.city.incidents):
        paths = folder / f"incidents-{month}.csv", folder / f"incident_children-{month}.csv"
        rows = list(incidents)
        with paths[0].open("w", encoding="utf-8", newline="") as stream:
            write_rows(stream, INCIDENT_COLUMNS, (files.incident(incident) for incident in rows))
        with paths[1].open("w", encoding="utf-8", newline="") as stream:
            write_rows(stream, CHILD_COLUMNS, children_of(files, rows))
        written.append(paths)
    return written


def import_files(paths: list[tuple[Path, Path]], say: Progress) -> dict[str, int]:
    """Import the files as they would come in, and let happen what follows. Returns rows by outcome."""
    counts: dict[str, int] = {}
    for incidents, children in paths:
        report = import_incidents(incidents, children=children, dry_run=False)
        for part in (report, report["children"]):
            for key in ("accepted", "changed", "unchanged", "rejected"):
                counts[key] = counts.get(key, 0) + part[key]
        say(f"{incidents.name}: {report['accepted']:,} incidents, {report['children']['accepted']:,} children")
    if counts.get("rejected"):
        raise Stop(f"{counts['rejected']} rows of the generated police files were rejected: the generator is at fault.")
    while deliver_pending():
        pass
    return counts


def settle_prompts(loading: Loading) -> None:
    """Let the prompts have been raised when their incidents came in, and answer those of the past.

    Some became referrals; others the force looked at and did not refer. The newest stay open.
    """
    referred = {loading.matters[j.key]: j for j in loading.city.journeys if j.kind == "police"}
    prompts = list(CriteriaPrompt.objects.all())
    last = _last_reports([prompt.matter_id for prompt in prompts])
    prompts.sort(key=lambda prompt: (last[prompt.matter_id], str(prompt.pk)), reverse=True)
    left = 0
    for prompt in prompts:
        journey = referred.get(prompt.matter_id)
        raised = _next_morning(last[prompt.matter_id])
        if journey is not None:
            raised = min(raised, journey.received_at - timedelta(minutes=25))
            prompt.state, prompt.answered_at = PromptState.REFERRED, journey.received_at
            prompt.answered_by_id = loading.referrer(journey).user_id
        prompt.raised_at = raised
        due = clocks(loading.area, raised.astimezone(LONDON).date()).answer_prompt
        prompt.due_at = deadline(due, raised, calendar_for(loading.area))
        if journey is None and left < PROMPTS_LEFT_OPEN and loading.now - raised < _STILL_NEW:
            left += 1
        elif journey is None:
            _not_referred(loading, prompt)
    fields = ["state", "raised_at", "due_at", "answered_at", "answered_by", "answer_reason"]
    rewrite(prompts, fields)


def _not_referred(loading: Loading, prompt: CriteriaPrompt) -> None:
    chance = loading.chance("prompt", prompt.raised_at)
    officer = loading.staff.one("police", Role.PRACTITIONER, turn=chance.randint(0, 9))
    prompt.state = PromptState.ANSWERED
    prompt.answered_at = min(prompt.raised_at + timedelta(hours=chance.randint(3, 30)), loading.now)
    prompt.answered_by_id = officer.user_id
    prompt.answer_reason = chance.choice(writing.NOT_REFERRED)


def _last_reports(matter_ids: list[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    found: dict[uuid.UUID, datetime] = {}
    for start in range(0, len(matter_ids), BATCH):
        rows = HeldIncident.objects.filter(matter_id__in=matter_ids[start : start + BATCH]).order_by("reported_at")
        found.update(rows.values_list("matter_id", "reported_at"))
    return found


def _next_morning(at: datetime) -> datetime:
    """When the day's file was imported: the morning after."""
    day = at.astimezone(LONDON).date() + timedelta(days=1)
    return datetime.combine(day, datetime.min.time(), LONDON) + timedelta(hours=7, minutes=40)


def _by_month(incidents: list[Incident]) -> Iterator[tuple[str, Iterator[Incident]]]:
    def month(incident: Incident) -> str:
        on: date = incident.reported_at.astimezone(LONDON).date()
        return f"{on:%Y-%m}"

    return groupby(incidents, key=month)
