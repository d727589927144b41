"""What is still on its way on the last day: referred, screened and listed by real actors through the real services."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db.models import Q

from wraparound.demo.backdating import TimeMap
from wraparound.demo.city.chance import LONDON, Chance, moment
from wraparound.demo.city.stories import Journey
from wraparound.demo.loading import work
from wraparound.demo.loading.context import Loading
from wraparound.demo.loading.history import LAWFUL_BASIS, NOT_LISTED_CODES
from wraparound.demo.loading.people import (
    child_values,
    perpetrator_values,
    relationship,
    shares_child,
    victim_values,
)
from wraparound.foundation.access.models import Matter
from wraparound.foundation.areas.clocks import calendar_for
from wraparound.foundation.areas.rules import deadline
from wraparound.foundation.meetings.models import Session
from wraparound.foundation.meetings.services import plan_session
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people import services as people
from wraparound.foundation.people.models import LinkProposal, ProposalState, SourceRecord
from wraparound.foundation.people.queries.held import held_values
from wraparound.kit.events import deliver_pending
from wraparound.response.marac import services as marac
from wraparound.response.marac.answers import (
    ChildAnswers,
    ContactAnswers,
    PerpetratorAnswers,
    ReasonAnswers,
    ReferralAnswers,
    SharingAnswers,
    VictimAnswers,
)
from wraparound.response.marac.in_force import clocks, screening_rules, session_rules
from wraparound.response.marac.models import Referral, Screening
from wraparound.response.marac.organisations import marac_panel

_TIMES = ("Weekdays 09:30 to 14:30", "While at work, ten to two", "")
_NOTES = ("No voicemail.", "Say that it is the library.", "")
_SAFE = {"safe": "yes", "unsafe": "no"}


def plan_coming_sessions(loading: Loading) -> None:
    """The sessions of the next four weeks, today's too if its hour has passed already."""
    coordinator = loading.staff.one("marac_team", Role.MARAC_COORDINATOR)
    panel = marac_panel(loading.area)
    rule = session_rules(panel.area, loading.city.until)
    for day in loading.setting.calendar.planned:
        plan_session(
            panel=panel,
            starts_at=moment(day, rule.params.starts_at),
            mode=rule.params.mode,
            capacity=rule.params.capacity,
            rule_version=rule.label,
            by=coordinator,
        )


