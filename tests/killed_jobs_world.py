"""A database in which every job has much to do: all that happened is written, and nothing of it delivered."""

from __future__ import annotations

import itertools
import tempfile
from datetime import date, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from tests import making, sitting
from tests.cast import person, user_of
from tests.world import World, accept_and_list, build_world
from wraparound.evidence.assessments import services as assessments
from wraparound.evidence.assessments.making import wanted
from wraparound.evidence.assessments.models import Edition
from wraparound.evidence.assessments.queries import MOST_ATTEMPTS
from wraparound.evidence.assessments.states import EditionState
from wraparound.foundation.access import services as access
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.areas.pack import open_pack
from wraparound.foundation.commitments import services as commitments
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people import services as people
from wraparound.foundation.people.models import LinkProposal, SourceRecord
from wraparound.kit.registry import pack_loaders
from wraparound.response.cases.importing import runs
from wraparound.response.cases.tests.factories import many_children, many_incidents
from wraparound.response.marac import services as marac
from wraparound.response.marac.forms.reading import answers_of, read_draft
from wraparound.response.marac.models import AgencyFlag, Referral, Telling
from wraparound.response.risk import services as risk

ROWS, CHILDREN = 24, 6


def prepare(folder: Path, seed: int) -> None:
    """Make the database ready and fill it."""
    from django_tasks_db.models import DBTaskResult

    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    with acting_as(system("test")), transaction.atomic():
        for load in pack_loaders:
            load(open_pack("fenmoor"))
        world = build_world()
        promises = _promises(world)
        _referrals(world)
        _closing_dates(world)
        _flags()
        _drawings(world)
        _links_and_grades(world)
        _someone_knows_someone(world, promises)
        _files(world, seed)
    DBTaskResult.objects.all().delete()


def _promises(world: World) -> list[Commitment]:
    """Of every end and of none: some will be due when the jobs run, some late, some unanswered."""
    lead, coordinator = world.insider(Role.AGENCY_LEAD), world.insider(Role.MARAC_COORDINATOR)
    made = []
    with acting_as(coordinator):
        for days in (1, 3, 9, 10, 10, 12, 16, 20, 20):
            made.append(
                commitments.propose(
                    matter=world.matter,
                    organisation=world.cast.housing,
                    what=f"Promise {len(made)}",
                    due_on=today() + timedelta(days=days),
                    by=coordinator,
                )
            )
    evidence = commitments.Evidence(what="Locks", on=today(), who="A fitter", reference="WO-9")
    with acting_as(lead):
        kept = [commitments.accept(commitment=one, version=one.version, by=lead) for one in made[1:]]
        commitments.do(commitment=kept[4], evidence=evidence, version=kept[4].version, by=lead)
        commitments.claim_not_possible(commitment=kept[5], reason="Moved", version=kept[5].version, by=lead)
        commitments.set_not_done(commitment=kept[6], reason="Forgotten", version=kept[6].version, by=lead)
        commitments.assign(commitment=kept[3], owner=user_of(lead), version=kept[3].version, by=lead)
    return made


def _submit(world: World, by: Actor, number: int) -> Referral:
    """A referral that was sent and of which nobody was told yet."""
    family = making.household("Norah", f"Wick{chr(96 + number)}", number + 40)
    with acting_as(by):
        draft = making.fill_draft(world.cast, marac.start_draft(by=by), by, family)
        return marac.submit_referral(
            answers=answers_of(read_draft(draft, making.bases(world.cast))), draft=draft, by=by
        )


def _referrals(world: World) -> None:
    """One waits, one isn't listed, two are listed on the session, one of which is heard before it closes."""
    coordinator, chair = world.insider(Role.MARAC_COORDINATOR), world.insider(Role.MARAC_CHAIR)
    session = Session.objects.get(pk=world.things["session"])
    sent = [_submit(world, world.cast.extras["housing officer"], number) for number in range(1, 5)]
    with acting_as(coordinator):
        marac.screen_do_not_list(
            referral=sent[1], reason_code="duplicate", reason="Known", version=sent[1].version, by=coordinator
        )
        items = [accept_and_list(one, session, coordinator) for one in sent[2:]]
    with acting_as(chair):
        item = AgendaItem.objects.get(pk=items[0].pk)
        meetings.hear_item(item=item, risk_summary="High", version=item.version, by=chair)
        meetings.close_session(session=session, by=chair)


