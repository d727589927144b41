"""Who comes to MARAC, when, through whom, and how it went on: the plan that the loading carries out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from wraparound.demo.city import writing
from wraparound.demo.city.chance import Chance, moment
from wraparound.demo.city.people import Child, Family, Human

ENDINGS = {"done": 66, "done_late": 14, "no_longer": 7, "not_done": 6, "declined": 4, "claimed": 0, "overdue": 3}
LATE_KINDS = ("adults", "housing")
"""Who are late at the end; adult social care the most, as in the paper (Scrutiny pack 17 February 2023, l. 2754)."""
TELLINGS = {"told": 82, "unreachable": 7, "unsafe": 5, "does_not_want": 6}


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment: whose, what, by when, and what became of it."""

    kind: str  # the kind of organisation
    what: str
    made_on: date
    due_on: date
    ending: str  # of ENDINGS, or open, claimed, proposed
    ended_on: date | None
    words: str  # evidence or reason


@dataclass(slots=True)
class Journey:
    """One referral's way, as far as it has come."""

    key: str
    family: Family
    kind: str  # of the organisation that refers
    received_at: datetime
    stage: str  # received, challenged, not_listed, accepted, listed, heard, closed
    session_on: date | None
    reasons: tuple[str, ...]
    ticks: int | None
    victim: Human
    perpetrator: Human
    known_to_police: bool
    is_present: bool
    repeat_of: str = ""
    told_of_further: date | None = None  # further abuse that the referrer tells of, beside any police incident
    how_held: dict[str, str] = field(default_factory=dict)
    aware: bool = True
    consent: str = "yes"
    texts: dict[str, str] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    shared: list[tuple[str, str, bool]] = field(default_factory=list)  # kind, text, is opinion
    telling: str = "told"
    is_assessed: bool = False
    asked_ethnicity: bool = True  # the referrer asked, and was told
    held_since: str = ""  # key of the referral with which the referrer's own records of the two began

    @property
    def victim_ref(self) -> str:
        """The reference of the record of the victim that the referral makes (another's if it was made there)."""
        return f"marac:{self.held_since or self.key}:victim"

    @property
    def perpetrator_ref(self) -> str:
        """The same of the perpetrator."""
        return f"marac:{self.held_since or self.key}:perpetrator-1"

    @property
    def named_children(self) -> list[Child]:
        """The children whom the referrer names; the police's are in their files already."""
        return [] if self.kind == "police" else self.family.children

    def child_ref(self, number: int) -> str:
        """The same of a child, counted from 1."""
        return f"marac:{self.held_since or self.key}:child-{number}"


@dataclass(frozen=True)
class Calendar:
    """When the MARAC sits, and how many cases it takes."""

    until: date
    days: Sequence[date]  # sessions, past and to come, in order
    capacity: int
    core_kinds: Sequence[str]

    @property
    def past(self) -> list[date]:
        """Sessions that have been held."""
        return [day for day in self.days if day < self.until]

    @property
    def coming(self) -> list[date]:
        """Sessions to come, today's first."""
        return [day for day in self.days if day >= self.until]

    @property
    def planned(self) -> list[date]:
        """Those of the next four weeks: sessions are planned so far ahead."""
        return [day for day in self.coming if (day - self.until).days <= 28]

    @property
    def recent(self) -> list[date]:
        """Sessions of the past eight days, and the last one in any case."""
        return [day for day in self.past if (self.until - day).days <= 8] or self.past[-1:]


PRESENT = (("received", 6), ("challenged", 1), ("not_listed", 2), ("accepted", 3), ("listed", 15), ("heard", 13))
"""What stands open on the last day, of a city at small scale."""


def present_stages(referrals: int) -> list[str]:
    """The stages of the referrals that are still on their way: few of few referrals, more of many."""
    planned = sum(number for _, number in PRESENT)
    factor = referrals / planned if referrals < planned else min(2.5, max(1.0, referrals / 700))
    stages = [stage for stage, number in PRESENT for _ in range(max(1, round(number * factor)))]
    return stages[:referrals]


def reasons_for(
    chance: Chance, weights: Mapping[str, float], is_repeat: bool, incidents: int, dealt: str = ""
) -> tuple[str, ...]:
    """The referrer's reasons, of the form's list: `dealt` first where it is given, else by the weights."""
    first = dealt or chance.pick(weights)
    reasons = {"repeat"} if is_repeat else {first}
    if is_repeat and first != "other" and chance.yes(0.4):
        reasons.add(first)
    if incidents >= 3:
        reasons.add("potential_escalation")
    order = ("visible_high_risk", "dara_high", "professional_judgement", "potential_escalation", "repeat", "other")
    return tuple(reason for reason in order if reason in reasons) or ("professional_judgement",)


def ticks_for(chance: Chance, kind: str, reasons: Sequence[str]) -> int | None:
    """Ticks of the Dash that came with it, or None where none was completed (as in three of ten)."""
    if kind == "police":
        return None
    if "visible_high_risk" in reasons:
        return chance.randint(14, 21)
    return chance.randint(6, 13) if chance.yes(0.7) else None


