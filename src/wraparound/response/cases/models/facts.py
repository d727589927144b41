"""What is so at present and holds until it ends: bail, custody, orders, courts, whereabouts, safeguarding referrals."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id


class FactKind(models.TextChoices):
    """What a standing fact is about. The first four are known to those who work with the perpetrator, too."""

    BAIL = "bail", "Bail"
    CUSTODY = "custody", "Custody"
    ORDER = "order", "Order"
    COURT = "court", "Court"
    WHEREABOUTS = "whereabouts", "Whereabouts of the perpetrator"
    CHILDREN = "children", "Safeguarding referral for the children"
    ADULTS = "adults", "Safeguarding referral for an adult"


class OrderKind(models.TextChoices):
    """Orders and notices of English law that keep someone away, or a child where they are."""

    NON_MOLESTATION = "non_molestation", "Non-molestation order"
    OCCUPATION = "occupation", "Occupation order"
    DAPN = "dapn", "Domestic abuse protection notice"
    DAPO = "dapo", "Domestic abuse protection order"
    DVPN = "dvpn", "Domestic violence protection notice"
    DVPO = "dvpo", "Domestic violence protection order"
    RESTRAINING = "restraining", "Restraining order"
    STALKING = "stalking", "Stalking protection order"
    FORCED_MARRIAGE = "forced_marriage", "Forced marriage protection order"
    FGM = "fgm", "Female genital mutilation protection order"
    PROHIBITED_STEPS = "prohibited_steps", "Prohibited steps order"
    CHILD_ARRANGEMENTS = "child_arrangements", "Child arrangements order"
    OTHER = "other", "Another order"


class StandingFact(models.Model):
    """One standing fact as an agency gave it on a day. A newer one supersedes it; nothing is overwritten."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="facts")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=FactKind.choices)
    order_kind = models.CharField(max_length=30, choices=OrderKind.choices, blank=True)
    answer = models.CharField(max_length=10, blank=True, help_text="Of a safeguarding referral: yes (made) or no.")
    text = models.TextField(blank=True, help_text="Conditions, court, place, to whom it went, or why not.")
    on = models.DateField(
        null=True, blank=True, help_text="Until when it holds, the release, the hearing, or when it was made."
    )
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    as_at = models.DateField(help_text="The day on which the source said so.")
    never_to_perpetrator = models.BooleanField(default=False)
    by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was superseded, or noted as over.")
    ended_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_because = models.CharField(max_length=300, blank=True)

    data_classes = holds(
        Retention.CASE,
        internal="id case matter organisation as_at never_to_perpetrator by at supersedes ended_at ended_by",
        special="kind order_kind answer on ended_because",
        locating="text",
    )

    class Meta:
        indexes = [
            models.Index(fields=["matter", "kind", "at"]),
            models.Index(fields=["on", "id"], condition=Q(ended_at__isnull=True), name="standing_facts_by_day"),
        ]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
