"""Rules of practice as data: a version, an area, a date from which it holds, and where it was seen."""

from __future__ import annotations

from django.db import models

from wraparound.kit.data_classes import Retention, holds


class RuleStatus(models.TextChoices):
    """How sure we are of a rule. Tags S and T of the domain rules are *seen*; A and D are *provisional*."""

    SEEN = "seen", "Seen in the source"
    PROVISIONAL = "provisional", "Provisional"


class RuleSet(models.Model):
    """One version of one named set of rules, for one area, from one date."""

    name = models.CharField(max_length=60)
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="rule_sets")
    version = models.CharField(max_length=40)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    title = models.CharField(max_length=200)
    source = models.TextField(blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    status = models.CharField(max_length=20, choices=RuleStatus.choices)
    params = models.JSONField()
    provisional_params = models.JSONField(
        default=list, help_text="Names of the parameters that are provisional in a set otherwise seen."
    )

    data_classes = holds(
        Retention.REFERENCE,
        open="id name area version effective_from effective_to title source source_url status params"
        " provisional_params",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "area", "version"], name="one_rule_set_per_version"),
            models.UniqueConstraint(fields=["name", "area", "effective_from"], name="one_rule_set_per_start"),
        ]
        ordering = ["name", "-effective_from"]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"


class CodeList(models.Model):
    """One code of one list of the pack: ethnic groups, relationships, force codes, reasons."""

    list_name = models.CharField(max_length=60)
    code = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    group = models.CharField(max_length=200, blank=True, help_text="The heading under which a form shows it.")
    position = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=200, blank=True)
    is_provisional = models.BooleanField(default=False)

    data_classes = holds(Retention.REFERENCE, open="id list_name code label group position source is_provisional")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list_name", "code"], name="one_label_per_code"),
        ]
        ordering = ["list_name", "position", "code"]

    def __str__(self) -> str:
        return self.label
