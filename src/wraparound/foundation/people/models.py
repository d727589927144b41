"""People as each organisation holds them, and the reversible links that say who is one person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id


class Person(models.Model):
    """One human being: nothing but the thing that source records are linked to.

    Each source record begins as a person of its own, under the record's own id, so that undoing links always
    leads back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.CASE, internal="id created_at")

    def __str__(self) -> str:
        return str(self.pk)


class Sex(models.TextChoices):
    """As the police file has it; `blank` is not asked."""

    FEMALE = "female", "Female"
    MALE = "male", "Male"
    UNKNOWN = "unknown", "Not known"
    DECLINED = "declined", "Declined to say"


def name_of(given_names: str, family_name: str) -> str:
    """Given names and family name, or a phrase where neither is held."""
    return " ".join(part for part in (given_names, family_name) if part) or "Name not known"


class SourceRecord(models.Model):
    """What one organisation holds on someone. Never altered by another organisation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="source_records")
    external_ref = models.CharField(max_length=100)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="records")
    family_name = models.CharField(max_length=200, blank=True)
    given_names = models.CharField(max_length=200, blank=True)
    aliases = models.JSONField(default=list, help_text="Other names in use, as plain strings.")
    dob = models.DateField(null=True, blank=True)
    dob_alternatives = models.JSONField(default=list, help_text="Other birthdays in use, as ISO dates.")
    sex = models.CharField(max_length=20, choices=Sex.choices, blank=True)
    gender_identity = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=10, blank=True, help_text="ISO 639.")
    interpreter_needed = models.BooleanField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, help_text="Of the row it was last made from.")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(
        Retention.CASE,
        internal="id organisation person content_hash version created_at updated_at interpreter_needed",
        personal="external_ref family_name given_names aliases dob dob_alternatives sex language",
        special="gender_identity",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "external_ref"], name="one_source_record_per_external_ref")
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def full_name(self) -> str:
        """Given names and family name, or a phrase where neither is held."""
        return name_of(self.given_names, self.family_name)


class SourceRecordVersion(models.Model):
    """What a source record was before its organisation changed it."""

    record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    values = models.JSONField()
    replaced_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.CASE, internal="id record version replaced_at", locating="values")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "version"], name="one_row_per_source_record_version")]

    def __str__(self) -> str:
        return f"{self.record_id} v{self.version}"


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


class BlockingKey(models.Model):
    """One key under which a record is found among a million: kind and value in one string, such as ``n:SM0|1985``."""

    record = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="blocking_keys")
    key = models.CharField(max_length=60)

    data_classes = holds(Retention.CASE, internal="id record", personal="key")

    class Meta:
        indexes = [models.Index(fields=["key", "record"])]

    def __str__(self) -> str:
        return f"{self.record_id}"


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


class Appearance(models.Model):
    """A record appears in a matter: all that the foundation knows of who is in a case."""

    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="appearances")
    record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="appearances")
    shielded = models.BooleanField(
        default=True,
        help_text="Not opened by an involvement that faces the perpetrator. Everyone but the perpetrator is shielded.",
    )

    data_classes = holds(Retention.CASE, internal="id matter record shielded")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "record"], name="one_appearance_per_matter")]
        indexes = [models.Index(fields=["record", "matter"])]

    def __str__(self) -> str:
        return f"{self.record_id} in {self.matter_id}"
