"""The reversible links that say which records are one person: proposed by the system, decided by a person."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from wraparound.foundation.people.models.records import SourceRecord
from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id


class ProposalState(models.TextChoices):
    """What became of a proposed pair."""

    OPEN = "open", "Waiting for the link reviewer"
    SAME = "same", "The same person"
    DIFFERENT = "different", "Not the same person"


class LinkProposal(models.Model):
    """Two records that may be one person: waits for the link reviewer, silently to everyone else."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_a = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    record_b = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    score = models.FloatField()
    reasons = models.JSONField(help_text="List of {field, agreement, points}: no values.")
    rule_version = models.CharField(max_length=60)
    state = models.CharField(max_length=20, choices=ProposalState.choices, default=ProposalState.OPEN)
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    data_classes = holds(
        Retention.CASE,
        internal="id record_a record_b score rule_version state proposed_at decided_at",
        personal="reasons",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_a", "record_b"], name="one_proposal_per_pair"),
        ]
        indexes = [models.Index(fields=["state", "-score", "id"])]

    def __str__(self) -> str:
        return str(self.pk)


class LinkRecusal(models.Model):
    """A link reviewer who knows someone in a pair: it waits for a colleague, and is gone from the reviewer's
    sight.
    """

    proposal = models.ForeignKey(LinkProposal, on_delete=models.PROTECT, related_name="recusals")
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.CASE, internal="id proposal user declared_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "user"], name="one_recusal_per_pair_and_reviewer")]

    def __str__(self) -> str:
        return f"{self.user_id} leaves {self.proposal_id}"


class LinkDecision(models.Model):
    """What a link reviewer decided, kept for ever: a split is remembered and the pair is never proposed again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_a = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    record_b = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    same = models.BooleanField()
    reason = models.CharField(max_length=300)
    undoes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")
    decided_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(
        Retention.AUDIT,
        internal="id record_a record_b same undoes decided_by decided_at",
        personal="reason",
    )

    def __str__(self) -> str:
        return str(self.pk)
