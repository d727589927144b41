"""From a prompt and a referral to the survivor told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id
from wraparound.response.marac.states import PromptState, ReferralState, TellingState


class CriteriaPrompt(models.Model):
    """The criteria, computed on incidents, ask the agency that holds them: will you refer? Nothing more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="criteria_prompts")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=[(s.value, s.label) for s in PromptState], default=PromptState.OPEN)
    criteria = models.JSONField(help_text="The outcome of each criterion, with evidence and rule version.")
    rule_version = models.CharField(max_length=60)
    raised_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer_reason = models.CharField(max_length=300, blank=True)

    data_classes = holds(
        Retention.CASE,
        internal="id matter organisation state rule_version raised_at due_at answered_at answered_by",
        special="criteria answer_reason",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "organisation"], name="one_prompt_per_matter_and_holder")
        ]
        indexes = [models.Index(fields=["organisation", "state", "raised_at"])]

    def __str__(self) -> str:
        return str(self.pk)


class ReferralDraft(models.Model):
    """A referral being written: its author's own, resumable, in nobody's queue."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    author = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(
        "access.Matter",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="When it refers a case that the agency holds already.",
    )
    answers = models.JSONField(
        default=dict, help_text="{step: {field: value as it was typed}}; a step of several people: {rows: [...]}."
    )
    prompt = models.ForeignKey("CriteriaPrompt", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    data_classes = holds(
        Retention.OPERATIONAL,
        internal="id author organisation matter prompt started_at updated_at submitted_at version",
        locating="answers",
    )

    class Meta:
        indexes = [models.Index(fields=["author", "-updated_at"])]

    def __str__(self) -> str:
        return str(self.pk)


class Referral(models.Model):
    """One agency's referral of one situation to MARAC: the fields of domain rules 1.4."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="marac_referrals")
    draft = models.OneToOneField(ReferralDraft, null=True, on_delete=models.PROTECT, related_name="referral")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    referrer = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    referrer_contact = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    screen_by = models.DateTimeField()
    state = models.CharField(
        max_length=20, choices=[(s.value, s.label) for s in ReferralState], default=ReferralState.RECEIVED
    )
    victim = models.ForeignKey("people.SourceRecord", on_delete=models.PROTECT, related_name="+")
    perpetrators = models.JSONField(default=list, help_text="Ids of the perpetrators' source records.")
    reasons = models.JSONField(default=list)
    reason_narrative = models.TextField(blank=True)
    # A repeat is told by any further abuse and any reporter: so its day and kinds are asked of every referrer.
    incident_on = models.DateField(null=True, blank=True, help_text="The latest abuse that the referrer tells of.")
    abuse_kinds = models.JSONField(default=list, help_text="Codes of `abuse_kinds`, for the same.")
    dash_ticks = models.PositiveSmallIntegerField(null=True, blank=True)
    judgement_reason = models.TextField(blank=True)
    repeat_listed_on = models.DateField(null=True, blank=True)
    repeat_case_number = models.CharField(max_length=60, blank=True)
    victim_aware = models.CharField(max_length=10, help_text="yes or no.")
    victim_aware_why_not = models.TextField(blank=True)
    consent = models.CharField(max_length=20, help_text="yes, no or not_sought.")
    lawful_basis = models.CharField(max_length=100)
    afraid_of = models.TextField(blank=True)
    safe_to_talk_to = models.TextField(blank=True)
    not_safe_to_talk_to = models.TextField(blank=True)
    what_she_wants = models.TextField(blank=True)
    wants_police = models.CharField(max_length=10, blank=True)
    wants_police_why = models.TextField(blank=True)
    crime_number = models.CharField(max_length=100, blank=True)
    officer_in_case = models.CharField(max_length=200, blank=True)
    gp = models.CharField(max_length=200, blank=True)
    occupation = models.CharField(max_length=200, blank=True)
    pregnancy = models.CharField(max_length=20, blank=True)
    other_marac = models.CharField(max_length=10, blank=True)
    other_marac_where_when = models.CharField(max_length=300, blank=True)
    contact_agreed_with_idva = models.BooleanField(default=False)
    answers_as_given = models.JSONField(default=list, help_text="[{step, question, answer}], frozen as shown.")
    criteria = models.JSONField(default=dict)
    rule_version = models.CharField(max_length=60, blank=True)
    urgency = models.PositiveSmallIntegerField(default=0, help_text="Rank among those that wait; reasons in criteria.")
    contact_by = models.DateTimeField(null=True, blank=True, help_text="The IDVA's first attempt is due.")
    version = models.PositiveIntegerField(default=1)

    data_classes = holds(
        Retention.CASE,
        internal="id matter draft organisation referrer referrer_contact received_at screen_by state rule_version"
        " version lawful_basis consent contact_agreed_with_idva repeat_listed_on repeat_case_number urgency contact_by",
        personal="victim perpetrators officer_in_case",
        special="reasons reason_narrative incident_on abuse_kinds dash_ticks judgement_reason victim_aware"
        " victim_aware_why_not afraid_of safe_to_talk_to not_safe_to_talk_to what_she_wants wants_police"
        " wants_police_why crime_number pregnancy other_marac other_marac_where_when criteria",
        locating="gp occupation answers_as_given",
    )

    class Meta:
        indexes = [
            models.Index(fields=["state", "-urgency", "received_at"]),
            models.Index(fields=["matter"]),
            models.Index(fields=["victim"]),
            models.Index(fields=["referrer", "-received_at"]),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Screening(models.Model):
    """What a co-ordinator decided of a referral, why, and where the referrer may challenge it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="screenings")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, help_text="accept or do_not_list.")
    reason_code = models.CharField(max_length=60, blank=True)
    reason = models.TextField()
    challenge_route = models.TextField(blank=True)
    challenge_by = models.DateTimeField(null=True, blank=True)
    criteria = models.JSONField(default=dict)
    rule_version = models.CharField(max_length=60)
    by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    data_classes = holds(
        Retention.CASE,
        internal="id referral matter outcome reason_code challenge_route challenge_by rule_version by at",
        special="reason criteria",
    )

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return str(self.pk)


class Challenge(models.Model):
    """A referrer's challenge of a screening's outcome."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="challenges")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.CASE, internal="id referral matter by at", special="reason")

    def __str__(self) -> str:
        return str(self.pk)


class Telling(models.Model):
    """The duty to tell the survivor what was agreed for her, and how it ended."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="tellings")
    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="telling")
    item = models.ForeignKey("meetings.AgendaItem", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=20, choices=[(s.value, s.label) for s in TellingState], default=TellingState.WAITING
    )
    due_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(
        null=True, blank=True, help_text="Agreed next attempt: the clock stands still until then."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=300, blank=True)
    told = models.JSONField(default=list, help_text="Ids of the commitments that she was told of.")
    version = models.PositiveIntegerField(default=1)

    data_classes = holds(
        Retention.CASE,
        internal="id matter referral item organisation worker state due_at next_attempt_at ended_at told version",
        special="ended_how",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(ended_at__isnull=False) & ~Q(ended_how=""),
                name="telling_ends_with_a_time_and_a_word",
            )
        ]
        indexes = [models.Index(fields=["organisation", "state", "due_at"])]

    def __str__(self) -> str:
        return str(self.pk)


class SurvivorContact(models.Model):
    """One attempt to reach the survivor: by which channel, what came of it, what she said."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="survivor_contacts")
    telling = models.ForeignKey(Telling, null=True, blank=True, on_delete=models.PROTECT, related_name="attempts")
    channel = models.CharField(max_length=20)
    outcome = models.CharField(max_length=30)
    note = models.TextField(blank=True)
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    data_classes = holds(
        Retention.CASE, internal="id matter telling channel outcome organisation by at", special="note"
    )

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return str(self.pk)
