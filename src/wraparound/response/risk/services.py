"""What happens to an assessment: begun, saved, taken over, signed or abandoned; and licensed wording loaded."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import decisions, log
from wraparound.foundation.access.models import Matter
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.remembered import forget
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.models import SourceRecord
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference, Refused
from wraparound.kit.events import emit
from wraparound.kit.forms import clean_text
from wraparound.response.cases import queries as cases
from wraparound.response.cases import services as case_services
from wraparound.response.risk import queries, rules
from wraparound.response.risk.models import Assessment, InstrumentVersion
from wraparound.response.risk.permissions import check_can_begin, check_state
from wraparound.response.risk.rules import Answers, Judgement, Question
from wraparound.response.risk.states import TRANSITIONS, AssessmentState

LONGEST = {"answer": 4_000, "source": 200, "note": 4_000}
LONGEST_WORDING = 2_000
LABELS = {
    "grade": "Grade",
    "judgement_reason": "Professional judgement",
    "lower_reason": "Why it is lower than before",
    "missed": "What the questions missed",
    "children_safeguarding": "Children's safeguarding referral",
    "children_safeguarding_why": "About that referral",
}


@dataclass(frozen=True)
class BeforeAsking:
    """What was found before the first question (domain rules 1.1)."""

    safe_to_talk: str = ""  # yes, no, or not_present: completed from records and what others said
    perpetrator_whereabouts: str = ""
    children_whereabouts: str = ""


def begin(
    *,
    matter: Matter,
    subject: SourceRecord,
    instrument_key: str,
    by: Actor,
    before: BeforeAsking | None = None,
) -> Assessment:
    """A new draft about `subject`, or the one that `by` has open about them with the same instrument.

    Raises Unknown or Refused where `by` may not assess here; BadInput where it isn't safe to talk (nothing is begun
    then), for an unknown instrument, and for someone who is no victim of the case.
    """
    found = before or BeforeAsking()
    check_can_begin(by, matter.pk)
    if found.safe_to_talk == "no":
        raise BadInput(
            "Don't ask now. End the conversation safely, agree another time, and record a safe way to reach them. "
            "Nothing has been begun.",
            "safe_to_talk",
        )
    if found.safe_to_talk not in ("", "yes", "not_present"):
        raise BadInput("Say whether it is safe to talk now.", "safe_to_talk")
    version = queries.version_of(instrument_key)
    case = cases.case_of_matter(matter.pk)
    if case is None or subject.person_id not in {r.person_id for r in queries.victims_of(by, case)}:
        raise BadInput("Risk is assessed for a victim-survivor of this case. Choose one.", "subject")
    with transaction.atomic():
        _lock_matter(matter.pk)  # two forms sent at once begin one draft
        draft = queries.drafts_of(by).filter(matter=matter, subject=subject, instrument_version=version).first()
        if draft is None:
            draft = Assessment.objects.create(
                matter=matter,
                subject=subject,
                instrument_version=version,
                organisation_id=by.organisation_id,
                assessor_id=by.user_id,
                safe_to_talk=found.safe_to_talk,
            )
            log.write(by, "begin_assessment", draft, instrument=instrument_key)
        whereabouts = {
            key: {"answer": getattr(found, key)}
            for key in ("perpetrator_whereabouts", "children_whereabouts")
            if getattr(found, key)
        }
        return save_answers(assessment=draft, answers=whereabouts, version=draft.version, by=by)


def save_answers(*, assessment: Assessment, answers: Answers, version: int, by: Actor) -> Assessment:
    """Keep the answers to some of the questions of a draft; the others stay as they are.

    What hangs on an answer that no longer holds is blanked. Saving what is there already changes nothing, whatever
    the version. Raises ChangedMeanwhile, and keeps nothing, where someone saved other answers since `version`.
    """
    with transaction.atomic():
        held = _locked(assessment.pk, by, "edit")
        questions = queries.questions_of(held.instrument_version)
        written = {key: _entry(entry) for key, entry in answers.items()}
        mistake = rules.mistake_in(questions, written)
        if mistake:
            raise BadInput(mistake)
        merged = rules.cleaned(questions, {**held.answers, **written})
        if merged == held.answers:
            return held
        if held.version != version:
            raise _changed_answers(held, questions, merged, by)
        explained = queries.explanation_of(held, merged)
        held.answers = merged
        held.ticks = explained.counts.yes if explained.counts else None
        held.indicated_grade = explained.grade
        return _save(held, by, "save_answers", "answers", "ticks", "indicated_grade")


def save_judgement(*, assessment: Assessment, judgement: Judgement, version: int, by: Actor) -> Assessment:
    """Keep in a draft what its assessor makes of the answers.

    Raises BadInput, with its field, for what `rules.mistakes_in` finds; ChangedMeanwhile where someone saved another
    judgement since `version`.
    """
    with transaction.atomic():
        held = _locked(assessment.pk, by, "sign")
        previous = queries.previous_of(held)
        judgement = _settled(judgement, previous)
        if judgement == judgement_of(held):
            return held
        if held.version != version:
            raise ChangedMeanwhile(_judgement_differences(held, judgement, by))
        _check_judgement(judgement, held.indicated_grade, previous)
        for name, value in asdict(judgement).items():
            setattr(held, name, value)
        return _save(held, by, "save_judgement", *asdict(judgement))


def sign(
    *,
    assessment: Assessment,
    grade: str,
    version: int,
    by: Actor,
    judgement_reason: str = "",
    lower_reason: str = "",
    missed: str = "",
    children_safeguarding: str = "",
    children_safeguarding_why: str = "",
) -> Assessment:
    """Sign a draft: from now on it can't be changed, and its questions stand in it as they were shown.

    The case takes the grade. Signing again with the same judgement changes nothing. Raises BadInput where the grade
    is lower than the ticks indicate, or lower than that of the assessment before without a reason; ChangedMeanwhile
    where the draft was saved since `version`; NotNow for what is signed otherwise, or abandoned.
    Emits ``risk.assessment_signed``.
    """
    given = Judgement(grade, judgement_reason, lower_reason, missed, children_safeguarding, children_safeguarding_why)
    if by.user_id is None:
        raise Refused("An assessment is a person's: no task of the system can sign one.")
    with transaction.atomic():
        _lock_matter(queries.assessment_for(by, assessment.pk).matter_id)  # which came before is settled one by one
        seen = queries.assessment_for(by, assessment.pk)
        previous = queries.previous_of(seen)
        judgement = _settled(given, previous)
        if seen.state == AssessmentState.SIGNED and seen.assessor_id == by.user_id and judgement == judgement_of(seen):
            return seen
        held = _locked(seen.pk, by, "sign")
        if held.version != version:
            raise ChangedMeanwhile(_judgement_differences(held, judgement, by) or [_ANSWERS_CHANGED])
        explained = queries.explanation_of(held)
        _check_judgement(judgement, explained.grade, previous)
        _freeze(held, judgement, explained, previous)
        _save(held, by, "sign", *_FROZEN)
        case = cases.case_of_matter(held.matter_id)
        if case is not None:
            case_services.set_grade(case=case, grade=held.grade, by=by)
        emit("risk.assessment_signed", assessment=held.pk, matter=held.matter_id)
    return held


def take_over(*, assessment: Assessment, version: int, by: Actor) -> Assessment:
    """Become the assessor of a colleague's draft. Who it was before stays in the log."""
    if by.user_id is None:
        raise Refused("An assessment is a person's: no task of the system can take it over.")
    with transaction.atomic():
        held = _locked(assessment.pk, by, "take_over")
        if held.assessor_id == by.user_id:
            return held
        if held.version != version:
            raise ChangedMeanwhile([_ANSWERS_CHANGED])
        before = held.assessor_id
        held.assessor_id = by.user_id
        log.write(by, "hand_over", held, from_user=str(before))
        return _save(held, by, "take_over", "assessor")


