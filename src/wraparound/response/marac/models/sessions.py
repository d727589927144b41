"""What moves a case from one session to another, and what keeps people safe meanwhile."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id
from wraparound.response.marac.states import DeferralState


class DeferralKind(models.TextChoices):
    """Put off before the session, or adjourned in it."""

    DEFERRED = "deferred", "Deferred"
    ADJOURNED = "adjourned", "Adjourned"


class Deferral(models.Model):
    """A case was put off to a later session: by whom, why, and what is done for safety until then.

    One past the rule set's limits waits for the chair, and the case stays on its agenda until the chair agrees.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="marac_deferrals")
    item = models.ForeignKey("meetings.AgendaItem", on_delete=models.PROTECT, related_name="+")
    from_session = models.ForeignKey("meetings.Session", on_delete=models.PROTECT, related_name="+")
    to_session = models.ForeignKey("meetings.Session", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=DeferralKind.choices)
    state = models.CharField(
        max_length=20, choices=[(s.value, s.label) for s in DeferralState], default=DeferralState.ASKED
    )
    number = models.PositiveSmallIntegerField(help_text="The how many-th since the case was first listed.")
    reason = models.CharField(max_length=500)
    interim_safety = models.TextField(help_text="What is done for safety until the case is heard.")
    past_limits = models.CharField(max_length=300, blank=True, help_text="Why it needed the chair, in words.")
    rule_version = models.CharField(max_length=60)
    asked_by = models.ForeignKey("partners.User", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=500, blank=True)

    data_classes = holds(
        Retention.CASE,
        internal="id matter item from_session to_session kind state number past_limits rule_version asked_by asked_at"
        " decided_by decided_at",
        special="reason interim_safety decision_note",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(interim_safety=""), name="a_deferral_has_a_reason_and_interim_safety"
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="asked"), name="one_deferral_of_an_item_waits_for_the_chair"
            ),
        ]
        indexes = [models.Index(fields=["matter", "-asked_at"]), models.Index(fields=["state", "asked_at"])]

    def __str__(self) -> str:
        return str(self.pk)