def write_texts(chance: Chance, journey: Journey) -> None:
    """What the referrer wrote, and whether she knows of it."""
    words = writing.words_for(journey.victim.sex, journey.perpetrator.sex)
    words |= {"V": journey.victim.name.given, "P": journey.perpetrator.name.given}
    journey.aware = chance.yes(0.88)
    journey.consent = chance.choice(("yes", "yes", "yes", "no")) if journey.aware else "not_sought"
    chosen = {
        "narrative": chance.choice(writing.NARRATIVES),
        "judgement": chance.choice(writing.JUDGEMENTS) if "professional_judgement" in journey.reasons else "",
        "why_not_aware": "" if journey.aware else writing.WHY_NOT_AWARE,
        "afraid_of": chance.choice(writing.AFRAID_OF),
        "safe_to_talk_to": chance.choice(writing.SAFE_TO_TALK_TO),
        "not_safe_to_talk_to": chance.choice(writing.NOT_SAFE_TO_TALK_TO),
        "wants": chance.choice(writing.WANTS),
        "screening": chance.choice(writing.SCREENING),
        "not_listed": writing.NOT_LISTED,
        "challenge": writing.CHALLENGE,
        "summary": chance.choice(writing.SUMMARIES),
        "told": chance.choice(writing.TOLD),
        "note": chance.choice(writing.NOTES),
    }
    journey.texts = {name: writing.fill(text, words) for name, text in chosen.items()}
    journey.telling = chance.pick(TELLINGS)
    journey.is_assessed = chance.yes(0.5)


def settle(chance: Chance, journey: Journey, calendar: Calendar) -> None:
    """Of those heard some days ago most survivors were told already; of those heard last, few."""
    if journey.stage == "heard" and journey.session_on is not None:
        since = sum(journey.session_on < day for day in calendar.past)
        if chance.yes(0.85 if since >= 2 else 0.3):
            journey.stage = "closed"


def write_session(chance: Chance, journey: Journey, calendar: Calendar) -> None:
    """What agencies told and promised at the session."""
    if journey.session_on is None:
        return
    words = writing.words_for(journey.victim.sex, journey.perpetrator.sex)
    told = [kind for kind in calendar.core_kinds if kind in writing.SHARED]
    for kind in chance.sample(told, min(len(told), chance.randint(3, 5))):
        journey.shared.append((kind, writing.fill(writing.SHARED[kind], words), False))
    if chance.yes(0.3):
        journey.shared.append((chance.choice(told), writing.fill(chance.choice(writing.OPINIONS), words), True))
    if journey.stage not in ("heard", "closed"):
        return
    owners = [kind for kind in calendar.core_kinds if kind in writing.COMMITMENTS]
    chosen = chance.sample(owners, min(len(owners), chance.randint(2, 5)))
    if journey.is_present:
        chosen += [kind for kind in LATE_KINDS if kind in owners and kind not in chosen]
    for kind in chosen:
        journey.promises.append(_promise(chance, journey, kind, calendar.until, words))


def _promise(chance: Chance, journey: Journey, kind: str, until: date, words: dict[str, str]) -> Promise:
    made_on = journey.session_on or until
    due_on = made_on + timedelta(days=chance.choice((1, 2, 3, 5, 7, 10, 14)))
    ending = chance.pick(ENDINGS)
    is_late = journey.is_present and (until - made_on).days >= 6
    if kind in LATE_KINDS and (is_late or (kind == LATE_KINDS[0] and chance.yes(0.2))):
        ending, due_on = "overdue", made_on + timedelta(days=1)
    elif journey.is_present and ending.startswith("done") and chance.yes(0.55):
        ending, due_on = "open", until + timedelta(days=chance.choice((0, 1, 2, 4, 6)))
    if ending == "overdue" and (until - made_on).days > 60:
        ending = "not_done"
    ended_on: date | None = {
        "done": made_on + timedelta(days=chance.randint(0, (due_on - made_on).days)),
        "done_late": due_on + timedelta(days=chance.randint(1, 9)),
        "declined": made_on + timedelta(days=1),
        "no_longer": due_on,
        "not_done": due_on + timedelta(days=chance.randint(3, 12)),
    }.get(ending)
    if ended_on is not None and ended_on >= until:
        ending, ended_on = _still_open(chance, made_on, until), None
    text = {
        "done": writing.EVIDENCE,
        "done_late": writing.EVIDENCE,
        "declined": writing.DECLINED,
        "no_longer": writing.NO_LONGER,
        "claimed": writing.NO_LONGER,
        "not_done": writing.NOT_DONE,
    }.get(ending, ("",))
    what = chance.choice(writing.COMMITMENTS[kind])
    return Promise(
        kind, writing.fill(what, words), made_on, due_on, ending, ended_on, writing.fill(chance.choice(text), words)
    )


def _still_open(chance: Chance, made_on: date, until: date) -> str:
    if (until - made_on).days <= 2 and chance.yes(0.25):
        return "proposed"
    return "claimed" if chance.yes(0.12) else "open"


class Sessions:
    """Places on the agendas, handed out in order."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.load: Counter[date] = Counter()

    def first_after(self, day: date, before: date) -> date | None:
        """The first session after `day` and before `before` that has room; else the emptiest of the next few."""
        open_days = [session for session in self.calendar.days if day < session < before]
        for session in open_days:
            if self.load[session] < self.calendar.capacity:
                return self.take(session)
        if open_days:
            return self.take(min(open_days[:4], key=lambda session: self.load[session]))
        return None

    def take(self, day: date) -> date:
        """One more case on that day's agenda."""
        self.load[day] += 1
        return day

    def room(self, day: date) -> bool:
        """Whether the agenda has room."""
        return self.load[day] < self.calendar.capacity


def received_between(chance: Chance, first: date, last: date) -> datetime:
    """When a referral comes in: on a weekday, in office hours."""
    for _ in range(50):
        day = chance.day_between(first, last)
        if day.weekday() < 5:
            break
    return moment(day, time(chance.randint(8, 16), chance.randint(0, 59)))
