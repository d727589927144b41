"""What happens to an edition. Each function is checked, logged, in one transaction; drawing itself is in none."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from wraparound.evidence.assessments.documents import Document, digest_of, why_not_published
from wraparound.evidence.assessments.models import Assessment, AssessmentKind, Edition, FrozenEdition, SectionNarrative
from wraparound.evidence.assessments.permissions import check_can_write
from wraparound.evidence.assessments.queries import (
    MOST_ATTEMPTS,
    left_behind,
    narrative_of,
    printed_before,
    report_of,
)
from wraparound.evidence.assessments.states import EditionState, edition_after
from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, get_visible
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference, NotNow, Stop
from wraparound.kit.events import emit

if TYPE_CHECKING:
    from wraparound.evidence.assessments.making import Wanted

NOT_NOW = {
    "draw": "This edition isn't being drawn.",
    "refresh": "Only a draft is drawn anew. Begin a new edition for newer data.",
    "write": "This edition was signed off. Its words can't be changed unless it is sent back.",
    "sign_off": "Only a draft can be signed off.",
    "send_back": "Only a signed-off edition that isn't frozen can be sent back.",
    "freeze": "Only a signed-off edition can be agreed and frozen.",
}


def begin(*, asked: Wanted, by: Actor) -> Edition:
    """Begin the next edition of an assessment; it is drawn afterwards (`start`)."""
    check_can_write(by)
    with transaction.atomic():
        edition = _next_edition(asked, by)
        log.write(by, "begin", edition, number=edition.number)
        emit("assessments.begun", edition=edition.pk)
    return edition


def keep(*, asked: Wanted, document: Document, by: Actor) -> Edition:
    """Keep a document that was drawn on the command line: in the draft of its period where there is one, else anew.

    It leaves as files at once. Raises NotNow where it doesn't know of another that left meanwhile (`hand_out`).
    """
    with transaction.atomic():
        _lock_area(asked.area.slug, asked.area.name)
        months = {"first_month": asked.period.start, "last_month": asked.period.end.replace(day=1)}
        drafts = Edition.objects.select_for_update(of=("self",)).filter(
            assessment__kind=asked.kind.code, assessment__area_slug=asked.area.slug, state=EditionState.DRAFT, **months
        )
        edition = drafts.order_by("-number").first() or _next_edition(asked, by)
        _put_in(edition, document)
        _note_what_leaves(edition)
        log.write(by, "draw", edition, number=edition.number)
    return edition


def hand_out(*, edition: Edition, by: Actor) -> None:
    """A file of it leaves: what it prints of our own records counts for every edition that is drawn afterwards.

    Raises NotNow for one that gives numbers away, or that was drawn knowing nothing of another that left since.
    """
    check(by, "see", edition)
    with transaction.atomic():
        _lock_area(edition.assessment.area_slug, edition.assessment.area_name)
        current = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
        if current.version != edition.version:  # the file would be of a drawing that isn't the one noted here
            raise NotNow("This edition changed while its file was made. Download it again.")
        _check_nothing_is_given_away(current)
        _note_what_leaves(current)


def refresh(*, edition: Edition, version: int, by: Actor) -> Edition:
    """Have the computed tables drawn anew from what the store holds now; the words stay. Raises NotNow."""
    with transaction.atomic():
        current = _to_change(edition, "refresh", version, by, "write")
        current.asked_at, current.asked_by_id, current.attempts = timezone.now(), by.user_id, 0
        current.trouble = ""
        current.save()
        log.write(by, "refresh", current, number=current.number)
    return current


def write_narrative(*, edition: Edition, section: str, text: str, version: int, by: Actor) -> SectionNarrative:
    """Write what people make of a section. `version` 0: nothing was there. Raises ChangedMeanwhile, NotNow."""
    if not text.strip():
        raise BadInput("Write what you make of it.", "text")
    with transaction.atomic():
        current = _to_change(edition, "write", None, by, "write")
        found = narrative_of(by, current, section)
        if (found.version if found else 0) != version:
            theirs = found.text if found else ""
            raise ChangedMeanwhile([Difference("What you make of it", text, theirs)])
        kept = found or SectionNarrative(edition=current, section=section, version=0)
        kept.text, kept.version = text.strip(), kept.version + 1
        kept.written_at, kept.written_by_id = timezone.now(), by.user_id
        kept.save()
        log.write(by, "write", current, section=section, version=kept.version)
    return kept


def sign_off(*, edition: Edition, version: int, by: Actor) -> Edition:
    """The analyst says that it can be read: from now on neither results nor words change."""
    with transaction.atomic():
        current = _to_change(edition, "sign_off", version, by, "write")
        _check_nothing_is_given_away(current)
        current.signed_off_at, current.signed_off_by_id = timezone.now(), by.user_id
        current.sent_back_because = ""
        current.save()
        log.write(by, "sign_off", current, number=current.number)
        emit("assessments.signed_off", edition=current.pk)
    return current


def send_back(*, edition: Edition, because: str, version: int, by: Actor) -> Edition:
    """The second reader wants something changed, and says what."""
    with transaction.atomic():
        current = _to_change(edition, "send_back", version, by, "agree")
        if not because.strip():
            raise BadInput("Say what should be changed.", "because")
        current.sent_back_because = because.strip()
        current.save()
        log.write(by, "send_back", current, number=current.number)
    return current


def freeze(*, edition: Edition, version: int, by: Actor) -> FrozenEdition:
    """The second reader agrees: results, pictures and words are kept as they are, for good."""
    with transaction.atomic():
        _lock_area(edition.assessment.area_slug, edition.assessment.area_name)
        current = _to_change(edition, "freeze", version, by, "agree", save=False)
        _check_nothing_is_given_away(current)
        _check_it_knows_of_the_others(current)
        report = report_of(by, current)
        narratives = {key: {"text": one.text, "by": one.by, "on": one.on} for key, one in report.narratives.items()}
        kept = FrozenEdition(
            edition=current,
            document=current.document,
            narratives=narratives,
            digest=digest_of(current.document, narratives),
            frozen_by_id=by.user_id,
        )
        kept.save(force_insert=True)
        current.state = EditionState.FROZEN
        current.save()
        log.write(by, "freeze", current, number=current.number)
        emit("assessments.frozen", edition=current.pk)
    return kept


def _check_nothing_is_given_away(edition: Edition) -> None:
    """With numbers that earlier editions and this one together tell it can't be published. Raises NotNow."""
    if sentence := why_not_published(edition.document.get("unprotected", ())):
        raise NotNow(sentence)