def abandon(*, assessment: Assessment, version: int, by: Actor) -> Assessment:
    """Put a draft aside for good. It stays where it is, for its own organisation to see."""
    with transaction.atomic():
        seen = queries.assessment_for(by, assessment.pk)
        if seen.state == AssessmentState.ABANDONED:
            return seen
        held = _locked(assessment.pk, by, "abandon")
        if held.version != version:
            raise ChangedMeanwhile([_ANSWERS_CHANGED])
        held.state = TRANSITIONS[AssessmentState.DRAFT, "abandon"]
        return _save(held, by, "abandon", "state")


def load_licensed_wording(*, instrument_version: InstrumentVersion, rows: Mapping[str, str], by: Actor) -> int:
    """Load wording that the deploying authority may use, by item key; returns how many items changed.

    It is shown beside our topic from now on; what is signed keeps the wording that it was signed with. Items that
    `rows` doesn't name keep theirs; an empty text takes it away. Raises Refused for all but administrators, BadInput
    for a key that the version doesn't have, and for a text that is too long.
    """
    decisions.check(by, "load_wording", instrument_version)
    with transaction.atomic():
        items = {item.key: item for item in instrument_version.items.select_for_update()}
        strange = sorted(set(rows) - set(items))
        if strange:
            raise BadInput(f"This version has no item with the key “{strange[0][:60]}”. Nothing was loaded.", "file")
        changed = []
        for key, text in rows.items():
            wording = clean_text(text, lines=True)
            if len(wording) > LONGEST_WORDING:
                raise BadInput(
                    f"The wording of {key} has {len(wording):,} characters; {LONGEST_WORDING:,} is the most. "
                    "Nothing was loaded.",
                    "file",
                )
            if items[key].licensed_wording != wording:
                items[key].licensed_wording = wording
                items[key].save(update_fields=["licensed_wording"])
                changed.append(key)
        if changed:
            log.write(by, "load_wording", instrument_version, items=len(changed))
            forget()
    return len(changed)


# --- the parts of these ---------------------------------------------------------------------------------------

