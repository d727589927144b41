"""Before the session: what agencies are asked, what they found and where they looked, and what she told the IDVA."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id
from wraparound.response.marac.states import ResearchState


class ResearchRequest(models.Model):
    """One agency asked about one listed case: what do you know? With the time by which the session needs it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey("meetings.AgendaItem", on_delete=models.PROTECT, related_name="research")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=20, choices=[(s.value, s.label) for s in ResearchState], default=ResearchState.WAITING
    )
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    rule_version = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    chased = models.PositiveSmallIntegerField(default=0)
    chased_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True, help_text="When the agency's lead was first told.")
    version = models.PositiveIntegerField(default=1)

    data_classes = holds(
        Retention.CASE,
        internal="id item matter organisation state asked_at due_at rule_version answered_at answered_by chased"
        " chased_at escalated_at version",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "organisation"], name="one_research_request_per_item_and_agency")
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "due_at", "id"]),
            models.Index(fields=["state", "due_at", "id"]),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ResearchSearch(models.Model):
    """Who searched which systems for whom and when, and found nothing. Undone, it stays with that mark."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(ResearchRequest, on_delete=models.PROTECT, related_name="searches")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="+")
    systems = models.JSONField(default=list, help_text="Names of the systems that were searched.")
    records = models.JSONField(default=list, help_text="Ids of the source records of the people searched for.")
    by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    data_classes = holds(
        Retention.CASE, internal="id request matter systems by at undone_at undone_by", personal="records"
    )

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


class EntryKind(models.TextChoices):
    """What an agency's line of research is."""

    INFORMATION = "information", "What we know"
    CHILDREN = "children", "Needs of the children"
    OFFER = "offer", "What we can offer"


class ResearchEntry(models.Model):
    """What an agency found: fact or opinion, shared with the session or kept in the agency with its reason."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(ResearchRequest, on_delete=models.PROTECT, related_name="entries")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=EntryKind.choices, default=EntryKind.INFORMATION)
    text = models.TextField()
    is_opinion = models.BooleanField(default=False)
    agency_only = models.BooleanField(default=False)
    why_not_shared = models.CharField(max_length=300, blank=True)
    never_to_perpetrator = models.BooleanField(default=False)
    commitment = models.ForeignKey(
        "commitments.Commitment", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(
        "partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    data_classes = holds(
        Retention.CASE,
        internal="id request matter organisation kind is_opinion agency_only never_to_perpetrator commitment by at"
        " taken_back_at taken_back_by",
        special="text why_not_shared",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agency_only=False) | ~Q(why_not_shared=""), name="research_kept_back_has_its_reason"
            )
        ]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


class AgencySystems(models.Model):
    """The systems in which an agency searches, as its own people named them; remembered from then on."""

    organisation = models.OneToOneField("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    systems = models.JSONField(default=list)
    by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.OPERATIONAL, internal="id organisation systems by at")

    def __str__(self) -> str:
        return str(self.organisation_id)


class Agreement(models.TextChoices):
    """Whether the victim-survivor agrees that the agencies speak of her. Not the same as the lawful basis."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_ASKED = "not_asked", "Not asked yet"
    UNSAFE = "unsafe", "Not safe to ask"


class IdvaRecord(models.Model):
    """What the victim-survivor wants the session to know, as her IDVA heard it. A newer one supersedes it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="idva_records")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    wants = models.TextField(blank=True)
    fears = models.TextField(blank=True)
    safe_contact = models.TextField(blank=True)
    interpreter = models.CharField(max_length=10, blank=True, help_text="yes, no or blank: not known.")
    language = models.CharField(max_length=100, blank=True)
    agrees = models.CharField(max_length=20, choices=Agreement.choices, default=Agreement.NOT_ASKED)
    agrees_note = models.CharField(max_length=300, blank=True)
    not_to_be_said = models.TextField(blank=True, help_text="For those who speak; never in minutes or a pack.")
    by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    data_classes = holds(
        Retention.CASE,
        internal="id matter organisation version by at superseded_at",
        personal="interpreter language",
        special="wants fears agrees agrees_note not_to_be_said",
        locating="safe_contact",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "organisation", "version"], name="one_idva_record_per_version"),
            models.UniqueConstraint(
                fields=["matter", "organisation"],
                condition=Q(superseded_at__isnull=True),
                name="one_current_idva_record",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