def _note_what_leaves(edition: Edition) -> None:
    """Keep what its files print. What an earlier drawing of it printed is in it: that one was known to this one."""
    published = edition.document.get("published")
    if not published or edition.state == EditionState.FROZEN or edition.handed_out.get("published") == published:
        return
    _check_it_knows_of_the_others(edition)
    edition.handed_out = {"published": published, "follows": edition.document["follows"]}
    edition.save(update_fields=["handed_out"])


def _check_it_knows_of_the_others(edition: Edition) -> None:
    """Two editions may give away together what each withholds: the later one has to be drawn knowing the earlier.

    The area must be locked. Raises NotNow.
    """
    published = edition.document.get("published")
    if not published:
        return
    own, follows = digest_of(published), set(edition.document["follows"])
    others = [one for one in printed_before(edition.assessment.area_slug) if one.digest != own]
    if any(one.digest not in follows and own not in one.follows for one in others):
        raise NotNow(
            "Another edition of this area left as a file, or was frozen, since this one was drawn. Have it drawn anew, "
            "so that the two together give no withheld number away; one that is signed off is sent back first."
        )


def _lock_area(slug: str, name: str) -> None:
    """Let nobody else hand out or freeze an edition of the area until this transaction is through.

    Both of its assessments are there then, so that both can be locked; always before any of their editions.
    """
    for kind in AssessmentKind:
        Assessment.objects.get_or_create(kind=kind, area_slug=slug, defaults={"area_name": name})
    list(Assessment.objects.select_for_update().filter(area_slug=slug).order_by("pk"))


# --- drawing ------------------------------------------------------------------------------------------------


def start(edition: Edition) -> None:
    """Have it drawn by a worker once this transaction is through. Losing the call loses nothing (`take_up`)."""
    from wraparound.evidence.assessments.tasks import draw_edition

    transaction.on_commit(lambda: draw_edition.enqueue(str(edition.pk)))


