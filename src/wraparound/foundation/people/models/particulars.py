"""What is known of someone: equality characteristics, addresses, ways to reach them, relationships."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from wraparound.foundation.people.models.records import SourceRecord
from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id


class Characteristic(models.TextChoices):
    """Equality characteristics that the partnership's data standard asks for."""

    ETHNICITY = "ethnicity", "Ethnic group"
    DISABILITY = "disability", "Disability"
    SEXUAL_ORIENTATION = "sexual_orientation", "Sexual orientation"
    GENDER_IDENTITY = "gender_identity", "Gender identity"
    RELIGION = "religion", "Religion or belief"
    PREGNANCY = "pregnancy", "Pregnancy or maternity"


class AnswerState(models.TextChoices):
    """What is known, and if nothing is, why: these are four different things in every count."""

    KNOWN = "known", "Known"
    NOT_ASKED = "not_asked", "Not asked"
    DECLINED = "declined", "Declined to say"
    NOT_KNOWN = "not_known", "Not known"


class EqualityAnswer(models.Model):
    """One characteristic of one source record; a later answer replaces an earlier one, which stays."""

    record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="equality_answers")
    characteristic = models.CharField(max_length=30, choices=Characteristic.choices)
    state = models.CharField(max_length=20, choices=AnswerState.choices)
    code = models.CharField(max_length=60, blank=True, help_text="A code of the characteristic's list.")
    said_by = models.CharField(max_length=60, blank=True, help_text="Self, professional, or the file it came in.")
    recorded_at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(null=True, blank=True)

    data_classes = holds(
        Retention.CASE, internal="id record said_by recorded_at replaced_at", special="characteristic state code"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "characteristic"],
                condition=Q(replaced_at__isnull=True),
                name="one_current_answer_per_characteristic",
            ),
            models.CheckConstraint(
                condition=Q(state="known") & ~Q(code="") | ~Q(state="known") & Q(code=""),
                name="equality_code_exactly_when_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.characteristic} of {self.record_id}"


class AddressKind(models.TextChoices):
    """Safety rule 2. Unconfirmed is the default of anything imported and is redacted like a confidential one."""

    UNCONFIRMED = "unconfirmed", "Unconfirmed"
    SAFE = "safe", "Safe"
    SHARED = "shared", "Shared with the perpetrator"
    CONFIDENTIAL = "confidential", "Confidential (such as a refuge)"
    UNSAFE_AREA = "unsafe_area", "In an unsafe area"


class Address(models.Model):
    """Where a source record says that someone lives, with the type on which its protection rests."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="addresses")
    lines = models.CharField(max_length=400, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    area = models.ForeignKey("areas.Area", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=AddressKind.choices, default=AddressKind.UNCONFIRMED)
    typed_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    typed_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    data_classes = holds(
        Retention.CASE,
        internal="id record kind typed_by typed_at recorded_at ended_at",
        locating="lines postcode area",
    )

    def __str__(self) -> str:
        return str(self.pk)


class AddressReader(models.Model):
    """Someone named, to whom a protected address may be shown."""

    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="readers")
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    named_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=300)

    data_classes = holds(Retention.CASE, internal="id address user named_by named_at", personal="reason")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "user"], name="one_naming_per_reader")]

    def __str__(self) -> str:
        return f"{self.user_id} may read {self.address_id}"


class ChannelKind(models.TextChoices):
    """How someone may be reached."""

    PHONE = "phone", "Telephone"
    TEXT = "text", "Text message"
    EMAIL = "email", "E-mail"
    LETTER = "letter", "Letter"
    IN_PERSON = "in_person", "In person"


class ChannelSafety(models.TextChoices):
    """Whether a channel is positively safe. Unknown is not safe (safety rule 3)."""

    SAFE = "safe", "Safe"
    UNSAFE = "unsafe", "Not safe"
    UNKNOWN = "unknown", "Safety not known"


class ContactRule(models.Model):
    """One channel to one person, whether it is safe, when, and what to mind."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="contact_rules")
    channel = models.CharField(max_length=20, choices=ChannelKind.choices)
    value = models.CharField(max_length=200, blank=True)
    safety = models.CharField(max_length=20, choices=ChannelSafety.choices, default=ChannelSafety.UNKNOWN)
    times = models.CharField(max_length=200, blank=True, help_text="When it is safe, in words.")
    voicemail_allowed = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True, help_text="What to mind: code word, who checks the post.")
    confirmed_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(
        null=True, blank=True, help_text="When the one attempt on a channel of unknown safety was made."
    )
    tried_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    data_classes = holds(
        Retention.CASE,
        internal="id record channel safety voicemail_allowed confirmed_by confirmed_at tried_at tried_by recorded_at"
        " ended_at",
        locating="value times note",
    )

    def __str__(self) -> str:
        return f"{self.channel} of {self.record_id}"


class RelationshipKind(models.TextChoices):
    """Of the perpetrator (`from_record`) to the victim (`to_record`), as `incidents.csv` has it."""

    SPOUSE = "spouse", "Spouse"
    CIVIL_PARTNER = "civil_partner", "Civil partner"
    ENGAGED = "engaged", "Engaged"
    INTIMATE_PARTNER = "intimate_partner", "Intimate partner"
    PARENT_OF_SAME_CHILD = "parent_of_same_child", "Parent of the same child"
    PARENT = "parent", "Parent"
    CHILD = "child", "Child"
    SIBLING = "sibling", "Sibling"
    GRANDPARENT = "grandparent", "Grandparent"
    GRANDCHILD = "grandchild", "Grandchild"
    OTHER_RELATIVE = "other_relative", "Other relative"
    NONE = "none", "None"
    UNKNOWN = "unknown", "Not known"


class Relationship(models.Model):
    """How two people are connected, and the limb of s2 of the Act that this is, with its reason."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    from_record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="relationships_from")
    to_record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="relationships_to")
    kind = models.CharField(max_length=30, choices=RelationshipKind.choices)
    ended = models.CharField(max_length=10, blank=True, help_text="yes, no, unknown or blank.")
    separated_on = models.DateField(null=True, blank=True)
    shared_child = models.BooleanField(default=False)
    limb = models.CharField(max_length=10, blank=True, help_text="a-g of s2(1), or blank where none.")
    limb_reason = models.CharField(max_length=300, blank=True)
    rule_version = models.CharField(max_length=60, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(
        Retention.CASE,
        internal="id from_record to_record rule_version recorded_at",
        special="kind ended separated_on shared_child limb limb_reason",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_record", "to_record", "kind"], name="one_relationship_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.from_record_id} {self.to_record_id}"
