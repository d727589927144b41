"""What was prepared before the sessions: research of the past in bulk, and of the coming ones by real actors."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from wraparound.demo.loading.context import BATCH, Loading, in_batches
from wraparound.foundation.access.decisions import is_open
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import calendar_for, today
from wraparound.foundation.meetings.models import AgendaItem, SharedInformation
from wraparound.foundation.meetings.states import ItemState
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation, OrganisationKind
from wraparound.foundation.partners.roles import Role
from wraparound.kit.bulk import insert_objects, rewrite
from wraparound.response.cases import fact_services
from wraparound.response.cases.fact_services import FactValues
from wraparound.response.cases.models import Case, CaseParty
from wraparound.response.marac import services as marac
from wraparound.response.marac.in_force import research_rules, session_rules
from wraparound.response.marac.models import ResearchRequest, ResearchSearch
from wraparound.response.marac.organisations import core_organisations
from wraparound.response.marac.queries.research import research_of_agency, systems_of_agency
from wraparound.response.marac.rules.research import research_due
from wraparound.response.marac.states import ResearchState

SPEAKING = (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD)
_ON_TIME, _LATE, _NEVER = "on time", "late", "never"
_PAST = {_ON_TIME: 84, _LATE: 10, _NEVER: 6}
_PAST_OF_ADULTS = {_ON_TIME: 58, _LATE: 22, _NEVER: 20}
_ANSWERED = {"housing": 0.25, "adults": 0.2, "mental_health": 0.5}  # the personas' own are left for them to do
_MOST = 0.8
_FOUND = {
    "police": ("information", "Three calls to the address in the year, one by a neighbour. One arrest."),
    "children": ("children", "Both are settled at school. The older one does not want to go to weekend contact."),
    "health": ("information", "Seen in the emergency department in the spring: the injury did not fit its story."),
    "probation": ("information", "Perpetrator under supervision until the summer; misses one appointment in three."),
    "housing": ("offer", "Change the locks and fit a door chain"),
    "mental_health": ("information", "The perpetrator was referred for anxiety and did not come."),
    "adults": ("information", "A carer’s assessment of the victim’s mother was made last year."),
    "substance_misuse": ("offer", "A first appointment for the perpetrator within the week"),
    "idva_service": ("information", "Rang the helpline twice last winter."),
}
_FACTS = (  # kind, text, kind of order
    ("bail", "No contact, and not to come to the street", ""),
    ("court", "Magistrates’ Court, first hearing for assault", ""),
    ("order", "Not to come within 100 metres of the home", "restraining"),
    ("custody", "On remand", ""),
)


def prepare_sessions(loading: Loading) -> None:
    """What agencies said before the past sessions; what they, the IDVAs and the police say before the coming ones."""
    _Past(loading).write()
    _Coming(loading).prepare()


class _Past:
    """Writes each agency's answer to what it was asked before the sessions that were held."""

    def __init__(self, loading: Loading) -> None:
        self.loading = loading
        self._rule = research_rules(loading.area, loading.city.until)
        self._calendar = calendar_for(loading.area)
        kinds = session_rules(loading.area, loading.city.until).params.core_kinds
        self._agencies = core_organisations(loading.area, kinds)
        self._who = {one.pk: loading.staff.all(one.kind, *SPEAKING) for one in self._agencies}
        self._shared: dict[uuid.UUID, set[int]] = defaultdict(set)
        self._records: dict[uuid.UUID, list[str]] = defaultdict(list)

    def write(self) -> None:
        with lifted("demo.before"):
            rows = AgendaItem.objects.filter(state=ItemState.HEARD, research__isnull=True).select_related("session")
            items = list(rows.order_by("heard_at", "pk"))
            self._look_up(items)
            requests, searches = [], []
            for item in items:
                for organisation in self._agencies:
                    request = self._request(item, organisation)
                    requests.append(request)
                    if request.state == ResearchState.NOTHING_KNOWN:
                        searches.append(self._search(request))
            for start in range(0, len(requests), BATCH):
                insert_objects(requests[start : start + BATCH])
            for start in range(0, len(searches), BATCH):
                insert_objects(searches[start : start + BATCH])

    def _look_up(self, items: Sequence[AgendaItem]) -> None:
        for batch in in_batches((str(item.pk) for item in items), BATCH):
            shared = SharedInformation.objects.filter(item__in=batch).values_list("item_id", "organisation_id")
            for item_id, organisation_id in shared:
                self._shared[item_id].add(organisation_id)
        for batch in in_batches((str(item.matter_id) for item in items), BATCH):
            parties = CaseParty.objects.filter(matter_id__in=batch).values_list("matter_id", "record_id")
            for matter_id, record_id in parties:
                self._records[matter_id].append(str(record_id))

    def _request(self, item: AgendaItem, organisation: Organisation) -> ResearchRequest:
        chance = self.loading.chance("research", item.listed_at, item.position, organisation.slug)
        due_at = research_due(
            self._rule.params, self._calendar, asked_at=item.listed_at, starts_at=item.session.starts_at
        )
        how = chance.pick(_PAST_OF_ADULTS if organisation.kind == OrganisationKind.ADULTS else _PAST)
        has_shared = organisation.pk in self._shared[item.pk]
        request = ResearchRequest(
            item=item,
            matter_id=item.matter_id,
            organisation=organisation,
            asked_at=item.listed_at,
            due_at=due_at,
            rule_version=self._rule.label,
            state=ResearchState.LAPSED,
        )
        who = self._who[organisation.pk]
        if (how == _NEVER and not has_shared) or not who:
            request.chased, request.chased_at = 1, due_at
            return request
        request.state = ResearchState.ANSWERED if has_shared else ResearchState.NOTHING_KNOWN
        request.answered_at = self._answered_at(request, how == _LATE, item.session.starts_at, chance.randint(5, 90))
        request.answered_by_id = who[0].user_id
        return request

    def _answered_at(self, request: ResearchRequest, is_late: bool, starts_at: datetime, minutes: int) -> datetime:
        if is_late:
            return min(
                request.due_at + timedelta(minutes=minutes), max(starts_at, request.due_at + timedelta(minutes=1))
            )
        return max(request.asked_at + timedelta(minutes=1), request.due_at - timedelta(minutes=minutes))

    def _search(self, request: ResearchRequest) -> ResearchSearch:
        usual = self._rule.params.systems.get(request.organisation.kind, ("Case management",))
        return ResearchSearch(
            request=request,
            matter_id=request.matter_id,
            systems=list(usual),
            records=self._records[request.matter_id],
            by_id=request.answered_by_id,
            at=request.answered_at,
        )