class Present:
    """Sends the referrals of the last days through the services, step by step, and notes when each step was meant."""

    def __init__(self, loading: Loading, times: TimeMap) -> None:
        self.loading = loading
        self.times = times
        self.referrals: dict[str, Referral] = {}
        self._panel = marac_panel(loading.area)
        self._truth = {
            (holder.organisation, holder.ref): person
            for person, holders in loading.city.truth.people.items()
            for holder in holders
        }

    def carry_out(self, journeys: Sequence[Journey]) -> None:
        """Every step of every journey, in the order in which they happened."""
        steps: list[tuple[datetime, str, Callable[[], object]]] = []
        for journey in journeys:
            steps += [(at, journey.key, act) for at, act in self._steps(journey)]
        for at, _, act in sorted(steps, key=lambda step: (step[0], step[1])):
            with self.times.at(at):
                act()
                while deliver_pending():
                    pass

    def assess_lately_heard(self, journeys: Sequence[Journey]) -> None:
        """Those who were heard in the last days were assessed before it."""
        for journey in journeys:
            if journey.is_present and journey.is_assessed and journey.stage in ("heard", "closed"):
                referral = Referral.objects.select_related("matter", "victim").get(
                    matter_id=self.loading.matters[journey.key], received_at=journey.received_at
                )
                with self.times.at(journey.received_at + timedelta(hours=4)):
                    work.assess(self.loading, journey, referral)
                    while deliver_pending():
                        pass

    def set_deadlines(self) -> None:
        """After the rows were moved: deadlines from the time at which each thing is meant to have happened."""
        area, calendar = self.loading.area, calendar_for(self.loading.area)
        for referral in Referral.objects.filter(pk__in=[one.pk for one in self.referrals.values()]):
            due = clocks(area, _day(referral.received_at))
            challenged = referral.challenges.order_by("-at").first()
            referral.screen_by = deadline(due.screen, challenged.at if challenged else referral.received_at, calendar)
            referral.contact_by = deadline(due.contact_before, referral.received_at, calendar)
            referral.save(update_fields=["screen_by", "contact_by"])
            for screening in Screening.objects.filter(referral=referral, challenge_by__isnull=False):
                screening.challenge_by = deadline(clocks(area, _day(screening.at)).challenge, screening.at, calendar)
                screening.save(update_fields=["challenge_by"])

    # --- the steps ------------------------------------------------------------------------------------------

    def _steps(self, journey: Journey) -> list[tuple[datetime, Callable[[], object]]]:
        chance = self.loading.chance("present", journey.key)
        latest = self.loading.now
        received = min(journey.received_at, latest - timedelta(minutes=chance.randint(30, 300)))
        screened = min(received + timedelta(hours=chance.choice((2, 3, 5, 20))), latest - timedelta(minutes=20))
        steps: list[tuple[datetime, Callable[[], object]]] = [(received, lambda: self._refer(journey))]
        steps += self._work(journey, chance, received)
        if journey.stage in ("accepted", "listed"):
            steps.append((screened, lambda: self._accept(journey)))
        if journey.stage == "listed":
            steps.append((screened + timedelta(minutes=6), lambda: self._list(journey)))
        if journey.stage in ("not_listed", "challenged"):
            steps.append((screened, lambda: self._do_not_list(journey)))
        if journey.stage == "challenged":
            later = min(screened + timedelta(hours=chance.randint(2, 26)), latest)
            steps.append((max(later, screened + timedelta(minutes=5)), lambda: self._challenge(journey)))
        return steps

    def _work(
        self, journey: Journey, chance: Chance, received: datetime
    ) -> list[tuple[datetime, Callable[[], object]]]:
        """What workers do meanwhile: of those not yet screened, for fewer."""
        loading, is_new = self.loading, journey.stage == "received"
        later = min(received + timedelta(hours=chance.randint(3, 6)), loading.now)
        steps: list[tuple[datetime, Callable[[], object]]] = []
        if chance.yes(0.35 if is_new else 0.9):
            steps.append((later, lambda: work.reach_her(loading, journey, self._fresh(journey))))
        if journey.known_to_police and journey.kind != "police" and journey.stage in ("accepted", "listed"):
            at = min(later + timedelta(minutes=10), loading.now)
            steps.append((at, lambda: self._review_links(journey)))
        if journey.is_assessed and not is_new:
            at = min(later + timedelta(minutes=30), loading.now)
            steps.append((at, lambda: work.assess(loading, journey, self._fresh(journey))))
        if chance.yes(0.4):
            at = min(later + timedelta(hours=1), loading.now)
            steps.append((at, lambda: work.write_note(loading, journey, self._fresh(journey), at)))
        return steps

    def _refer(self, journey: Journey) -> None:
        loading = self.loading
        matter = None
        if journey.held_since in loading.matters:
            matter = Matter.objects.get(pk=loading.matters[journey.held_since])
        elif journey.kind == "police":
            loading.find_police_files([journey])
            matter = Matter.objects.get(pk=loading.police_matters([journey])[journey.family.pair])
        referral = marac.submit_referral(
            answers=answers_of(loading, journey), by=loading.referrer(journey), matter=matter
        )
        self.referrals[journey.key] = referral
        loading.matters[journey.key] = referral.matter_id
        made = SourceRecord.objects.in_bulk([referral.victim_id, *referral.perpetrators], field_name="id")
        refs = (journey.victim_ref, journey.perpetrator_ref)
        for ref, record in zip(refs, (referral.victim, made[uuid.UUID(referral.perpetrators[0])]), strict=True):
            loading.named_otherwise[journey.kind, ref] = record.external_ref
            loading.records[journey.kind, ref] = record
        base = referral.victim.external_ref.rpartition(":")[0]
        for number in range(1, len(journey.named_children) + 1):
            loading.named_otherwise[journey.kind, journey.child_ref(number)] = f"{base}:child-{number}"

    def _review_links(self, journey: Journey) -> None:
        """A link reviewer decides, without mistakes, who in the referral is who in the force's files."""
        reviewer = self.loading.staff.all("marac_team", Role.LINK_REVIEWER)[-1]
        named, kind = self.loading.named_otherwise, journey.kind
        children = [named[kind, journey.child_ref(number + 1)] for number in range(len(journey.named_children))]
        refs = [named[kind, journey.victim_ref], named[kind, journey.perpetrator_ref], *children]
        records = list(SourceRecord.objects.filter(external_ref__in=refs).values_list("pk", flat=True))
        touching = LinkProposal.objects.filter(Q(record_a__in=records) | Q(record_b__in=records))
        waiting = touching.filter(state=ProposalState.OPEN).select_related(
            "record_a__organisation", "record_b__organisation"
        )
        # Each decision answers others too, so what waits is asked again after each.
        while proposal := waiting.order_by("-score", "pk").first():
            if self._are_one(proposal.record_a, proposal.record_b):
                people.decide_same(proposal=proposal, reason="Same birthday, same address; called both.", by=reviewer)
            else:
                people.decide_different(proposal=proposal, reason="Two people of one family.", by=reviewer)

    def _are_one(self, first: SourceRecord, second: SourceRecord) -> bool:
        """Whether two records are of one person, by what was made up."""
        made = {(kind, ref): made for (kind, made), ref in self.loading.named_otherwise.items()}
        keys = [(one.organisation.kind, one.external_ref) for one in (first, second)]
        persons = [self._truth.get((kind, made.get((kind, ref), ref))) for kind, ref in keys]
        return persons[0] is not None and persons[0] == persons[1]

    def _accept(self, journey: Journey) -> None:
        referral = self._fresh(journey)
        marac.screen_accept(
            referral=referral,
            reason=journey.texts["screening"],
            version=referral.version,
            by=self._coordinator(journey),
        )

    def _do_not_list(self, journey: Journey) -> None:
        referral = self._fresh(journey)
        rules = screening_rules(self.loading.area, self.loading.city.until).params
        code = next(code for code in (*NOT_LISTED_CODES, *rules.not_listed_reasons) if code in rules.not_listed_reasons)
        # By the colleague, so that the co-ordinator whom one tries may judge the challenge.
        colleague = self.loading.staff.all("marac_team", Role.MARAC_COORDINATOR)[-1]
        marac.screen_do_not_list(
            referral=referral,
            reason_code=code,
            reason=journey.texts["not_listed"],
            version=referral.version,
            by=colleague,
        )

    def _challenge(self, journey: Journey) -> None:
        marac.challenge(
            referral=self._fresh(journey), reason=journey.texts["challenge"], by=self.loading.referrer(journey)
        )

    def _list(self, journey: Journey) -> None:
        referral = self._fresh(journey)
        session = self._session(journey.session_on or self.loading.setting.calendar.planned[0])
        marac.list_on_session(
            referral=referral, session=session, version=referral.version, by=self._coordinator(journey)
        )

    def _session(self, day: date) -> Session:
        start = moment(day, datetime.min.time())
        return Session.objects.get(panel=self._panel, starts_at__gte=start, starts_at__lt=start + timedelta(days=1))

    def _coordinator(self, journey: Journey) -> Actor:
        return self.loading.staff.one("marac_team", Role.MARAC_COORDINATOR)

    def _fresh(self, journey: Journey) -> Referral:
        return Referral.objects.select_related("matter", "victim").get(pk=self.referrals[journey.key].pk)


