"""How assessments are shown: rows of the form, the sheet of a signed one, the history in words. Redacted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people import queries as people
from wraparound.foundation.people.models import SourceRecord
from wraparound.foundation.people.presenters.summaries import age_of
from wraparound.kit.jinja import day, moment
from wraparound.response.risk import rules
from wraparound.response.risk.models import Assessment, Grade
from wraparound.response.risk.rules import Answers, Judgement, Question
from wraparound.response.risk.states import AssessmentState

Read = Callable[[str], str]

GRADE_MEANINGS = {
    "standard": "Nothing known now points to serious harm. That is not the same as safe.",
    "medium": "Serious harm is possible, but unlikely unless something changes: a separation, a lost home.",
    "high": "There are signs of serious harm. It could happen at any time, and what it did would be grave.",
}
CHILDREN_LABELS = {"made": "Referral made", "not_needed": "Not needed", "not_made": "Needed, but not made yet"}
SAFE_LABELS = {
    "yes": "It was safe to talk",
    "not_present": "Completed without the victim-survivor: from records and what others said",
    "": "Not recorded",
}
_BARS = {"standard": "▂", "medium": "▅", "high": "█"}


# --- the form -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One question on the form, with what is answered so far."""

    question: Question
    number: str
    options: tuple[tuple[str, str, bool], ...]  # code, label, chosen; none for free text
    text: str
    source: str
    note: str
    depends: str  # "answer-weapons=yes": what it hangs on

    @property
    def has_more(self) -> bool:
        """Whether a source or a note is written."""
        return bool(self.source or self.note)


@dataclass(frozen=True)
class Part:
    """One group of questions: a page of its own, or a section of the one page."""

    index: int
    title: str
    questions: tuple[Question, ...]


def parts_of(questions: Sequence[Question]) -> list[Part]:
    """The questions by group, in the order of the instrument."""
    groups: dict[str, list[Question]] = {}
    for question in questions:
        groups.setdefault(question.group, []).append(question)
    return [Part(index, title, tuple(members)) for index, (title, members) in enumerate(groups.items(), start=1)]


def rows_of(part: Part, questions: Sequence[Question], answers: Answers, read: Read) -> list[Row]:
    """The rows of a part of the form."""
    by_key = {question.key: question for question in questions}
    return [_row(question, by_key, answers, read) for question in part.questions]


def _row(question: Question, by_key: dict[str, Question], answers: Answers, read: Read) -> Row:
    given = answers.get(question.key, {})
    answer = rules.answer_of(answers, question.key)
    own = bool(question.number) and not question.asked_if_item
    return Row(
        question=question,
        number=str(question.number) if own else "",
        options=tuple((c.code, c.label, c.code == answer) for c in question.choices),
        text=read(given.get("answer", "")) if question.kind == rules.FREE else "",
        source=read(given.get("source", "")),
        note=read(given.get("note", "")),
        depends=_depends(question, by_key),
    )


def _depends(question: Question, by_key: dict[str, Question]) -> str:
    if not question.asked_if_item:
        return ""
    codes = [question.asked_if_answer]
    if question.asked_if_answer == rules.YES:
        codes = [choice.code for choice in by_key[question.asked_if_item].choices if choice.affirms]
    return f"answer-{question.asked_if_item}={'|'.join(codes)}"


@dataclass(frozen=True)
class Clash:
    """One part of one answer that two people wrote differently, and which of the two is the likelier to be kept."""

    name: str  # of the choice: "keep-note-weapons"
    label: str
    mine: str
    theirs: str
    keep: str  # "mine", "theirs", or "" where both wrote something


def clashes(questions: Sequence[Question], mine: Answers, theirs: Answers, read: Read) -> list[Clash]:
    """Both versions, part by part. Where only one of the two wrote something, that one is proposed."""
    blank = {"", "Not asked"}
    return [
        Clash(
            name=f"keep-{d.part}-{d.key}",
            label=d.label,
            mine=read(d.mine),
            theirs=read(d.theirs),
            keep="theirs" if d.mine in blank else "mine" if d.theirs in blank else "",
        )
        for d in rules.differences(questions, mine, theirs)
    ]


# --- about one assessment -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Banner:
    """How someone may be reached: the first thing on a page about them."""

    sentence: str
    is_safe: bool
    href: str


def banner_for(actor: Actor, record: SourceRecord) -> Banner:
    """The contact safety of the person whose record this is, as `actor` may know it."""
    advice = people.guidance_for_person(actor, record.person_id)
    return Banner(advice.sentence, advice.is_safe, reverse("people:person", args=[record.person_id]))


def title_of(assessment: Assessment) -> str:
    """Such as "Dash about Amina Noor"."""
    return f"{assessment.instrument_version.instrument.name} about {assessment.subject.full_name}"


def facts_of(assessment: Assessment) -> list[tuple[str, str]]:
    """Who, when and with which version, for the head of a page."""
    version = assessment.instrument_version
    facts = [
        ("Instrument", f"{version.instrument.name}, version {version.version}"),
        ("Assessor", f"{assessment.assessor.name}, {assessment.organisation.short_name}"),
        ("Begun", moment(assessment.started_at)),
    ]
    if assessment.signed_at:
        facts.append(("Signed", moment(assessment.signed_at)))
    facts.append(("Before asking", SAFE_LABELS.get(assessment.safe_to_talk, assessment.safe_to_talk)))
    return facts


