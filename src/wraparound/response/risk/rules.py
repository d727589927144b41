"""What answers indicate, why, and what a person may make of it. Pure: facts and rules in, reasons out.

Sources: domain rules 1.1 (only yes counts; don't know and not asked are different things), 1.2 (bands are local),
1.8 (never a probability; below the threshold is never safe), 2 (the DARA is graded by a person, never added up).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from wraparound.response.risk.params import Band, UndergradingPrompt

YES, NO, DONT_KNOW, NOT_ASKED = "yes", "no", "dont_know", "not_asked"
GRADES = ("standard", "medium", "high")  # from the lowest up
PARTS = ("answer", "source", "note")
FREE = "free"

NOT_SAFE = (
    "Below the threshold does not mean safe. People have been killed after assessments with few yes answers: go by "
    "everything that you know, and refer on your judgement alone where you are worried."
)
NO_TOTAL = (
    "The DARA is not added up, and no number of answers makes anyone safe. The grade is yours, from everything "
    "that you know."
)
NOT_A_CHANCE = "A count is not a chance: it says what was found, not how likely harm is."

Entry = Mapping[str, str]
Answers = Mapping[str, Entry]


@dataclass(frozen=True)
class Choice:
    """One answer that a question has. `affirms`: it says that what the topic names is there."""

    code: str
    label: str
    affirms: bool = False


UNKNOWN_CHOICES = (Choice(DONT_KNOW, "Don't know"), Choice(NOT_ASKED, "Not asked"))


@dataclass(frozen=True)
class Question:
    """One item of an instrument's version, as the rules need it. `choices` is empty for free text."""

    key: str
    number: int
    topic: str
    kind: str
    choices: tuple[Choice, ...] = ()
    is_counted: bool = False
    asked_if_item: str = ""
    asked_if_answer: str = ""
    group: str = ""
    hint: str = ""
    wording: str = ""  # licensed, where the deploying authority loaded it
    is_provisional: bool = False

    @property
    def numbered(self) -> str:
        """The topic with its number, where it is one of the instrument's own questions."""
        return f"{self.number}. {self.topic}" if self.number and not self.asked_if_item else self.topic

    def label_of(self, answer: str) -> str:
        """How an answer reads."""
        if self.kind == FREE:
            return answer
        return next((choice.label for choice in self.choices if choice.code == answer), answer)


def answer_of(answers: Answers, key: str) -> str:
    """The answer to an item; not asked where there is none."""
    return answers.get(key, {}).get("answer", "") or NOT_ASKED


def affirms(question: Question, answers: Answers) -> bool:
    """Whether what the topic names is there: yes, or any frequency but never."""
    given = answer_of(answers, question.key)
    return any(choice.affirms for choice in question.choices if choice.code == given)


def is_unknown(question: Question, answers: Answers) -> bool:
    """Whether nobody knows: not asked, or asked and not known."""
    return answer_of(answers, question.key) in (DONT_KNOW, NOT_ASKED)


# --- which questions are asked ------------------------------------------------------------------------------


def asked(questions: Sequence[Question], answers: Answers) -> list[Question]:
    """The questions that these answers leave open, in order: what hangs on an answer is asked only with it."""
    by_key = {question.key: question for question in questions}

    def is_asked(question: Question) -> bool:
        if not question.asked_if_item:
            return True
        parent = by_key[question.asked_if_item]
        given = answer_of(answers, parent.key)
        met = given == question.asked_if_answer or (question.asked_if_answer == YES and affirms(parent, answers))
        return met and is_asked(parent)

    return [question for question in questions if is_asked(question)]


def cleaned(questions: Sequence[Question], answers: Answers) -> dict[str, dict[str, str]]:
    """The answers in the one form in which they are kept: nothing empty, nothing stale, nothing unknown.

    An answer to a question that is no longer asked goes with its source and note. Free text without words, and a
    question without answer, source and note, leave no trace: both read as not asked.
    """
    kept: dict[str, dict[str, str]] = {}
    for question in asked(questions, answers):
        given = answers.get(question.key, {})
        entry = {part: given.get(part, "") for part in PARTS if given.get(part, "")}
        if entry.get("answer") == NOT_ASKED:
            del entry["answer"]
        if entry:
            kept[question.key] = entry
    return kept


def mistake_in(questions: Sequence[Question], answers: Answers) -> str:
    """A sentence about the first answer that can't be one, or ""."""
    by_key = {question.key: question for question in questions}
    for key, entry in answers.items():
        question = by_key.get(key)
        if question is None:
            return f"There is no question {key} in this version of the assessment."
        given = entry.get("answer", "")
        if question.kind != FREE and given and given not in {choice.code for choice in question.choices}:
            return f"“{given}” is no answer to “{question.numbered}”."
    return ""


