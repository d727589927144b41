"""The wall's own tables: matters, who is involved, who must not know, and who looked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from wraparound.foundation.access.states import LOOK_START, LookState
from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id


class MatterKind(models.TextChoices):
    """What owns a matter. The foundation knows the word only; the app above owns the thing."""

    CASE = "case", "Case"
    ACTION = "action", "Action"
    REVIEW = "review", "Review"
    UNIT = "unit", "Unit"


class Matter(models.Model):
    """The anchor of everything shared: an opaque id that a case, an action or a review owns one of."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20, choices=MatterKind.choices)
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="owned_matters")
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.CASE, internal="id kind organisation area created_at")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Facing(models.TextChoices):
    """Whose worker the involved organisation is: case roles decide the view (safety rule 4)."""

    ALL = "all", "All parties"
    VICTIM = "victim", "Victim-survivor"
    CHILD = "child", "Child"
    PERPETRATOR = "perpetrator", "Perpetrator"


class Involvement(models.Model):
    """What opens a matter: an organisation (or some roles, a team or a person of it), why, and for how long."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="involvements")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="involvements")
    team = models.ForeignKey("partners.Team", null=True, blank=True, on_delete=models.PROTECT)
    user = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    roles = models.CharField(
        max_length=200,
        blank=True,
        help_text="Roles that it opens the matter to, as ',idva,agency_lead,'; empty: all that work with people.",
    )
    facing = models.CharField(max_length=20, choices=Facing.choices, default=Facing.ALL)
    purpose = models.CharField(max_length=100)
    lawful_basis = models.CharField(max_length=100, blank=True)
    given_for = models.CharField(
        max_length=40, help_text="Owner, referral, session, commitment, link, emergency: what it rests on."
    )
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    data_classes = holds(
        Retention.CASE,
        internal="id matter organisation team user roles facing purpose lawful_basis given_for starts_at ends_at"
        " given_by",
    )

    class Meta:
        indexes = [
            models.Index(fields=["matter", "organisation"]),
            models.Index(fields=["organisation", "matter"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "organisation", "team", "user", "given_for"],
                condition=Q(ends_at__isnull=True),
                nulls_distinct=False,
                name="one_open_involvement_per_ground",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.matter_id}"


class Exclusion(models.Model):
    """Someone, or an organisation, who must not know of a matter. It beats every involvement."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="exclusions")
    user = models.ForeignKey(
        "partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="exclusions"
    )
    organisation = models.ForeignKey(
        "partners.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="exclusions"
    )
    is_own_declaration = models.BooleanField(default=False)
    follows_people = models.BooleanField(
        default=True, help_text="Carried to every other matter in which a party of this one appears."
    )
    reason = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    data_classes = holds(
        Retention.CASE,
        internal="id matter user organisation is_own_declaration follows_people made_by made_at lifted_at lifted_by",
        personal="reason",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, organisation__isnull=True)
                | Q(user__isnull=True, organisation__isnull=False),
                name="exclusion_is_of_a_user_or_an_organisation",
            ),
            models.UniqueConstraint(
                fields=["matter", "user", "organisation"],
                condition=Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="one_live_exclusion",
            ),
        ]
        indexes = [models.Index(fields=["matter", "user"]), models.Index(fields=["user", "matter"])]

    def __str__(self) -> str:
        return f"exclusion from {self.matter_id}"


class EmergencyLook(models.Model):
    """A case was opened to one person for a few hours because someone was in danger; waits for a review."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="emergency_looks")
    involvement = models.OneToOneField(Involvement, on_delete=models.PROTECT, related_name="emergency_look")
    owner = models.ForeignKey(
        "partners.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The agency that held the case then: it reviews.",
    )
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey("partners.Membership", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(help_text="In their own words. Leaves by the one redaction only.")
    rule_version = models.CharField(max_length=60)
    opened_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    review_due_at = models.DateTimeField()
    state = models.CharField(
        max_length=20, choices=[(state.value, state.label) for state in LookState], default=LOOK_START
    )
    review_note = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    data_classes = holds(
        Retention.AUDIT,
        internal="id matter involvement owner user organisation membership rule_version opened_at ends_at"
        " review_due_at state reviewed_at reviewed_by version",
        special="reason review_note",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("opened_at")), name="emergency_look_ends"),
            models.CheckConstraint(
                condition=Q(state=LookState.WAITING, reviewed_at__isnull=True, reviewed_by__isnull=True)
                | (~Q(state=LookState.WAITING) & Q(reviewed_at__isnull=False, reviewed_by__isnull=False)),
                name="emergency_look_is_reviewed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=models.F("user")),
                name="nobody_reviews_their_own_look",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "ends_at"]),
            models.Index(fields=["owner", "state", "opened_at"]),
        ]

    def __str__(self) -> str:
        return f"look into {self.matter_id}"


class AccessLogEntry(models.Model):
    """One look or one act. Never changed, never deleted; without foreign keys, so that it blocks nothing."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    user_id = models.UUIDField(null=True)
    membership_id = models.UUIDField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    system_task = models.CharField(max_length=60, blank=True)
    role = models.CharField(max_length=30, blank=True)
    purpose = models.CharField(max_length=100, blank=True)
    verb = models.CharField(max_length=60)
    matter_id = models.UUIDField(null=True, db_index=True)
    thing_kind = models.CharField(max_length=60, blank=True)
    thing_id = models.CharField(max_length=60, blank=True)
    detail = models.JSONField(default=dict, help_text="Ids, codes and versions only: never names or free text.")

    data_classes = holds(
        Retention.AUDIT,
        internal="id at user_id membership_id organisation_id system_task role purpose verb matter_id thing_kind"
        " thing_id detail",
    )

    class Meta:
        indexes = [models.Index(fields=["user_id", "at"]), models.Index(fields=["thing_id", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.thing_kind}"


class AccessLogSeal(models.Model):
    """A hash over a settled run of the log and the seal before it: a changed row breaks the chain."""

    from_id = models.BigIntegerField()
    to_id = models.BigIntegerField(unique=True)
    rows = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.AUDIT, internal="id from_id to_id rows previous digest sealed_at")

    def __str__(self) -> str:
        return f"seal of {self.from_id}-{self.to_id}"