class _Coming:
    """Lets representatives, IDVAs and the police do some of their part before the coming sessions, and chases one."""

    def __init__(self, loading: Loading) -> None:
        self.loading = loading

    def prepare(self) -> None:
        self._settle_times()
        rows = AgendaItem.objects.filter(state=ItemState.LISTED, research__isnull=False).distinct()
        items = list(rows.select_related("matter__area").order_by("session__starts_at", "position", "pk"))
        for item in items:
            self._say_what_she_wants(item)
            keep_facts(self.loading, item)
        for kind in self.loading.staff.organisations:
            for representative in self.loading.staff.all(kind, Role.MARAC_REPRESENTATIVE)[:1]:
                self._answer(kind, representative)
        coordinator = self.loading.staff.one("marac_team", Role.MARAC_COORDINATOR)
        owing = ResearchRequest.objects.filter(
            state=ResearchState.WAITING, organisation__kind=OrganisationKind.ADULTS, item__state=ItemState.LISTED
        )
        for request in owing.order_by("due_at", "pk")[:1]:
            marac.chase(request=request, by=coordinator)

    def _settle_times(self) -> None:
        """Due from the time at which each is meant to have been asked."""
        rule, calendar = research_rules(self.loading.area, self.loading.city.until), calendar_for(self.loading.area)
        waiting = list(ResearchRequest.objects.filter(state=ResearchState.WAITING).select_related("item__session"))
        for request in waiting:
            session = request.item.session
            request.due_at = research_due(
                rule.params,
                calendar,
                asked_at=request.asked_at,
                starts_at=session.starts_at,
                closes_at=session.closes_at,
            )
        rewrite(waiting, ["due_at"])

    def _answer(self, kind: str, representative: Actor) -> None:
        waiting = research_of_agency(representative).filter(state=ResearchState.WAITING)
        for request in waiting.order_by("due_at", "pk"):
            chance = self.loading.chance("answers", kind, request.matter.case.reference)
            if not chance.yes(_ANSWERED.get(kind, _MOST)):
                continue
            if kind in _FOUND and chance.yes(0.4):
                what, text = _FOUND[kind]
                marac.add_entry(request=request, kind=what, text=text, by=representative)
                if chance.yes(0.15):
                    self._keep_back(request, representative)
            else:
                systems = systems_of_agency(representative, self.loading.area) or ["Case management"]
                marac.say_nothing_known(request=request, systems=systems, by=representative)

    def _keep_back(self, request: ResearchRequest, representative: Actor) -> None:
        marac.add_entry(
            request=request,
            kind="information",
            text="A colleague of ours is a cousin of the perpetrator.",
            agency_only=True,
            why_not_shared="About a member of our staff, and no part of the risk",
            by=representative,
        )

    def _say_what_she_wants(self, item: AgendaItem) -> None:
        chance = self.loading.chance("her words", item.listed_at, item.position)
        if not chance.yes(0.6):
            return
        idva = self.loading.staff.one("idva_service", Role.IDVA, turn=item.position)
        words = marac.HerWords(
            wants="To stay at home, and that the school is told.",
            fears="That word of the session gets around in the family.",
            interpreter="no",
            agrees=chance.choice(("yes", "yes", "no", "unsafe")),
            not_to_be_said="That the number has changed." if chance.yes(0.5) else "",
        )
        marac.save_idva_record(matter=item.matter, words=words, version=0, by=idva)


def keep_facts(loading: Loading, item: AgendaItem) -> None:
    """The officer notes bail, a hearing or an order; of some cases, a safeguarding referral and where he is.

    Nothing where the case is closed to them: of a city whose last day lies weeks back, its session has passed by now.
    """
    representative = loading.staff.one("police", Role.MARAC_REPRESENTATIVE)
    if not is_open(representative, item.matter_id):
        return
    chance = loading.chance("facts", item.listed_at, item.position)
    case = Case.objects.select_related("matter__area").get(matter_id=item.matter_id)
    day = today()
    kind, text, order_kind = chance.choice(_FACTS)
    on = day + timedelta(days=chance.choice((-3, 1, 6, 12, 40, 90)))
    entered = [FactValues(kind, text, day - timedelta(days=2), on, order_kind)]
    if chance.yes(0.6):
        entered.append(FactValues("whereabouts", "At a relative’s since the arrest", day - timedelta(days=2)))
    if chance.yes(0.6):
        to = "Children’s services, by the officer who attended"
        entered.append(FactValues("children", to, day, day - timedelta(days=4), answer="yes"))
    for one in entered:
        fact_services.enter_fact(case=case, values=one, by=representative)