_ANSWERS_CHANGED = Difference(
    "The draft", "as you saw it", "saved again since, by you in another window or a colleague"
)
_FROZEN = (
    "answers",
    "ticks",
    "indicated_grade",
    "explanation",
    "rule_version",
    "state",
    "signed_at",
    *asdict(Judgement()),
)


def judgement_of(assessment: Assessment) -> Judgement:
    """What the assessor made of the answers so far."""
    return Judgement(**{name: getattr(assessment, name) for name in asdict(Judgement())})


def _lock_matter(matter_id: uuid.UUID) -> None:
    with lifted("lock_matter"):
        Matter.objects.select_for_update(of=("self",)).get(pk=matter_id)


def _locked(pk: uuid.UUID, by: Actor, verb: str) -> Assessment:
    """The assessment as it stands, kept from changing until the transaction ends, if `by` may do `verb` to it."""
    held = queries.assessment_for(by, pk)
    decisions.check(by, verb, held)
    # Locked by itself: while this waits the assessor may change, and a join to the former one finds no row.
    Assessment.objects.select_for_update().only("pk").get(pk=pk)
    held = Assessment.objects.select_related(*queries.WITH).get(pk=pk)
    check_state(held, "edit" if verb == "take_over" else verb)
    return held


def _save(held: Assessment, by: Actor, verb: str, *fields: str) -> Assessment:
    held.version += 1
    held.save(update_fields=[*fields, "version"])
    log.write(by, verb, held, version=held.version)
    return held


def _entry(entry: Mapping[str, str]) -> dict[str, str]:
    """The parts of one answer, cleaned. Raises BadInput for text that is too long."""
    parts = {}
    for part in rules.PARTS:
        text = clean_text(entry.get(part, ""), lines=part != "source")
        if len(text) > LONGEST[part]:
            raise BadInput(f"A {part} has {len(text):,} characters; {LONGEST[part]:,} is the most.")
        parts[part] = text
    return parts


def _changed_answers(held: Assessment, questions: tuple[Question, ...], mine: Answers, by: Actor) -> ChangedMeanwhile:
    read = queries.reader_of(by, held.matter_id)
    found = rules.differences(questions, mine, held.answers)
    return ChangedMeanwhile([Difference(d.label, read(d.mine), read(d.theirs)) for d in found])


def _judgement_differences(held: Assessment, mine: Judgement, by: Actor) -> list[Difference]:
    read = queries.reader_of(by, held.matter_id)
    ours, theirs = asdict(mine), asdict(judgement_of(held))
    return [
        Difference(label, read(ours[name]), read(theirs[name]))
        for name, label in LABELS.items()
        if ours[name] != theirs[name]
    ]


def _settled(judgement: Judgement, previous: Assessment | None) -> Judgement:
    """The judgement with its texts cleaned, and without a reason for being lower where it isn't."""
    texts = {name: clean_text(value, lines=True) for name, value in asdict(judgement).items()}
    if previous is None or not rules.is_lower(judgement.grade, previous.grade):
        texts["lower_reason"] = ""
    return Judgement(**texts)


def _check_judgement(judgement: Judgement, indicated: str, previous: Assessment | None) -> None:
    mistakes = rules.mistakes_in(judgement, indicated=indicated, previous=previous.grade if previous else "")
    for field, sentence in mistakes.items():
        raise BadInput(f"{sentence.rstrip('.')}.", field)


def _freeze(held: Assessment, judgement: Judgement, explained: rules.Explanation, previous: Assessment | None) -> None:
    """Write into the row all that was shown: questions with their answers, reasons, rule version, judgement."""
    questions = queries.questions_of(held.instrument_version)
    held.answers = {
        question.key: _frozen(question, held.answers) | {"position": position}
        for position, question in enumerate(rules.asked(questions, held.answers))  # a database may reorder keys
    }
    held.explanation = explained.as_data() | {
        "acknowledgement": held.instrument_version.acknowledgement,
        "previous": {"assessment": str(previous.pk), "grade": previous.grade} if previous else None,
        "raised": rules.rank(judgement.grade) > rules.rank(explained.grade) >= 0,
    }
    held.ticks = explained.counts.yes if explained.counts else None
    held.indicated_grade = explained.grade
    held.rule_version = explained.rule
    for name, value in asdict(judgement).items():
        setattr(held, name, value)
    held.state = TRANSITIONS[AssessmentState.DRAFT, "sign"]
    held.signed_at = timezone.now()


def _frozen(question: Question, answers: Answers) -> dict[str, Any]:
    answer = rules.answer_of(answers, question.key)
    if question.kind == rules.FREE:
        answer = "" if answer == rules.NOT_ASKED else answer
    given = answers.get(question.key, {})
    return {
        "answer": answer,
        "label": question.label_of(answer),
        "source": given.get("source", ""),
        "note": given.get("note", ""),
        "number": question.number,
        "topic": question.topic,
        "question": question.wording,
        "group": question.group,
        "kind": question.kind,
        "is_follow_up": bool(question.asked_if_item),
    }