@dataclass(frozen=True)
class FieldDifference:
    """One part of one answer that two people wrote differently."""

    key: str
    part: str
    label: str
    mine: str
    theirs: str


def differences(questions: Sequence[Question], mine: Answers, theirs: Answers) -> list[FieldDifference]:
    """Where two sets of answers differ, part by part, in words."""
    found = []
    for question in questions:
        for part in PARTS:
            texts = [_part(question, answers, part) for answers in (mine, theirs)]
            if texts[0] != texts[1]:
                name = "" if part == "answer" else f": {part}"
                found.append(FieldDifference(question.key, part, f"{question.numbered}{name}", *texts))
    return found


def _part(question: Question, answers: Answers, part: str) -> str:
    if part == "answer" and question.kind != FREE:
        return question.label_of(answer_of(answers, question.key))
    return answers.get(question.key, {}).get(part, "")


# --- counting and grading -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """How many counted questions were answered how. Four different things."""

    yes: int
    no: int
    dont_know: int
    not_asked: int

    @property
    def unknown(self) -> int:
        """Questions whose answer could still be yes."""
        return self.dont_know + self.not_asked

    @property
    def in_words(self) -> str:
        """ "17 yes, 2 no, 3 don't know, 2 not asked"."""
        return f"{self.yes} yes, {self.no} no, {self.dont_know} don't know, {self.not_asked} not asked"


def count(questions: Sequence[Question], answers: Answers) -> Counts:
    """Count the answers to the counted questions. Only yes is a tick."""
    given = [answer_of(answers, question.key) for question in asked(questions, answers) if question.is_counted]
    numbers = {code: given.count(code) for code in (YES, NO, DONT_KNOW, NOT_ASKED)}
    return Counts(numbers[YES], numbers[NO], numbers[DONT_KNOW], numbers[NOT_ASKED])


def band_of(bands: Sequence[Band], ticks: int) -> Band | None:
    """The band with the highest start that `ticks` reaches; None below the lowest."""
    reached = [band for band in bands if ticks >= band.from_ticks]
    return max(reached, key=lambda band: band.from_ticks, default=None)


def rank(grade: str) -> int:
    """The place of a grade from the lowest up; -1 where there is none."""
    return GRADES.index(grade) if grade in GRADES else -1


@dataclass(frozen=True)
class Prompt:
    """Where under-grading is known: fired, or waiting for an answer that would make it fire."""

    code: str
    text: str
    fired: bool
    because: tuple[str, ...]  # topics that are there
    to_ask: tuple[str, ...]  # topics that nobody knows yet
    is_provisional: bool


@dataclass(frozen=True)
class GradingRules:
    """The rule set in force, as the rules need it."""

    label: str
    prompts: tuple[UndergradingPrompt, ...]
    bands: tuple[Band, ...] = ()  # none where the instrument is never added up
    provisional: frozenset[str] = frozenset()  # grades, and codes of prompts, that no source was seen for


def prompts_of(rules: GradingRules, questions: Sequence[Question], answers: Answers) -> list[Prompt]:
    """The prompts that these answers fire, and those that wait for an answer."""
    by_key = {question.key: question for question in questions}
    found = []
    for prompt in rules.prompts:
        items = [by_key[key] for key in prompt.items if key in by_key]
        if not items or len(items) < len(prompt.items):
            continue  # written for another instrument or version
        there = tuple(item.topic for item in items if affirms(item, answers))
        unknown = tuple(item.topic for item in items if is_unknown(item, answers))
        fired = len(there) == len(items)
        if fired or (there and len(there) + len(unknown) == len(items)):
            doubtful = prompt.code in rules.provisional
            found.append(Prompt(prompt.code, prompt.text, fired, there, unknown, doubtful))
    return found


@dataclass(frozen=True)
class Explanation:
    """What the answers say by the rules, with all reasons: the page, the log and the frozen row show the same."""

    counts: Counts | None  # None where the instrument is never added up
    unknown: int  # questions not asked or not known
    grade: str  # that the ticks indicate; "" where nothing does
    is_settled: bool  # whether what is not known could no longer raise it
    from_ticks: int | None
    yes_topics: tuple[str, ...]
    prompts: tuple[Prompt, ...]
    sentences: tuple[str, ...]
    cautions: tuple[str, ...]  # always shown with it
    rule: str
    is_provisional: bool

    def as_data(self) -> dict[str, Any]:
        """Plain values, to be kept with the assessment."""
        return asdict(self)


