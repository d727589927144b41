"""On what ground a case was opened to a MARAC: what is shown later, at it and after it, rests on that too."""

from __future__ import annotations

from wraparound.foundation.access.models import Involvement, Matter
from wraparound.foundation.access.wall import lifted

FOR_REFERRAL = "referral"


def basis_of_referral(matter: Matter) -> str:
    """On which lawful basis it was referred, in words, the last time; empty where nobody referred it."""
    with lifted("marac.listed_item"):
        rows = Involvement.objects.filter(matter=matter, given_for=FOR_REFERRAL).exclude(lawful_basis="")
        return rows.order_by("-starts_at", "pk").values_list("lawful_basis", flat=True).first() or ""
