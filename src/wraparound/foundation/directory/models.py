"""The register of services: what, for whom, where, how to refer. No confidential address is ever in it."""

from __future__ import annotations

from django.db import models

from wraparound.kit.data_classes import Retention, holds


class ServiceKind(models.TextChoices):
    """What a service is for."""

    HELPLINE = "helpline", "Helpline"
    HUB = "hub", "Hub or single point of access"
    IDVA = "idva", "Independent domestic violence adviser"
    REFUGE = "refuge", "Refuge"
    DISPERSED = "dispersed", "Dispersed safe accommodation"
    LEAD_WORKER = "lead_worker", "Lead worker"
    PROGRAMME = "programme", "Programme for people who use abuse"
    COUNSELLING = "counselling", "Counselling"
    SANCTUARY = "sanctuary", "Sanctuary scheme"
    FRONT_DOOR = "front_door", "Statutory front door"
    OTHER = "other", "Other"


class Service(models.Model):
    """One service of one organisation."""

    slug = models.SlugField(max_length=80, unique=True)
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="services")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=ServiceKind.choices)
    what = models.TextField(blank=True)
    for_whom = models.TextField(blank=True)
    area = models.ForeignKey("areas.Area", null=True, blank=True, on_delete=models.PROTECT)
    how_to_refer = models.TextField(blank=True)
    opening_times = models.CharField(max_length=200, blank=True)
    units = models.PositiveIntegerField(null=True, blank=True, help_text="Places, where the papers give them.")
    is_public = models.BooleanField(default=True)
    source = models.CharField(max_length=200, blank=True)

    data_classes = holds(
        Retention.REFERENCE,
        open="id slug organisation name kind what for_whom area how_to_refer opening_times units is_public source",
    )

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
