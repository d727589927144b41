"""What came after a case was heard: a repeat that a person confirms, or reversed roles that a person reviews."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id
from wraparound.response.marac.repeat_states import RepeatState, RoleReviewState


class RepeatProposal(models.Model):
    """Further abuse between two people whose case was heard: a co-ordinator says whether it is a repeat.

    It belongs to the matter that was heard, where the MARAC may know of it. Nothing opens until it is confirmed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="repeat_proposals")
    earlier = models.ForeignKey("marac.Referral", on_delete=models.PROTECT, related_name="repeats_after")
    perpetrator = models.ForeignKey("people.SourceRecord", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=20, choices=[(s.value, s.label) for s in RepeatState], default=RepeatState.PROPOSED
    )
    evidence: models.JSONField[Any] = models.JSONField(
        default=list, help_text="What came since, the first thing first: kind, id, day, kinds of abuse, who told."
    )
    anchor_on = models.DateField(help_text="From which the window is counted, by the rule set.")
    last_day = models.DateField(help_text="The window's last day, included.")
    why = models.CharField(max_length=300)
    rule_version = models.CharField(max_length=60)
    referral = models.ForeignKey(
        "marac.Referral",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="repeat_proposals",
        help_text="The new referral with which the repeat comes to MARAC, once there is one.",
    )
    found_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    data_classes = holds(
        Retention.CASE,
        internal="id matter earlier state anchor_on last_day rule_version referral found_at decided_at decided_by"
        " version",
        personal="perpetrator",
        special="evidence why reason",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["earlier", "perpetrator"],
                condition=Q(state__in=("proposed", "confirmed")),
                name="one_standing_repeat_per_hearing_and_pair",
            )
        ]
        indexes = [models.Index(fields=["state", "found_at"]), models.Index(fields=["referral"])]

    def __str__(self) -> str:
        return str(self.pk)


class RoleReview(models.Model):
    """Someone who was heard as a victim is named as the perpetrator against the same other: who does what to whom?

    Until it is decided, no referral with those reversed roles is listed; and no outcome lists anyone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="role_reviews")
    earlier = models.ForeignKey("marac.Referral", on_delete=models.PROTECT, related_name="role_reviews_after")
    perpetrator = models.ForeignKey("people.SourceRecord", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=20, choices=[(s.value, s.label) for s in RoleReviewState], default=RoleReviewState.OPEN
    )
    evidence: models.JSONField[Any] = models.JSONField(
        default=list, help_text="What came since with the roles reversed: kind, id, day, kinds of abuse, who told."
    )
    referral = models.ForeignKey(
        "marac.Referral",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="role_reviews",
        help_text="The referral that names them the other way round, if there is one.",
    )
    found_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=20, blank=True)
    weighed: models.JSONField[Any] = models.JSONField(default=list, help_text="Codes of what was looked at.")
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    data_classes = holds(
        Retention.CASE,
        internal="id matter earlier state referral found_at decided_at decided_by version",
        personal="perpetrator",
        special="evidence outcome weighed reason",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["earlier", "perpetrator"],
                condition=Q(state="open"),
                name="one_open_role_review_per_hearing_and_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state="decided") | (~Q(outcome="") & ~Q(reason="")),
                name="role_review_decided_with_an_outcome_and_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["state", "found_at"]), models.Index(fields=["referral"])]

    def __str__(self) -> str:
        return str(self.pk)
