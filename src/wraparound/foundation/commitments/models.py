"""Who promised what, by when, and with what evidence it was kept."""

from __future__ import annotations

import secrets
from pathlib import PurePosixPath

from django.db import models
from django.db.models import Q
from django.utils import timezone

from wraparound.foundation.commitments.states import OPEN_STATES, State
from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id

_OPEN = sorted(state.value for state in OPEN_STATES)


def evidence_path(commitment: Commitment, name: str) -> str:
    """Where an evidence file is kept: under a random name, since the one it came with may name someone."""
    return f"evidence/{secrets.token_hex(20)}{PurePosixPath(name).suffix.lower()}"


class Told(models.TextChoices):
    """Whether the victim-survivor was told that a commitment was kept. Each is an honest answer (safety rule 10)."""

    TOLD = "told", "Yes, told by the IDVA or the worker in contact"
    THROUGH_IDVA = "through_idva", "Not yet: the IDVA will tell them"
    NO_NEED = "no_need", "No: there is nothing in it to tell them"
    UNSAFE = "unsafe", "No: it is not safe to tell them now"


class Commitment(models.Model):
    """One promise: one owning organisation, one date. It can't end as done without evidence."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="commitments")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="commitments")
    owner = models.ForeignKey(
        "partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="commitments"
    )
    what = models.CharField(max_length=300)
    due_on = models.DateField()
    state = models.CharField(max_length=30, choices=[(s.value, s.label) for s in State])
    never_to_perpetrator = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey("partners.User", null=True, on_delete=models.PROTECT, related_name="+")
    agreed_in = models.UUIDField(
        null=True, blank=True, help_text="Id of the meeting's session or other occasion on which it was made."
    )
    evidence_what = models.CharField(max_length=300, blank=True)
    evidence_on = models.DateField(null=True, blank=True)
    evidence_who = models.CharField(max_length=200, blank=True)
    evidence_reference = models.CharField(max_length=100, blank=True)
    evidence_file = models.FileField(upload_to=evidence_path, blank=True)
    survivor_told = models.CharField(max_length=20, blank=True, choices=Told.choices)
    reason = models.CharField(
        max_length=300, blank=True, help_text="Why it was declined, is no longer possible or was not done."
    )
    claimed_by = models.ForeignKey(
        "partners.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who said that it is no longer possible: somebody else confirms it.",
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    data_classes = holds(
        Retention.CASE,
        internal="id matter organisation owner due_on state never_to_perpetrator made_at made_by agreed_in evidence_on"
        " survivor_told claimed_by closed_at escalated_at version",
        special="what evidence_what evidence_who evidence_reference evidence_file reason",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(evidence_what="") & Q(evidence_on__isnull=False),
                name="done_only_with_evidence",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["declined", "no_longer_possible", "not_done"]) | ~Q(reason=""),
                name="ended_otherwise_only_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_OPEN, closed_at__isnull=True) | ~Q(state__in=_OPEN) & Q(closed_at__isnull=False),
                name="closed_when_it_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "due_on"]),
            models.Index(fields=["organisation", "due_on", "id"]),
            models.Index(fields=["matter"]),
            models.Index(fields=["made_at"]),  # the ledger of a period
            models.Index(fields=["due_on", "id"]),  # the order of the list ...
            # ... and of what is open in it, which is little of all that ever was
            models.Index(fields=["due_on", "id"], condition=Q(closed_at__isnull=True), name="open_commitments_by_day"),
            models.Index(fields=["closed_at"]),  # what ended since the session before, and what is open
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CommitmentChange(models.Model):
    """One step in a commitment's life. Never changed."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="changes")
    event = models.CharField(max_length=40)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30)
    by = models.ForeignKey("partners.User", null=True, on_delete=models.PROTECT, related_name="+")
    by_organisation = models.ForeignKey("partners.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=300, blank=True)

    data_classes = holds(
        Retention.CASE, internal="id commitment event from_state to_state by by_organisation at", special="note"
    )

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.event}"


class ChaseKind(models.TextChoices):
    """What was sent, and why."""

    REMINDER = "reminder", "Reminder"
    UNANSWERED = "unanswered", "Escalated: the proposal was not answered in time"
    OVERDUE = "overdue", "Escalated: past its day"
    NOT_DONE = "not_done", "Escalated: not done"


class Chase(models.Model):
    """A reminder or an escalation that was sent: once for each commitment, kind and day."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="chases")
    kind = models.CharField(max_length=20, choices=ChaseKind.choices)
    on = models.DateField()
    sent_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.OPERATIONAL, internal="id commitment kind on sent_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commitment", "kind", "on"], name="one_chase_per_kind_and_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.commitment_id}"
