"""Places, and the calendars from which deadlines are counted."""

from __future__ import annotations

from django.db import models

from wraparound.kit.data_classes import Retention, holds


class AreaKind(models.TextChoices):
    """From the partnership down to the smallest area for which figures are published."""

    PARTNERSHIP = "partnership", "Partnership"
    REGION = "region", "Police or MARAC region"
    LOCAL_AUTHORITY = "local_authority", "Local authority"
    LOCALITY = "locality", "Locality"
    WARD = "ward", "Ward"
    LSOA = "lsoa", "Lower-layer super output area"


class Area(models.Model):
    """One place of one vintage: an LSOA of 2011 and one of 2021 are different areas, even with one code."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=AreaKind.choices)
    vintage = models.CharField(max_length=10, help_text="Year of the boundaries, such as 2018 or 2021.")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    parent_is_best_fit = models.BooleanField(
        default=False, help_text="Placed in its parent by overlap, not by an official look-up."
    )
    attribution = models.CharField(max_length=200, blank=True)

    data_classes = holds(Retention.REFERENCE, open="id code name kind vintage parent parent_is_best_fit attribution")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "kind", "vintage"], name="one_area_per_code_and_vintage"),
            models.CheckConstraint(condition=~models.Q(vintage=""), name="area_has_a_vintage"),
        ]
        ordering = ["kind", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class BankHoliday(models.Model):
    """A bank holiday of a division (England and Wales, Scotland, Northern Ireland). Source: GOV.UK."""

    division = models.CharField(max_length=40)
    date = models.DateField()
    title = models.CharField(max_length=100)

    data_classes = holds(Retention.REFERENCE, open="id division date title")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["division", "date"], name="one_bank_holiday_per_division_and_day")
        ]
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.title}, {self.date}"


class SchoolTerm(models.Model):
    """A stretch of days on which schools of an area are open, but for weekends, bank holidays and closures."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="school_terms")
    name = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField()
    is_provisional = models.BooleanField(default=True)

    data_classes = holds(Retention.REFERENCE, open="id area name starts_on ends_on is_provisional")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "starts_on"], name="one_school_term_per_start"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="school_term_ends_after_it_starts"
            ),
        ]
        ordering = ["starts_on"]

    def __str__(self) -> str:
        return self.name
