"""`wraparound demo build`: a synthetic year of the pack's city, made from a seed and loaded as real data would be."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from wraparound.demo.backdating import TimeMap, backdate_details, backdate_imports, settle_last_events
from wraparound.demo.city.chance import moment
from wraparound.demo.city.making import City, make_city
from wraparound.demo.city.stories import Journey
from wraparound.demo.day import write_day
from wraparound.demo.hasty import not_waiting_for_the_disk
from wraparound.demo.loading.after import flag_and_minute
from wraparound.demo.loading.arranging import arrange_sessions
from wraparound.demo.loading.before import prepare_sessions
from wraparound.demo.loading.coming_again import ComingAgain, bring_up_to_date
from wraparound.demo.loading.context import Loading
from wraparound.demo.loading.evaluating import evaluate_past
from wraparound.demo.loading.history import History
from wraparound.demo.loading.linking import Reviewers
from wraparound.demo.loading.moving import move_between_areas
from wraparound.demo.loading.people import record_people
from wraparound.demo.loading.police import import_files, settle_prompts, write_files
from wraparound.demo.loading.present import Present, plan_coming_sessions
from wraparound.demo.loading.sittings import Sittings
from wraparound.demo.loading.today import live_the_last_day
from wraparound.demo.models import SyntheticBuild
from wraparound.demo.personas import employ
from wraparound.demo.setting import area_of_pack, setting_for
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas import clocks
from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.models import User
from wraparound.foundation.people.models import SourceRecord
from wraparound.kit import statistics
from wraparound.kit.errors import Stop
from wraparound.kit.events import deliver_pending
from wraparound.kit.models import Delivery

LARGEST = 20.0
PAST_STAGES = ("not_listed", "heard", "closed")
Say = Callable[[str], None]


@dataclass(frozen=True)
class BuildResult:
    """What was built: rows by kind, where the planted truth lies, and how fast it went (all tables)."""

    counts: dict[str, int]
    truth_path: str
    rows_per_second: float


def build(*, scale: float, seed: int, until: date | None = None, say: Say = lambda text: None) -> BuildResult:
    """Build the city up to and including the day `until` (today); 1.0 is a whole year of a big city.

    The same arguments on the same database change nothing. Raises Stop where real data is declared, where the database
    holds anything else, or for a scale that can't be.
    """
    until = until or clocks.today()
    _check(scale, until)
    with acting_as(system("demo")):
        begun = _begun_already(scale, seed, until)
        if begun is None:
            begun = _begin(scale, seed, until)
            with not_waiting_for_the_disk():
                _build(begun, say)
        return BuildResult(counts=begun.counts, truth_path=begun.truth_path, rows_per_second=begun.rows_per_second)


# --- may it be built ----------------------------------------------------------------------------------------


def _check(scale: float, until: date) -> None:
    if settings.REAL_DATA:
        raise Stop("This installation is declared to hold real data. A synthetic city is never built into it.")
    if not (math.isfinite(scale) and 0 < scale <= LARGEST):
        raise Stop(f"The scale must be above 0 and at most {LARGEST:g}: 1 is a whole year of the city.")
    if until > clocks.today():
        raise Stop("The last day of the year can't lie in the future.")


def _begun_already(scale: float, seed: int, until: date) -> SyntheticBuild | None:
    """The same build, if it was finished here. Raises Stop for another one, for half of one, or for anything else."""
    area_of_pack()
    held = SyntheticBuild.objects.first()
    afresh = "Use another WRAPAROUND_VAR (or DATABASE_URL), or begin afresh: script/demo --fresh"
    if held is None:
        if SourceRecord.objects.exists() or User.objects.exists():
            raise Stop(f"This database holds people or accounts that aren't the demo's. {afresh}")
        return None
    if held.finished_at is None:
        raise Stop(f"An earlier build into this database was interrupted. {afresh}")
    if (held.pack, held.scale, held.seed, held.until) != (settings.PACK, scale, seed, until):
        raise Stop(f"This database holds another city already: {held}. {afresh}")
    return held


def _begin(scale: float, seed: int, until: date) -> SyntheticBuild:
    return SyntheticBuild.objects.create(pack=settings.PACK, scale=scale, seed=seed, until=until)


# --- the build ----------------------------------------------------------------------------------------------


def _build(held: SyntheticBuild, say: Say) -> None:
    start, rows_before = perf_counter(), _rows_in_database()
    setting = setting_for(scale=held.scale, seed=held.seed, until=held.until)
    city = make_city(setting)
    say(f"{len(city.incidents):,} incidents and {len(city.journeys):,} MARAC referrals were made up.")
    staff = employ(since=_long_ago(held.until), at_table=setting.calendar.core_kinds)
    loading = Loading(setting=setting, city=city, staff=staff, area=area_of_pack())
    files = write_files(loading, Path(settings.VAR) / "demo-files" / f"seed-{held.seed}")
    import_files(files, say)
    statistics.gather()
    present = _load_past(loading, say)
    _load_present(loading, present, say)
    arrange_sessions(loading)
    prepare_sessions(loading)
    flag_and_minute(loading)
    move_between_areas(loading)
    settle_prompts(loading)
    live_the_last_day(loading, present)
    _check_all_delivered()
    statistics.gather()
    write_day(held.until - timedelta(days=1), seed=held.seed)
    seconds = perf_counter() - start
    held.truth_path = str(_write_truth(held, loading))
    held.counts = _counts(city)
    held.rows_per_second = (_rows_in_database() - rows_before) / seconds
    held.finished_at = timezone.now()
    held.save()


def _load_past(loading: Loading, say: Say) -> list[Journey]:
    """What lies behind, in bulk. Returns the journeys that are still on their way."""
    backdate_imports()
    journeys = loading.city.journeys
    past = [journey for journey in journeys if journey.stage in PAST_STAGES and not _goes_on(journey)]
    keys = {journey.key for journey in past}
    record_people(loading, past)
    while deliver_pending():
        pass
    statistics.gather()
    decided = Reviewers(loading).decide()
    loading.find_persons()
    history = History(loading)
    history.write(past)
    Sittings(history).write(past)
    statistics.gather()
    evaluate_past(history, past)
    again = ComingAgain(loading).propose_and_decide()
    say(f"{len(past):,} past referrals, {decided:,} links decided, {again:,} repeats and reversed roles.")
    return [journey for journey in journeys if journey.key not in keys]


def _goes_on(journey: Journey) -> bool:
    return journey.is_present and journey.stage == "not_listed"


def _load_present(loading: Loading, journeys: list[Journey], say: Say) -> None:
    times = TimeMap()
    plan_coming_sessions(loading)
    present = Present(loading, times)
    with transaction.atomic():
        present.carry_out(journeys)
        present.assess_lately_heard(loading.city.journeys)
    with transaction.atomic():
        times.apply()
        present.set_deadlines()
        backdate_details()
        settle_last_events()
    bring_up_to_date()
    say(f"{len(journeys):,} referrals are on their way.")


def _check_all_delivered() -> None:
    """What a service said must have been heard: a handler that failed leaves half a city."""
    left = Delivery.objects.filter(done_at__isnull=True)
    if left.exists():
        names = ", ".join(sorted(set(left.values_list("handler", flat=True))))
        raise Stop(f"{left.count()} events could not be delivered ({names}). The log above says why.")


def _long_ago(until: date) -> datetime:
    """Since when everyone has worked where they work: before anything happens."""
    return moment(until - timedelta(days=1_000), time(9))


def _counts(city: City) -> dict[str, int]:
    truth = city.truth.as_dict()
    return {
        "incidents": len(city.incidents),
        "children": sum(len(incident.children) for incident in city.incidents),
        "referrals": len(city.journeys),
        **{name: len(entries) for name, entries in truth.items()},
    }


def _rows_in_database() -> int:
    return sum(model._default_manager.count() for model in apps.get_models())


def _write_truth(held: SyntheticBuild, loading: Loading) -> Path:
    """The side file with what was planted: records by organisation (its slug) and reference."""
    slugs = {kind: organisation.slug for kind, organisation in loading.staff.organisations.items()}
    journeys = {journey.key: journey for journey in loading.city.journeys}

    def record(kind: str, ref: str) -> dict[str, str]:
        return {"organisation": slugs[kind], "ref": loading.named_otherwise.get((kind, ref), ref)}

    truth = loading.city.truth.as_dict()
    for pairs in (truth["same_person"], truth["near_misses"]):
        for pair in pairs:
            for side in ("a", "b"):
                pair[side] = record(pair[side]["organisation"], pair[side]["ref"])
    for name in ("repeats", "joined", "reversed", "not_repeats"):
        for entry in truth[name]:
            # With whose record of the victim the new referral came, if there is one.
            told = journeys.get(entry["referral"])
            entry["referral_victim"] = record(told.kind, told.victim_ref) if told else None
    head = {"pack": held.pack, "scale": held.scale, "seed": held.seed, "until": held.until.isoformat()}
    path = Path(settings.VAR) / f"truth-{held.seed}.json"
    text = json.dumps(head | truth, ensure_ascii=False, indent=1, default=str)
    path.write_text(text + "\n", encoding="utf-8")
    return path
