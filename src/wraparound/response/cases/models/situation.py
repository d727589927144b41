"""A situation: who is in it, what happened, what was disclosed, and how it came in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id
from wraparound.response.cases.states import START, ImportState


class Case(models.Model):
    """A situation between people. It owns one matter, which is what others are involved in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.OneToOneField("access.Matter", on_delete=models.PROTECT, related_name="case")
    reference = models.CharField(max_length=20, unique=True, help_text="Random, so that gaps tell nothing.")
    opened_at = models.DateTimeField(default=timezone.now)
    last_event_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    grade = models.CharField(max_length=20, blank=True, help_text="Of the latest signed assessment.")
    summary = models.TextField(blank=True)
    pair_key = models.CharField(
        max_length=120,
        null=True,
        blank=True,
        unique=True,
        help_text="Of a force's case: its organisation and the two records, so that a pair has one case only.",
    )
    version = models.PositiveIntegerField(default=1)

    data_classes = holds(
        Retention.CASE,
        internal="id matter reference opened_at last_event_at closed_at pair_key version",
        special="grade summary",
    )

    class Meta:
        indexes = [models.Index(fields=["-last_event_at", "id"])]

    def __str__(self) -> str:
        return self.reference


class PartyRole(models.TextChoices):
    """A role in this situation: it belongs to the case, never to the person."""

    VICTIM = "victim", "Victim"
    PERPETRATOR = "perpetrator", "Perpetrator"
    CHILD = "child", "Child"
    OTHER = "other", "Other"


class CaseParty(models.Model):
    """Someone in a situation, as one organisation's record has them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey("people.SourceRecord", on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=20, choices=PartyRole.choices)
    since = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.CASE, internal="id case matter record since", special="role")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "record", "role"], name="one_party_per_record_and_role")]

    def __str__(self) -> str:
        return f"{self.role} in {self.case_id}"


class Incident(models.Model):
    """One incident as the police hold it: `incidents.csv`. Never altered by another organisation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="incidents")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="incidents")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    incident_ref = models.CharField(max_length=100)
    crime_ref = models.CharField(max_length=100, blank=True)
    force = models.CharField(max_length=60)
    occurred_from = models.DateTimeField()
    occurred_to = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField()
    abuse_kinds = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    offence_code = models.CharField(max_length=60, blank=True)
    offence_title = models.CharField(max_length=300, blank=True)
    outcome_code = models.CharField(max_length=60, blank=True)
    location_postcode = models.CharField(max_length=20, blank=True)
    location_kind = models.CharField(max_length=60, blank=True)
    area = models.ForeignKey("areas.Area", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dara_grade = models.CharField(max_length=20, blank=True)
    dash_ticks = models.PositiveSmallIntegerField(null=True, blank=True)
    relationship = models.CharField(max_length=30)
    relationship_ended = models.CharField(max_length=10, blank=True)
    separated_on = models.DateField(null=True, blank=True)
    victim = models.ForeignKey("people.SourceRecord", on_delete=models.PROTECT, related_name="+")
    perpetrator = models.ForeignKey(
        "people.SourceRecord", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    narrative = models.TextField(blank=True)
    act = models.JSONField(default=dict, help_text="Outcome of the Act's tests, with reasons and rule version.")
    extra = models.JSONField(default=dict, help_text="Unknown columns as they came.")
    raw_values = models.JSONField(default=dict, help_text="Raw text of optional values that could not be read.")
    people_as_sent = models.JSONField(
        default=dict,
        help_text="What the row said of its people, by column: the record may hold something newer, the row stays.",
    )
    content_hash = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField(default=timezone.now)
    import_run = models.ForeignKey("cases.ImportRun", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    data_classes = holds(
        Retention.CASE,
        internal="id matter case organisation incident_ref crime_ref force content_hash version received_at import_run"
        " reported_at",
        personal="victim perpetrator",
        special="occurred_from occurred_to abuse_kinds flags offence_code offence_title outcome_code dara_grade"
        " dash_ticks relationship relationship_ended separated_on narrative act extra location_kind",
        locating="location_postcode area raw_values people_as_sent",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["force", "incident_ref"], name="one_incident_per_force_and_ref")]
        indexes = [
            models.Index(fields=["matter", "-occurred_from"]),
            models.Index(fields=["victim", "-occurred_from"]),
            models.Index(fields=["incident_ref"]),  # what someone types of a case: no force goes with it
            models.Index(fields=["crime_ref"], condition=~Q(crime_ref=""), name="incidents_by_crime_number"),
        ]

    def __str__(self) -> str:
        return self.incident_ref


class IncidentVersion(models.Model):
    """What an incident was before the force sent it again with a difference."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="versions")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    values = models.JSONField()
    replaced_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.CASE, internal="id incident matter version replaced_at", locating="values")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "version"], name="one_row_per_incident_version")]

    def __str__(self) -> str:
        return f"{self.incident_id} v{self.version}"


class ChildExposure(models.Model):
    """A child connected to an incident, and how they were exposed: `incident_children.csv`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="children")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey("people.SourceRecord", on_delete=models.PROTECT, related_name="exposures")
    relationship_to_victim = models.CharField(max_length=60, blank=True)
    relationship_to_perpetrator = models.CharField(max_length=60, blank=True)
    exposure = models.CharField(max_length=20, blank=True)
    school_urn = models.CharField(max_length=20, blank=True)
    school_name = models.CharField(max_length=200, blank=True)
    voice = models.TextField(blank=True)
    address_postcode = models.CharField(max_length=20, blank=True)
    extra = models.JSONField(default=dict)
    raw_values = models.JSONField(default=dict)
    child_as_sent = models.JSONField(default=dict, help_text="What the row said of the child, by column.")
    act = models.JSONField(default=dict, help_text="Whether section 3 makes the child a victim, and why.")
    content_hash = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    import_run = models.ForeignKey("cases.ImportRun", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    data_classes = holds(
        Retention.CASE,
        internal="id incident matter record content_hash version import_run",
        special="relationship_to_victim relationship_to_perpetrator exposure voice extra act",
        locating="school_urn school_name address_postcode raw_values child_as_sent",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "record"], name="one_exposure_per_child_and_incident")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ChildExposureVersion(models.Model):
    """What was held on a child and an incident before the force sent it again with a difference."""

    exposure = models.ForeignKey(ChildExposure, on_delete=models.PROTECT, related_name="versions")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    values = models.JSONField()
    replaced_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.CASE, internal="id exposure matter version replaced_at", locating="values")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exposure", "version"], name="one_row_per_exposure_version")]

    def __str__(self) -> str:
        return f"{self.exposure_id} v{self.version}"