def draw_now(edition_id: uuid.UUID, *, now: datetime | None = None, store: Path | None = None) -> bool:
    """Draw an edition that waits for it. Whether it did; one that another worker drew meanwhile is left alone."""
    edition = Edition.objects.select_related("assessment").filter(pk=edition_id, state=EditionState.DRAWING).first()
    if edition is None:
        return False
    Edition.objects.filter(pk=edition.pk).update(attempts=edition.attempts + 1)
    try:
        document = _drawn(edition, now or timezone.localtime(), store)
    except Stop as stop:
        _leave(edition.pk, stop.sentence)
        return False
    with transaction.atomic():
        current = Edition.objects.select_for_update().get(pk=edition.pk)
        if current.state != EditionState.DRAWING:
            return False
        _put_in(current, document)
    return True


def _drawn(edition: Edition, now: datetime, store: Path | None) -> Document:
    from wraparound.evidence.assessments.making import Before, make  # heavy: only where something is drawn

    before = Before.of(printed_before(edition.assessment.area_slug))
    return make(wanted_of(edition), now=now, store=store, before=before)


def take_up(now: datetime) -> int:
    """Have those drawn that somebody left behind; one that fails again and again is told as such. Returns how many."""
    from wraparound.evidence.assessments.tasks import draw_edition

    found = left_behind(now)
    for edition_id in found:
        edition = Edition.objects.get(pk=edition_id)
        if edition.attempts >= MOST_ATTEMPTS:
            _leave(edition_id, "It could not be drawn. Ask who runs this installation to look into the log.")
        else:
            Edition.objects.filter(pk=edition_id).update(asked_at=now)
            draw_edition.enqueue(str(edition_id))
    return len(found)


def wanted_of(edition: Edition) -> Wanted:
    """What an edition is of, to draw it (again). Raises BadInput where its area is there no more."""
    from wraparound.evidence.assessments.making import wanted

    return wanted(
        kind=edition.assessment.kind,
        area=edition.assessment.area_slug,
        first=f"{edition.first_month:%Y-%m}",
        last=f"{edition.last_month:%Y-%m}",
    )


def _leave(edition_id: uuid.UUID, sentence: str) -> None:
    Edition.objects.filter(pk=edition_id, state=EditionState.DRAWING).update(
        state=EditionState.DRAFT, trouble=sentence[:500]
    )


def _put_in(edition: Edition, document: Document) -> None:
    edition.document = document.as_json()
    edition.drawn_at, edition.state, edition.trouble = timezone.now(), EditionState.DRAFT, ""
    edition.version += 1
    edition.save()


def _next_edition(asked: Wanted, by: Actor) -> Edition:
    chosen, _ = Assessment.objects.get_or_create(
        kind=asked.kind.code, area_slug=asked.area.slug, defaults={"area_name": asked.area.name}
    )
    chosen = Assessment.objects.select_for_update().get(pk=chosen.pk)
    last = Edition.objects.filter(assessment=chosen).aggregate(last=Max("number"))["last"] or 0
    first_month: date = asked.period.start
    edition = Edition(
        assessment=chosen,
        number=last + 1,
        first_month=first_month,
        last_month=asked.period.end.replace(day=1),
        asked_by_id=by.user_id,
    )
    try:
        with transaction.atomic():
            edition.save(force_insert=True)
    except IntegrityError as error:
        raise NotNow("Another edition was begun at the same moment. Look at the list.") from error
    return edition


def _to_change(
    edition: Edition, event: str, version: int | None, by: Actor, verb: str, *, save: bool = True
) -> Edition:
    """The edition, locked, checked and moved by `event`. Raises Unknown, Refused, NotNow."""
    rows = Edition.objects.select_for_update(of=("self",)).select_related("assessment")
    current = get_visible(by, rows, pk=edition.pk)
    check(by, verb, current)
    target = edition_after(current.state, event)
    if target is None:
        raise NotNow(NOT_NOW[event])
    if version is not None and version != current.version:
        raise NotNow("This edition changed since you opened it. Look at it again before you go on.")
    if save and event != "write":
        current.state = target
        current.version += 1
    return current