def explain(questions: Sequence[Question], answers: Answers, rules: GradingRules) -> Explanation:
    """What the answers indicate by the rules, and why."""
    own = [q for q in asked(questions, answers) if q.number and not q.asked_if_item and q.kind != FREE]
    unknown = sum(is_unknown(question, answers) for question in own)
    counts = count(questions, answers) if rules.bands else None
    band = band_of(rules.bands, counts.yes) if counts else None
    reach = band_of(rules.bands, counts.yes + counts.unknown) if counts else None
    is_top = band is not None and band.from_ticks == max(b.from_ticks for b in rules.bands)
    if counts is None:
        sentences = [f"{_questions(unknown)} not asked or not known."] if unknown else []
    else:
        sentences = _sentences(rules.bands, band, counts)
    return Explanation(
        counts=counts,
        unknown=unknown,
        grade=band.grade if band else "",
        is_settled=reach == band,
        from_ticks=band.from_ticks if band else None,
        yes_topics=tuple(question.numbered for question in own if affirms(question, answers)),
        prompts=tuple(prompts_of(rules, questions, answers)),
        sentences=tuple(sentences),
        cautions=(NO_TOTAL,) if counts is None else (NOT_A_CHANCE,) if is_top else (NOT_SAFE, NOT_A_CHANCE),
        rule=rules.label,
        is_provisional=band is not None and band.grade in rules.provisional,
    )


def _sentences(bands: Sequence[Band], band: Band | None, counts: Counts) -> list[str]:
    said = [f"{counts.in_words}."]
    if band is None:
        said.append("So few yes answers indicate no grade by the rule.")
    elif band.from_ticks:
        said.append(f"By the rule, {band.from_ticks} or more yes answers indicate {band.grade}.")
    else:
        said.append(f"By the rule, so few yes answers indicate {band.grade}.")
    higher = [b for b in sorted(bands, key=lambda b: b.from_ticks) if b.from_ticks > counts.yes]
    if higher:
        steps = [f"{b.from_ticks - counts.yes} more would indicate {b.grade}" for b in higher]
        said.append("; ".join(steps) + ".")
    reach = band_of(bands, counts.yes + counts.unknown)
    if higher and reach is not None and reach != band:
        said.append(f"{_questions(counts.unknown)} not asked or not known: enough to reach {reach.grade}.")
    return said


def _questions(number: int) -> str:
    return "1 question is" if number == 1 else f"{number} questions are"


# --- what a person may make of it ---------------------------------------------------------------------------


def grades_open(indicated: str) -> tuple[str, ...]:
    """The grades that a person may give: what the ticks indicate or higher, never lower."""
    return GRADES[max(rank(indicated), 0) :]


def is_lower(grade: str, previous: str) -> bool:
    """Whether a grade is lower than that of the assessment before."""
    return rank(previous) >= 0 and rank(grade) < rank(previous)


@dataclass(frozen=True)
class Judgement:
    """What a person makes of the answers."""

    grade: str = ""
    judgement_reason: str = ""
    lower_reason: str = ""
    missed: str = ""
    children_safeguarding: str = ""
    children_safeguarding_why: str = ""


CHILDREN_CHOICES = ("made", "not_needed", "not_made")


def mistakes_in(judgement: Judgement, *, indicated: str, previous: str) -> dict[str, str]:
    """What stands in the way of signing, by field; nothing where it may be signed.

    Judgement never lowers the grade that the ticks indicate in this assessment. It may raise it, with its reason.
    A later assessment may be lower than the one before, with its reason.
    """
    found: dict[str, str] = {}
    if judgement.grade not in GRADES:
        found["grade"] = "Select the grade"
    elif rank(judgement.grade) < rank(indicated):
        found["grade"] = (
            f"The answers indicate {indicated}. Your judgement may raise that grade, but not lower it in this "
            "assessment."
        )
    elif judgement.grade != indicated and not judgement.judgement_reason.strip():
        found["judgement_reason"] = (
            "Say why you raise the grade above what the answers indicate" if indicated else "Say why it is this grade"
        )
    if is_lower(judgement.grade, previous) and not judgement.lower_reason.strip():
        found["lower_reason"] = f"Say why it is lower than the assessment before, which was {previous}"
    if judgement.children_safeguarding not in CHILDREN_CHOICES:
        found["children_safeguarding"] = "Select whether a children's safeguarding referral was made"
    elif judgement.children_safeguarding == "not_made" and not judgement.children_safeguarding_why.strip():
        found["children_safeguarding_why"] = "Say why the referral has not been made"
    return found


def age_caution(age: int | None) -> str:
    """A sentence where the person is too young for an adult's tool (domain rules 1.6; the Act, s1), or ""."""
    if age is None or age >= 18:
        return ""
    if age < 16:
        return (
            "Under 16: the Act's definition does not reach anyone so young. A child protection referral comes first; "
            "this tool was made for adults."
        )
    return "16 or 17: this tool was made for adults. A version for young people exists; tell children's services."