class CaseNote(models.Model):
    """Something a practitioner wrote into the chronology."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    text = models.TextField()
    never_to_perpetrator = models.BooleanField(default=False)
    agency_only = models.BooleanField(default=False)
    by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    data_classes = holds(
        Retention.CASE,
        internal="id case matter organisation never_to_perpetrator agency_only by at",
        special="happened_at text",
    )

    def __str__(self) -> str:
        return str(self.pk)


class Disclosure(models.Model):
    """What went from whom to whom, why and on what basis. Filled by what people do; only exceptions are typed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="disclosures")
    from_organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    to_organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=300)
    why = models.CharField(max_length=300)
    lawful_basis = models.CharField(max_length=100, blank=True)
    consent = models.CharField(max_length=20, blank=True, help_text="yes, no, not_sought or blank.")
    how = models.CharField(max_length=60)
    is_exception = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("partners.User", null=True, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200, unique=True, help_text="The act that it records: once each.")

    data_classes = holds(
        Retention.AUDIT,
        internal="id matter from_organisation to_organisation lawful_basis consent how is_exception at by key",
        special="what why",
    )

    class Meta:
        indexes = [models.Index(fields=["matter", "-at"])]

    def __str__(self) -> str:
        return str(self.pk)


class ImportRun(models.Model):
    """One import of one file, or of a file and its children: where it got to, and what came of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, default="incidents")
    state = models.CharField(max_length=20, choices=[(s.value, s.label) for s in ImportState], default=START.value)
    file_name = models.CharField(max_length=200)
    file_path = models.CharField(max_length=500)
    file_digest = models.CharField(max_length=64)
    children_name = models.CharField(max_length=200, blank=True)
    children_path = models.CharField(max_length=500, blank=True)
    children_digest = models.CharField(max_length=64, blank=True)
    total_bytes = models.BigIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0, help_text="Records of the file whose batch is committed.")
    children_done = models.PositiveIntegerField(default=0, help_text="The same of the children's file.")
    rows_total = models.PositiveIntegerField(null=True, help_text="Of both files, once they were checked.")
    columns = models.JSONField(default=dict, help_text="The header of each file, for the rejected rows.")
    report = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey("partners.User", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    data_classes = holds(
        Retention.OPERATIONAL,
        internal="id organisation kind state file_name file_path file_digest children_name children_path"
        " children_digest total_bytes rows_done children_done rows_total columns"
        " preview report error lease_until started_by created_at"
        " started_at finished_at",
    )

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-created_at", "id"]),
            models.Index(fields=["state", "lease_until"]),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ImportLine(models.Model):
    """A rejection or a warning of an import, and for a rejection the row as it came, to be corrected."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="lines")
    phase = models.CharField(max_length=10, help_text="preview or final.")
    file = models.CharField(max_length=10, help_text="incidents or children.")
    line = models.PositiveIntegerField()
    severity = models.CharField(max_length=10, help_text="rejected or warning.")
    column = models.CharField(max_length=60, blank=True)
    shape = models.CharField(max_length=100, blank=True, help_text="Such as 'text of 12 letters': never the value.")
    reason = models.CharField(max_length=300)
    is_urgent = models.BooleanField(default=False)
    row = models.JSONField(default=dict)

    data_classes = holds(
        Retention.OPERATIONAL,
        internal="id run phase file line severity column shape reason is_urgent",
        locating="row",
    )

    class Meta:
        indexes = [models.Index(fields=["run", "phase", "severity", "id"])]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class UrgentRow(models.Model):
    """A rejected row that speaks of high risk: a task for the importing clerk until it is dealt with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="urgent_rows")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    clerk = models.ForeignKey("partners.User", null=True, on_delete=models.PROTECT, related_name="+")
    file = models.CharField(max_length=10)
    line = models.PositiveIntegerField()
    incident_ref = models.CharField(max_length=100, blank=True)
    row_digest = models.CharField(max_length=64, help_text="Of the row: the same one sent again makes no second task.")
    why = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    dealt_with_at = models.DateTimeField(null=True, blank=True)
    dealt_with_how = models.CharField(max_length=300, blank=True)

    data_classes = holds(
        Retention.OPERATIONAL,
        internal="id run organisation clerk file line incident_ref row_digest created_at dealt_with_at",
        special="why dealt_with_how",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "file", "line"], name="one_urgent_task_per_row"),
            models.UniqueConstraint(fields=["organisation", "row_digest"], name="one_urgent_task_per_content"),
        ]
        indexes = [models.Index(fields=["organisation", "dealt_with_at", "created_at"])]

    def __str__(self) -> str:
        return str(self.pk)