def _closing_dates(world: World) -> None:
    """Cases whose agencies file until a day that will be over when the jobs run."""
    coordinator = world.insider(Role.MARAC_COORDINATOR)
    sent = [_submit(world, world.cast.extras["housing officer"], number) for number in range(5, 7)]
    with acting_as(coordinator):
        session = sitting.a_session_in(3, coordinator, mode="asynchronous")
        for one in sent:
            accept_and_list(one, session, coordinator)


def _flags() -> None:
    """The flags of what was heard before: their last day will be over."""
    assert AgencyFlag.objects.update(stands_until=today() + timedelta(days=5)) > 1


def _drawings(world: World) -> None:
    """Assessments that could not be drawn, however often it was tried: that will be said of them."""
    analyst = world.insider(Role.ANALYST)
    with acting_as(analyst):
        for kind, month in itertools.product(("strategic", "needs"), ("2026-01", "2026-02", "2026-03")):
            asked = wanted(kind=kind, area="fenmoor", first=month, last=month)
            assessments.begin(asked=asked, by=analyst)
    assert Edition.objects.filter(state=EditionState.DRAWING).update(attempts=MOST_ATTEMPTS) == 6


def _pair(world: World, number: int) -> LinkProposal:
    """Two agencies' records of someone, which look like one person."""
    values = people.PersonValues(family_name=f"Pair{chr(97 + number)}", given_names="Ursula", dob=date(1980, 1, 1))
    homes = (
        (world.insider(Role.PRACTITIONER), world.cast.police),
        (world.cast.extras["housing officer"], world.cast.housing),
    )
    for actor, organisation in homes:
        with acting_as(actor):
            record = people.record_person(
                organisation=organisation, external_ref=f"pair-{number}", values=values, by=actor
            )
    return (LinkProposal.objects.filter(record_a=record) | LinkProposal.objects.filter(record_b=record))[0]


def _links_and_grades(world: World) -> None:
    """A link that is made and one that is undone; a Dash that is signed."""
    reviewer, idva = world.insider(Role.LINK_REVIEWER), world.insider(Role.IDVA)
    with acting_as(reviewer):
        decisions = [
            people.decide_same(proposal=_pair(world, number), reason="The same", by=reviewer) for number in range(2)
        ]
        people.undo_link(decision=decisions[-1], reason="A mistake", by=reviewer)
    with acting_as(idva):
        subject = SourceRecord.objects.get(pk=world.things["record"])
        draft = risk.begin(matter=world.matter, subject=subject, instrument_key="dara", by=idva)
        risk.sign(
            assessment=draft,
            grade="high",
            judgement_reason="Afraid",
            children_safeguarding="not_needed",
            children_safeguarding_why="Safe with their aunt",
            version=draft.version,
            by=idva,
        )


def _someone_knows_someone(world: World, promises: list[Commitment]) -> None:
    """The IDVA who tells her, and the lead who owns a promise, must not know any more."""
    idva, lead = world.insider(Role.IDVA), world.insider(Role.AGENCY_LEAD)
    with acting_as(idva):
        marac.take(telling=Telling.objects.get(pk=world.things["telling"]), by=idva)
    for actor in (idva, lead):
        with acting_as(actor):
            access.declare_knowing_someone(matter=world.matter, by=actor)
    assert Commitment.objects.get(pk=promises[4].pk).owner_id == lead.user_id, "it is given back by a handler"


def _files(world: World, seed: int) -> None:
    """One file was imported, and nobody has looked for the same people or at the criteria; others wait for a worker."""
    rows = list(many_incidents(ROWS, seed, world.cast.police.force_code))
    with tempfile.TemporaryDirectory() as place:
        making.import_files(world.cast, Path(place), rows, list(many_children(CHILDREN, ROWS, seed)))
    clerk = person(Role.POLICE_CLERK, world.cast.police, "Night Clerk")

    def more(first: int) -> bytes:
        part = rows[first : first + 8]
        return making.as_csv([{**row, "incident_ref": f"MORE-{first}-{n}"} for n, row in enumerate(part)]).encode()

    with acting_as(clerk):
        unchecked = runs.upload(by=clerk, name="unchecked.csv", chunks=[more(0)])
        confirmed = runs.upload(by=clerk, name="confirmed.csv", chunks=[more(8)])
        assert unchecked.pk != confirmed.pk
    runs.work_on(confirmed.pk)
    confirmed.refresh_from_db()
    with acting_as(clerk):
        runs.confirm(run=confirmed, by=clerk)