def caution_for(record: SourceRecord) -> str:
    """What to mind about someone's age, or ""."""
    return rules.age_caution(age_of(record))


@dataclass(frozen=True)
class SheetRow:
    """One question with its answer, as it stands in a draft or was frozen."""

    number: str
    topic: str
    question: str
    answer: str
    source: str
    note: str
    is_follow_up: bool


@dataclass(frozen=True)
class SheetGroup:
    """The questions of one group."""

    title: str
    rows: tuple[SheetRow, ...]
    href: str = ""  # where they can be changed, in a draft


def sheet_of_signed(assessment: Assessment, read: Read) -> list[SheetGroup]:
    """What was signed, with the questions as they were shown then."""
    frozen: Iterable[dict[str, Any]] = sorted(assessment.answers.values(), key=lambda entry: entry["position"])
    groups: dict[str, list[SheetRow]] = {}
    for entry in frozen:
        is_free = entry["kind"] == rules.FREE
        row = SheetRow(
            number=str(entry["number"]) if entry["number"] and not entry["is_follow_up"] else "",
            topic=entry["topic"],
            question=entry["question"],
            answer=read(entry["answer"]) or "Nothing written" if is_free else entry["label"],
            source=read(entry["source"]),
            note=read(entry["note"]),
            is_follow_up=entry["is_follow_up"],
        )
        groups.setdefault(entry["group"], []).append(row)
    return [SheetGroup(title, tuple(rows)) for title, rows in groups.items()]


def sheet_of_draft(assessment: Assessment, questions: Sequence[Question], read: Read) -> list[SheetGroup]:
    """What would be signed now, with the way back to each group."""
    asked = {question.key for question in rules.asked(questions, assessment.answers)}
    found = []
    for part in parts_of(questions):
        rows = []
        for question in part.questions:
            if question.key not in asked:
                continue
            shown = _row(question, {q.key: q for q in questions}, assessment.answers, read)
            chosen = next((label for _, label, is_chosen in shown.options if is_chosen), "")
            rows.append(
                SheetRow(
                    number=shown.number,
                    topic=question.topic,
                    question=question.wording,
                    answer=chosen or shown.text or "Nothing written",
                    source=shown.source,
                    note=shown.note,
                    is_follow_up=bool(question.asked_if_item),
                )
            )
        href = f"{reverse('risk:form', args=[assessment.pk])}?part={part.index}"
        found.append(SheetGroup(part.title, tuple(rows), href))
    return found


def judgement_rows(judgement: Judgement, read: Read, href: str = "") -> list[tuple[str, str, str]]:
    """The judgement for a summary list: (what, text, where to change it)."""
    rows = [
        ("Grade", Grade(judgement.grade).label if judgement.grade else "Not given yet"),
        ("Professional judgement", read(judgement.judgement_reason)),
        ("Why it is lower than before", read(judgement.lower_reason)),
        ("What the questions missed", read(judgement.missed)),
        (
            "Children's safeguarding referral",
            CHILDREN_LABELS.get(judgement.children_safeguarding, "Not answered yet"),
        ),
        ("About that referral", read(judgement.children_safeguarding_why)),
    ]
    kept = {"Grade", "Professional judgement", "Children's safeguarding referral"}
    return [(label, text, href) for label, text in rows if text or label in kept]


# --- the history --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HistoryRow:
    """One assessment in a list."""

    pk: str
    grade: str
    note: str  # "Dash, 17 yes"
    when: str
    organisation: str
    assessor: str
    reason: str
    state: str
    is_draft: bool
    href: str


def history_row(assessment: Assessment, read: Read) -> HistoryRow:
    """A signed assessment, or a draft of the reader's organisation."""
    is_draft = assessment.state == AssessmentState.DRAFT
    return HistoryRow(
        pk=str(assessment.pk),
        grade="" if is_draft else assessment.grade,
        note=note_of(assessment),
        when=day(assessment.signed_at or assessment.started_at),
        organisation=assessment.organisation.short_name,
        assessor=assessment.assessor.name,
        reason=read(assessment.lower_reason or assessment.judgement_reason),
        state=AssessmentState(assessment.state).label,
        is_draft=is_draft,
        href=reverse("risk:form" if is_draft else "risk:assessment", args=[assessment.pk]),
    )


def note_of(assessment: Assessment) -> str:
    """The instrument, and how many said yes where that is counted: never a total of the DARA."""
    name = assessment.instrument_version.instrument.name
    if assessment.state == AssessmentState.SIGNED and assessment.ticks is not None:
        return f"{name}, {assessment.ticks} yes"
    return name


@dataclass(frozen=True)
class Trend:
    """The grades of a case over time: a line of bars, and the same in words."""

    bars: str
    words: str


def trend_of(assessments: Iterable[Assessment]) -> Trend | None:
    """How the grades of the signed ones among these went, in the order of signing; None where there is none."""
    signed = sorted((a.signed_at, a.grade, note_of(a)) for a in assessments if a.signed_at is not None)
    if not signed:
        return None
    words = ", then ".join(f"{grade} on {day(at)} ({note})" for at, grade, note in signed)
    words = words[:1].upper() + words[1:] + "."
    if len(signed) > 1:
        before, last = (rules.rank(grade) for _, grade, _ in signed[-2:])
        words += (
            " It has risen." if last > before else " It has gone down." if last < before else " It stayed the same."
        )
    bars = "".join(_BARS[grade] for _, grade, _ in signed) if len(signed) > 1 else ""
    return Trend(bars, words)