def answers_of(loading: Loading, journey: Journey) -> ReferralAnswers:
    """What the referrer answers, as the pages would hand it over."""
    chance = loading.chance("people", journey.held_since or journey.key)
    victim, perpetrator = _held_already(loading, journey)
    if journey.kind == "police" and victim and perpetrator:
        held = held_values([victim, perpetrator])
        asked = victim_values(chance, journey).equality
        victim_held, perpetrator_held = replace(held[victim.pk], equality=asked), held[perpetrator.pk]
    else:
        victim_held, perpetrator_held = victim_values(chance, journey), perpetrator_values(chance, journey)
    phone, safety = victim_held.phones[0] if victim_held.phones else ("", "")
    texts = journey.texts
    return ReferralAnswers(
        victim=VictimAnswers(
            values=victim_held,
            record_id=str(victim.pk) if victim else "",
            contact=ContactAnswers(
                phone=phone,
                safe=_SAFE.get(safety, "unknown"),
                times=chance.choice(_TIMES) if phone and journey.is_present else "",
                note=chance.choice(_NOTES) if phone and journey.is_present else "",
            ),
        ),
        perpetrators=(
            PerpetratorAnswers(
                values=perpetrator_held,
                record_id=str(perpetrator.pk) if perpetrator else "",
                relationship=relationship(journey),
                ended=journey.family.ended,
                separated_on=journey.family.separated_on,
                shared_child=shares_child(journey),
            ),
        ),
        children=tuple(
            ChildAnswers(
                values=child_values(child),
                to_victim=child.to_victim,
                to_perpetrator=child.to_perpetrator,
                school=child.school,
            )
            for child in journey.named_children
            if not journey.held_since
        ),
        reasons=ReasonAnswers(
            reasons=journey.reasons,
            narrative=texts["narrative"],
            incident_on=journey.told_of_further,
            abuse_kinds=("physical", "psychological") if journey.told_of_further else (),
            dash_ticks=journey.ticks,
            judgement_reason=texts["judgement"],
        ),
        sharing=SharingAnswers(
            victim_aware="yes" if journey.aware else "no",
            victim_aware_why_not=texts["why_not_aware"],
            consent=journey.consent,
            lawful_basis=LAWFUL_BASIS,
        ),
        afraid_of=texts["afraid_of"],
        safe_to_talk_to=texts["safe_to_talk_to"],
        not_safe_to_talk_to=texts["not_safe_to_talk_to"],
        what_she_wants=texts["wants"],
    )


def _held_already(loading: Loading, journey: Journey) -> tuple[SourceRecord | None, SourceRecord | None]:
    """The two as the agency holds them already: from its earlier referral, or from the force's files."""
    if (journey.kind, journey.victim_ref) in loading.records:
        return loading.record(journey, "victim"), loading.record(journey, "perpetrator")
    if journey.kind == "police":
        victim, perpetrator = journey.family.pair
        return loading.file_record(victim), loading.file_record(perpetrator)
    return None, None


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()
