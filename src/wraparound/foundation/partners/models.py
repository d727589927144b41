"""Who works here: organisations, their teams, people with accounts, and the roles they hold for a time."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from wraparound.foundation.partners.roles import Role
from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id


class OrganisationKind(models.TextChoices):
    """The part an organisation plays. Rules of quorum and of by-and-for provision are told by these."""

    POLICE = "police", "Police"
    IDVA_SERVICE = "idva_service", "IDVA service"
    SPECIALIST = "specialist", "Specialist domestic abuse service"
    BY_AND_FOR = "by_and_for", "By-and-for service"
    HOUSING = "housing", "Housing"
    HEALTH = "health", "Health"
    MENTAL_HEALTH = "mental_health", "Mental health"
    SUBSTANCE_MISUSE = "substance_misuse", "Substance misuse"
    CHILDREN = "children", "Children's services"
    ADULTS = "adults", "Adult social care"
    EDUCATION = "education", "Education"
    PROBATION = "probation", "Probation"
    PERPETRATOR_SERVICE = "perpetrator_service", "Work with people who use abuse"
    MARAC_TEAM = "marac_team", "MARAC co-ordination"
    COMMISSIONING = "commissioning", "Commissioning"
    BOARD = "board", "Board"
    OTHER = "other", "Other"


class Organisation(models.Model):
    """A partner of the coordinated community response, or a board of it."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=40)
    kind = models.CharField(max_length=30, choices=OrganisationKind.choices)
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="organisations")
    force_code = models.CharField(max_length=40, blank=True, help_text="For a police force: its code in files.")
    source = models.CharField(max_length=200, blank=True)

    data_classes = holds(Retention.REFERENCE, open="id slug name short_name kind area force_code source")

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def works_with_perpetrators(self) -> bool:
        """Whether all its people do; of another organisation a team may (`Team`)."""
        return self.kind == OrganisationKind.PERPETRATOR_SERVICE


class Team(models.Model):
    """A part of an organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=200)
    works_with_perpetrators = models.BooleanField(
        default=False,
        help_text="Whatever is opened to their organisation, its people never see what finds or speaks for a victim.",
    )

    data_classes = holds(Retention.REFERENCE, open="id organisation name works_with_perpetrators")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_team_per_name")]
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address. Accounts come from `partners.services`; this is what Django asks for."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person with an account. What they may do comes from their memberships only: no flag here grants it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    data_classes = holds(
        Retention.ACCOUNT, internal="id password last_login is_active created_at", personal="email name"
    )

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by whether they give access now."""

    def live(self, at: object = None) -> MembershipQuerySet:
        """Those that have begun, have not ended, and whose user is active. `at` is an aware datetime."""
        moment = at or timezone.now()
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=moment), starts_at__lte=moment, user__is_active=True)


class Membership(models.Model):
    """One role of one person in one organisation, from a moment until a moment."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.value, role.label) for role in Role])
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=200, blank=True)

    objects = MembershipQuerySet.as_manager()

    data_classes = holds(Retention.ACCOUNT, internal="id user organisation team role starts_at ends_at ended_because")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(ends_at__isnull=True),
                name="one_open_membership_per_role",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=models.F("starts_at")),
                name="membership_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "role"])]

    def __str__(self) -> str:
        return f"{self.user}, {self.role} at {self.organisation}"
