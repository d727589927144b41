"""Telling people: in the application with a link, by e-mail that a task waits and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wraparound.foundation.access.decisions import get_visible
from wraparound.foundation.access.models import Exclusion, Matter
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.notices.models import Notice, OutgoingEmail
from wraparound.foundation.notices.queries import notices_for
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership, User
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput
from wraparound.kit.events import emit

logger = structlog.get_logger(__name__)

SUBJECT = "You have a task in Wraparound"
BODY = "You have a task in Wraparound. Sign in: {site}\n"
BATCH = 200


def tell(
    users: User | Iterable[User],
    kind: str,
    text: str,
    *,
    key: str,
    link: str = "",
    matter: Matter | None = None,
    role: Role | None = None,
    email: bool = True,
) -> int:
    """Tell each of `users` once for `key`. Returns how many were told now.

    `text` says what waits and why, and names nobody. `link` is a path of the application. Someone who is excluded
    from `matter`, or works for an organisation that is, is left out without a word, and so is an account that is
    closed or holds no role. `role` is the one in which it concerns them, where that matters.
    Raises BadInput for an empty text or a link that leaves the application.
    """
    if not text.strip() or len(text) > 300:
        raise BadInput("A notice says what waits, in at most 300 characters.")
    if link and (not link.startswith("/") or link.startswith("//")):
        raise BadInput("A notice leads to a page of Wraparound only.")
    wanted = [users] if isinstance(users, User) else list(users)
    with transaction.atomic(), lifted("notices.tell"):
        allowed = _who_may_be_told({user.pk for user in wanted}, matter)
        known = set(Notice.objects.filter(user_id__in=allowed, key=key).values_list("user_id", flat=True))
        new = sorted(allowed - known, key=str)
        notices = [
            Notice(
                user_id=pk, membership_role=role or "", matter=matter, kind=kind, text=text.strip(), link=link, key=key
            )
            for pk in new
        ]
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
        if email and new:
            OutgoingEmail.objects.bulk_create([OutgoingEmail(user_id=pk, key=key) for pk in new], ignore_conflicts=True)
            emit("notices.emails_wait", key=key)
    return len(new)


def mark_read(*, notice: Notice, by: Actor) -> Notice:
    """The reader has seen it. Again changes nothing."""
    with transaction.atomic():
        current = get_visible(by, Notice.objects.select_for_update(of=("self",)), pk=notice.pk)
        if current.read_at is None:
            current.read_at = timezone.now()
            current.save(update_fields=["read_at"])
    return current


def mark_all_read(*, by: Actor, until: datetime) -> int:
    """The reader has seen all that stood there at `until`. Returns how many were unread."""
    unread = notices_for(by).filter(read_at__isnull=True, created_at__lte=until)
    return Notice.objects.filter(pk__in=unread.values("pk")).update(read_at=timezone.now())


def send_emails(now: datetime) -> int:
    """Send what waits: one e-mail for each user, however much there is to tell. Returns how many were sent.

    One whose notice has become closed to its reader in the meantime is dropped: not even a hint goes out.
    """
    sent = 0
    with lifted("notices.send_emails"):
        waiting = OutgoingEmail.objects.filter(sent_at__isnull=True, created_at__lte=now)
        for user_id in list(waiting.order_by().values_list("user_id", flat=True).distinct()[:BATCH]):
            sent += _send_to(user_id, now)
    return sent


def _send_to(user_id: uuid.UUID, now: datetime) -> bool:
    with transaction.atomic():
        mine = list(
            OutgoingEmail.objects.select_for_update(skip_locked=True, of=("self",)).filter(
                user_id=user_id, sent_at__isnull=True, created_at__lte=now
            )
        )
        keys = {email.key for email in mine}
        notices = Notice.objects.filter(user_id=user_id, key__in=keys).select_related("matter")
        still = {n.key for n in notices if _who_may_be_told({n.user_id}, n.matter)}
        OutgoingEmail.objects.filter(pk__in=[email.pk for email in mine if email.key not in still]).delete()
        due = [email.pk for email in mine if email.key in still]
        if not due:
            return False
        address = User.objects.values_list("email", flat=True).get(pk=user_id)
        if not _handed_over(address, user_id):
            return False
        OutgoingEmail.objects.filter(pk__in=due).update(sent_at=now)
    return True


def _handed_over(address: str, user_id: uuid.UUID) -> bool:
    """Whether the mail server took it. One that is away, or refuses one address, must not stop the others."""
    try:
        EmailMessage(SUBJECT, BODY.format(site=settings.SITE_URL), to=[address]).send()
    except (OSError, SMTPException) as error:
        logger.warning("email_not_sent", user_id=str(user_id), error=type(error).__name__)
        return False
    return True


def _who_may_be_told(user_ids: set[uuid.UUID], matter: Matter | None) -> set[uuid.UUID]:
    """Those of the users who hold a role now and from whom the matter isn't closed."""
    live = Membership.objects.live().filter(user_id__in=user_ids)
    organisations: dict[uuid.UUID, set[int]] = {}
    for user_id, organisation_id in live.values_list("user_id", "organisation_id"):
        organisations.setdefault(user_id, set()).add(organisation_id)
    if matter is None or not organisations:
        return set(organisations)
    every = set().union(*organisations.values())
    closed = Exclusion.objects.filter(
        Q(user_id__in=organisations) | Q(organisation_id__in=every), matter=matter, lifted_at__isnull=True
    ).values_list("user_id", "organisation_id")
    users = {user for user, _ in closed if user}
    excluded_organisations = {organisation for _, organisation in closed if organisation}
    return {user for user, theirs in organisations.items() if user not in users and not theirs & excluded_organisations}
