"""The MARAC's year: referrals in the order in which they came, sessions, and what happened before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from wraparound.demo.city import plants, stories
from wraparound.demo.city.chance import LONDON, Chance, moment
from wraparound.demo.city.dealing import MaracCases, reasons_of
from wraparound.demo.city.figures import Figures
from wraparound.demo.city.incidents import Incident, IncidentMaker
from wraparound.demo.city.people import Family, Human, Population
from wraparound.demo.city.plants import Holder
from wraparound.demo.city.stories import Calendar, Journey, Sessions
from wraparound.demo.city.truth import Again, Truth

_KNOWN_TO_POLICE = 0.7  # of those whom other agencies refer
_SETTLED = timedelta(days=24)  # after a session, before the same two are referred again
_AFTER = {"again": 10, "joined": 7, "reversed": 3, "other_perpetrator": 3, "other_victim": 2, "nothing": 75}
_EARLIER_INCIDENTS = {0: 45, 1: 24, 2: 17, 3: 9, 5: 5}
_CRIMINAL_KINDS = {"physical", "sexual", "violent_threatening"}
_CRIMINAL_FLAGS = {"strangulation", "weapon", "stalking", "breach_of_order", "forced_marriage", "fgm"}
# Who refers what is still on its way: a mixture in which every agency finds something of its own.
_PRESENT_KINDS = ("police", "housing", "police", "idva_service", "police", "health", "children", "police", "housing")
ROLES = ("victim", "perpetrator")
_HEARD_EARLIER = 2  # of those heard lately: some days ago, so that promises made there are late by now
_ASKED = 0.84  # the ethnic group, in cases that no share counts
_LAPSED = 0.012  # of the referrals: heard more than a year before the further incident


def referrals_for(figures: Figures, scale: float) -> int:
    """How many referrals the year has: as the figures say, or as many as it takes for the cases that are heard."""
    if figures.marac_cases is None:
        return round(figures.marac_referrals * scale)
    wanted = round(figures.marac_cases * scale)
    referrals = wanted
    while (missing := wanted - _heard_of(figures, referrals)) > 0:
        referrals += max(1, round(missing))
    return referrals


def _heard_of(figures: Figures, referrals: int) -> float:
    """How many of so many referrals are heard in the year."""
    stages = stories.present_stages(referrals)
    history = referrals - len(stages)
    return stages.count("heard") + (history - min(history, round(referrals * _LAPSED))) * (1 - figures.marac_not_listed)


class MaracPlan:
    """Makes the referrals, and the police incidents that belong to them."""

    def __init__(
        self,
        figures: Figures,
        calendar: Calendar,
        population: Population,
        maker: IncidentMaker,
        first: date,
        truth: Truth,
    ) -> None:
        self.figures = figures
        self.calendar = calendar
        self.population = population
        self.maker = maker
        self.first = first
        self.truth = truth
        self.journeys: list[Journey] = []
        self.incidents: list[Incident] = []
        self._sessions = Sessions(calendar)
        self._again: list[tuple[Again, Incident | None]] = []
        self._closed: list[Journey] = []  # to which a repeat may still come
        self._room = 0
        self._by_key: dict[str, Journey] = {}
        self._cases = MaracCases(figures)

    def carry_out(self, chance: Chance, referrals: int, *, room_for: int) -> None:
        """Plan so many referrals, with at most `room_for` police incidents among all their families."""
        self._room = room_for
        stages = stories.present_stages(referrals)
        history = referrals - len(stages)
        lapsed = min(history, round(referrals * _LAPSED))
        ends = min(self.calendar.recent, default=self.calendar.until)
        for _ in range(lapsed):
            self._lapsed(chance)
        for when in self._history_days(chance, history - lapsed, ends):
            self._history(chance, when, ends)
        for number, stage in enumerate(stages):
            self._present(chance, stage, _PRESENT_KINDS[number % len(_PRESENT_KINDS)], number - stages.index(stage))
        self._happened_after(chance)

    def tell_truth(self) -> None:
        """Write what was planted, once the incidents have their references."""
        for entry, incident in self._again:
            if incident:
                entry = replace(entry, incident=incident.ref, is_criminal_type=_is_criminal(incident))
            self.truth.again.append(entry)
        with_incidents = {human.ref for incident in self.incidents for human in incident.everyone}
        for journey in self.journeys:
            own_refs = (journey.victim_ref, journey.perpetrator_ref)
            for police_ref, own_ref, role in zip(journey.family.pair, own_refs, ROLES, strict=True):
                if police_ref in with_incidents:
                    self.truth.hold(police_ref, Holder("police", police_ref), "as_it_is")
                self.truth.hold(police_ref, Holder(journey.kind, own_ref), journey.how_held[role])
            for number, child in enumerate(journey.named_children, start=1):
                if child.human.ref in with_incidents:
                    self.truth.hold(child.human.ref, Holder("police", child.human.ref), "as_it_is")
                self.truth.hold(child.human.ref, Holder(journey.kind, journey.child_ref(number)), "as_it_is")

    # --- the past -------------------------------------------------------------------------------------------

    def _history_days(self, chance: Chance, number: int, ends: date) -> list[datetime]:
        last = ends - timedelta(days=6)
        return sorted(stories.received_between(chance, self.first, last) for _ in range(number))

    def _history(self, chance: Chance, when: datetime, ends: date) -> None:
        earlier = self._may_come_again(chance, when)
        stage = self._cases.stage(chance, earlier is not None)
        session = self._sessions.first_after(_day(when), ends) if stage == "closed" else None
        if stage == "closed" and session is None:
            stage = "not_listed"
        journey = self._journey(chance, when, stage, session, earlier)
        if stage == "closed":
            self._closed.append(journey)

    def _may_come_again(self, chance: Chance, when: datetime) -> Journey | None:
        """An earlier case that this referral is a repeat of: of the same two, heard some weeks ago."""
        if not self._cases.is_repeat(chance):
            return None
        settled = [j for j in self._closed if j.session_on and j.session_on + _SETTLED < _day(when)]
        if not settled:  # in the first weeks of the year there is none yet
            self._cases.note_no_repeat()
            return None
        earlier = chance.choice(settled[-400:])
        self._closed.remove(earlier)
        return earlier

    def _lapsed(self, chance: Chance) -> None:
        """A case heard more than a year ago, whose people are in a police file again now: no repeat any more."""
        days = [day for day in self.calendar.past if 372 <= (self.calendar.until - day).days <= 425]
        if not days:
            return
        session = self._sessions.take(chance.choice(days))
        when = moment(session - timedelta(days=4), time(chance.randint(9, 15)))
        journey = self._journey(chance, when, "closed", session, None)
        on = chance.day_between(self.calendar.until - timedelta(days=5), self.calendar.until - timedelta(days=3))
        incident = self._incident(chance, journey.family, self.maker.reported_on(chance, on))
        if incident and journey.known_to_police:
            self._remember("lapsed", journey, on, incident)

    # --- what is still on its way ---------------------------------------------------------------------------

    def _present(self, chance: Chance, stage: str, kind: str, number: int) -> None:
        """One that is on its way; `number` counts those of the same stage."""
        until = self.calendar.until
        session: date | None = None
        if stage == "listed":
            next_ones = dict(zip(self.calendar.planned, (60, 27, 13), strict=False))
            free = {day: weight for day, weight in next_ones.items() if self._sessions.room(day)}
            session = self._sessions.take(chance.pick(free or next_ones))
        elif stage == "heard":
            days = self.calendar.recent
            emptiest = min(days, key=lambda day: (self._sessions.load[day], -day.toordinal()))
            before = [day for day in self.calendar.past if (until - day).days >= 6]
            session = self._sessions.take(before[-1] if number < _HEARD_EARLIER and before else emptiest)
        newest = {"received": (1, 2), "challenged": (4, 6), "not_listed": (4, 8), "accepted": (2, 3), "listed": (2, 4)}
        low, high = newest.get(stage, (0, 0))
        base = session if stage == "heard" and session else until
        if stage == "heard":
            low, high = 2, 4
        when = stories.received_between(chance, base - timedelta(days=high), base - timedelta(days=low))
        earlier = self._may_come_again(chance, when) if stage in ("received", "listed") else None
        self._journey(chance, when, stage, session, earlier, is_present=True, kind=kind)

    # --- one referral ---------------------------------------------------------------------------------------

    def _journey(
        self,
        chance: Chance,
        when: datetime,
        stage: str,
        session: date | None,
        earlier: Journey | None,
        *,
        is_present: bool = False,
        kind: str = "",
    ) -> Journey:
        kind = kind or chance.pick(self.figures.referring)
        is_counted = stage in ("closed", "heard") and session is not None and session > self.first
        family = self._family(chance, earlier, session if is_counted else None)
        known = earlier.known_to_police if earlier else kind == "police" or chance.yes(_KNOWN_TO_POLICE)
        if not known and kind == "police":
            kind = "idva_service"
        if known and not earlier and self._room <= 0:
            kind, known = ("idva_service", False)
        before = self._before(chance, family, when, kind, earlier) if known else []
        reasons = self._reasons(chance, kind, earlier, len(before), is_counted)
        if before and "dara_high" in reasons:
            before[-1].grade = "high"
        journey = Journey(
            key=f"R{len(self.journeys) + 1:05d}",
            family=family,
            kind=kind,
            received_at=when,
            stage=stage,
            session_on=session,
            reasons=reasons,
            ticks=stories.ticks_for(chance, kind, reasons),
            victim=family.victim,
            perpetrator=family.perpetrator,
            known_to_police=known,
            is_present=is_present,
            repeat_of=earlier.key if earlier else "",
            asked_ethnicity=self._cases.ethnicity_is_known(chance) if is_counted else chance.yes(_ASKED),
        )
        self._hold(chance, journey)
        stories.write_texts(chance, journey)
        stories.settle(chance, journey, self.calendar)
        stories.write_session(chance, journey, self.calendar)
        if earlier:
            self._tell_of_repeat(chance, journey, earlier, before)
        self.journeys.append(journey)
        self._by_key[journey.key] = journey
        return journey

    def _hold(self, chance: Chance, journey: Journey) -> None:
        """The two as the referrer has them: under the same references as before where it referred them before."""
        before = self._referred_before(journey)
        if before:
            journey.held_since = before.held_since or before.key
            journey.victim, journey.perpetrator = before.victim, before.perpetrator
            journey.how_held = before.how_held
            return
        places = self.population.places
        for role in ROLES:
            held: Human = getattr(journey, role)
            what = "as_it_is"
            if journey.known_to_police and journey.kind != "police":
                held, what = plants.held_otherwise(chance, held, places)
            setattr(journey, role, held)
            journey.how_held[role] = what

    def _family(self, chance: Chance, earlier: Journey | None, heard_on: date | None) -> Family:
        """The family of an earlier case, or a new one; the cases heard in the year keep the published shares."""
        if earlier is None:
            case = self._cases if heard_on else None
            return self.population.family(chance, for_marac=True, case=case, on=heard_on)
        if heard_on:
            self._cases.note(earlier.family, heard_on)
        return earlier.family

    def _reasons(
        self, chance: Chance, kind: str, earlier: Journey | None, incidents: int, is_counted: bool
    ) -> tuple[str, ...]:
        dealt = self._cases.reason(chance, kind) if is_counted and not earlier else ""
        weights = self.figures.marac_reasons
        own = {reason: weights[reason] for reason in reasons_of(kind, weights)}
        return stories.reasons_for(chance, own, earlier is not None, incidents, dealt)

    def _referred_before(self, journey: Journey) -> Journey | None:
        earlier = self._by_key.get(journey.repeat_of)
        while earlier is not None and earlier.kind != journey.kind:
            earlier = self._by_key.get(earlier.repeat_of)
        return earlier

    def _before(
        self, chance: Chance, family: Family, when: datetime, kind: str, earlier: Journey | None
    ) -> list[Incident]:
        """The police incidents that led to it: the last one just before."""
        far = 2 if kind == "police" else 35
        last = when - timedelta(days=chance.randint(0, far), hours=chance.randint(3, 20))
        if earlier:
            if kind != "police" and chance.yes(0.35):
                return []  # an agency tells of it; the police don't know
            earliest = datetime.combine(earlier.session_on or _day(when), time(18), tzinfo=LONDON) + timedelta(days=1)
            found = self._incident(chance, family, max(last, earliest))
            return [found] if found else []
        many = chance.pick(_EARLIER_INCIDENTS)
        times = [last - timedelta(days=chance.randint(6, 300)) for _ in range(many)]
        grade = "high" if kind == "police" and chance.yes(0.45) else ""
        made = [self._incident(chance, family, each) for each in sorted(times) if _day(each) >= self.first]
        # The officer who refers has asked who lives there: the children are in the force's file.
        flags = ("child_present",) if kind == "police" and family.children else ()
        made.append(self._incident(chance, family, last, grade=grade, flags=flags))
        return [incident for incident in made if incident]

    def _incident(
        self,
        chance: Chance,
        family: Family,
        when: datetime,
        *,
        grade: str = "",
        reversed_roles: bool = False,
        flags: Sequence[str] = (),
    ) -> Incident | None:
        if self._room <= 0:
            return None
        self._room -= 1
        incident = self.maker.at(chance, family, when, grade=grade, reversed_roles=reversed_roles, flags=flags)
        self.incidents.append(incident)
        return incident

    def _tell_of_repeat(self, chance: Chance, journey: Journey, earlier: Journey, before: list[Incident]) -> None:
        incident = before[-1] if before else None
        if incident is None:
            start = (earlier.session_on or self.first) + timedelta(days=2)
            journey.told_of_further = chance.day_between(start, _day(journey.received_at))
        on = _day(incident.occurred_from) if incident else journey.told_of_further
        self._remember("repeat", earlier, on or _day(journey.received_at), incident, journey.key)

    # --- what came after a case was heard -------------------------------------------------------------------

    def _happened_after(self, chance: Chance) -> None:
        again = {journey.repeat_of for journey in self.journeys}
        for journey in list(self.journeys):
            heard = journey.stage in ("closed", "heard") and journey.session_on and journey.known_to_police
            if not heard or journey.key in again or (self.calendar.until - _heard(journey)).days > 360:
                continue
            what = chance.pick(_AFTER)
            if what == "joined":
                self._joined(chance, journey)
            elif what != "nothing":
                self._later(chance, journey, what)

    def _joined(self, chance: Chance, journey: Journey) -> None:
        """Another incident between referral and hearing: it belongs to the case that is listed already."""
        when = journey.received_at + timedelta(hours=chance.randint(4, 16))
        if _day(when) >= _heard(journey):
            return
        incident = self._incident(chance, journey.family, when)
        if incident:
            self._remember("joined", journey, _day(incident.occurred_from), incident)

    def _later(self, chance: Chance, journey: Journey, what: str) -> None:
        first = _heard(journey) + timedelta(days=9)
        last = self.calendar.until - timedelta(days=2)
        if first > last:
            return
        on = self.maker.day(chance, first, min(last, _heard(journey) + timedelta(days=300)))
        family = journey.family
        if what == "other_perpetrator":
            family = replace(family, perpetrator=self.population.stranger(chance, family.perpetrator), children=[])
        elif what == "other_victim":
            family = replace(family, victim=self.population.stranger(chance, family.victim), children=[])
        incident = self._incident(chance, family, self.maker.reported_on(chance, on), reversed_roles=what == "reversed")
        if incident:
            self._remember("repeat" if what == "again" else what, journey, on, incident)

    def _remember(self, what: str, case: Journey, on: date, incident: Incident | None, referral: str = "") -> None:
        victim, perpetrator = case.family.pair if case.known_to_police else (case.victim_ref, case.perpetrator_ref)
        entry = Again(what, case.key, victim, perpetrator, _heard(case), on, referral=referral)
        self._again.append((entry, incident))


def _day(when: datetime) -> date:
    return when.astimezone(LONDON).date()


def _heard(journey: Journey) -> date:
    return journey.session_on or _day(journey.received_at)


def _is_criminal(incident: Incident) -> bool:
    """Whether it is of the kind that the older definition of a repeat asks for (domain rules 1.5)."""
    return incident.is_crime or bool(_CRIMINAL_KINDS & set(incident.kinds) or _CRIMINAL_FLAGS & set(incident.flags))
