"""The platform's own records as evidence: pseudonyms, bands and codes, under a purpose, and the act is logged.

No name, birthday, address or narrative leaves the record. A place is an LSOA or a ward, and none where a confidential
address of hers lies in it. What is drawn is whole, and disclosure control comes with the tables made of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from wraparound.evidence.store.keys import pseudonym, pseudonym_key
from wraparound.evidence.store.manifests import Manifest, forget_load, read_manifests, write_manifest
from wraparound.evidence.store.places import store_path
from wraparound.evidence.store.writing import write_part
from wraparound.foundation.access import log
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.models import Area, AreaKind
from wraparound.foundation.areas.rules import LONDON
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.states import PROMISED, State
from wraparound.foundation.partners.actors import system
from wraparound.foundation.people.models import Address, AddressKind, Characteristic
from wraparound.kit.errors import BadInput
from wraparound.response.cases.models import Incident, PartyRole
from wraparound.response.marac.models import Referral, Telling, Transfer
from wraparound.response.marac.returns import expressions as of
from wraparound.response.marac.rules.criteria import REPEAT

TASK = "evidence.extract"
BATCH = 2_000
SHORTEST_PURPOSE, LONGEST_PURPOSE = 10, 100
BANDS = (16, 25, 35, 45, 55, 65)
AS_ASKED = (Characteristic.ETHNICITY, Characteristic.DISABILITY, Characteristic.SEXUAL_ORIENTATION)

Row = dict[str, Any]


@dataclass(frozen=True)
class Naming:
    """Makes pseudonyms for the rows of one extract."""

    key: bytes

    def of(self, kind: str, identity: Any) -> str | None:
        """The pseudonym of a record of this kind; None where there is none."""
        return pseudonym(self.key, kind, identity) if identity else None


def extract(*, purpose: str, store: Path | None = None) -> list[Manifest]:
    """Draw incidents, MARAC referrals, hearings and transfers into the store, in place of what was drawn before.

    Raises BadInput without a purpose that says what it is for.
    """
    purpose = purpose.strip()
    if not SHORTEST_PURPOSE <= len(purpose) <= LONGEST_PURPOSE:
        raise BadInput(
            f"Say what the extract is for, in {SHORTEST_PURPOSE} to {LONGEST_PURPOSE} characters:"
            " it is written into the access log."
        )
    where = store or store_path()
    naming = Naming(pseudonym_key())
    earlier = [one.sha256 for one in read_manifests(where) if one.kind in ROWS]
    actor = replace(system(TASK), purpose=purpose)
    with acting_as(system(TASK)), transaction.atomic():
        drawn = [_draw(where, dataset, list(rows(naming)), purpose) for dataset, rows in ROWS.items()]
        counts: dict[str, Any] = {one.kind: one.rows_kept for one in drawn}
        log.write(actor, "evidence.extracted", **counts)
    for sha256 in earlier:
        forget_load(where, sha256)
    return drawn


def _draw(store: Path, dataset: str, rows: list[Row], purpose: str) -> Manifest:
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    sha256 = hashlib.sha256(f"{dataset} {at} {purpose}".encode()).hexdigest()
    count = write_part(store, dataset, sha256, rows)
    manifest = Manifest(
        sha256=sha256,
        name=f"extract for: {purpose}",
        kind=dataset,
        rows_read=count,
        rows_kept=count,
        months=tuple(sorted({row["month"].strftime("%Y-%m") for row in rows})),
        forces=tuple(sorted({row["force"] for row in rows if row.get("force")})),
        parts={dataset: count},
        quality=_quality(rows),
        source="Records of this platform, pseudonymised",
        licence="Not open: for this purpose only, and within the partnership",
        loaded_at=at,
        is_synthetic=settings.SYNTHETIC,
    )
    write_manifest(store, manifest)
    return manifest


def _quality(rows: list[Row]) -> dict[str, float]:
    """By column the share of rows that say nothing, or why nothing is known."""
    missing: dict[str, float] = {}
    for name in rows[0] if rows else ():
        empty = sum(row[name] in (None, "", "not-known") or str(row[name]).startswith("?") for row in rows)
        missing[name] = round(empty / len(rows), 6)
    return missing


def _incidents(naming: Naming) -> Iterator[Row]:
    hidden = Address.objects.filter(
        record__person_id=OuterRef("victim__person_id"),
        area_id=OuterRef("area_id"),
        kind=AddressKind.CONFIDENTIAL,
        ended_at__isnull=True,
    )
    found = _with_victim(Incident.objects.all(), "victim", "occurred_from").annotate(
        place_hidden=Exists(hidden),
        suspect_person=F("perpetrator__person_id"),
        suspect_sex=of.sex_of("perpetrator__sex"),
        suspect_age=of.age_at("perpetrator__dob", "occurred_from"),
        area_code=F("area__code"),
        area_kind=F("area__kind"),
        area_vintage=F("area__vintage"),
        above_code=F("area__parent__code"),
        above_kind=F("area__parent__kind"),
    )
    for one in found.select_related("perpetrator").order_by("pk").iterator(chunk_size=BATCH):
        at = one.occurred_from.astimezone(LONDON)
        yield {
            "pseudonym": naming.of("incident", one.pk),
            "month": _month(one.occurred_from),
            "case": naming.of("case", one.case_id),
            "force": one.force,
            "suspect": naming.of("person", one.suspect_person),
            "weekday": at.isoweekday(),
            "hour": at.hour,
            **_place(one),
            "abuse_kinds": " ".join(sorted(one.abuse_kinds)),
            "flags": " ".join(sorted(one.flags)),
            "grade": one.dara_grade,
            "relationship": one.relationship,
            "is_crime": bool(one.crime_ref or one.offence_code),
            "suspect_age_band": _band(one.suspect_age),
            "suspect_sex": one.suspect_sex,
            **_victim(one, naming),
        }


def _referrals(naming: Naming) -> Iterator[Row]:
    found = _with_victim(Referral.objects.all(), "victim", "received_at").annotate(
        case_pk=F("matter__case__pk"),
        slug=F("organisation__slug"),
        organisation_kind=F("organisation__kind"),
        heard_at=F("telling__item__session__starts_at"),
    )
    for one in found.order_by("pk").iterator(chunk_size=BATCH):
        yield {
            "pseudonym": naming.of("referral", one.pk),
            "month": _month(one.received_at),
            "case": naming.of("case", one.case_pk),
            "from_organisation": one.slug,
            "from_kind": one.organisation_kind,
            "state": one.state,
            "days_to_hearing": _days(one.received_at, one.heard_at),
            "is_repeat": REPEAT in one.reasons,
            "by_judgement": "professional_judgement" in one.reasons,
            "reasons": " ".join(sorted(one.reasons)),
            "victim_aware": one.victim_aware == "yes",
            **_victim(one, naming),
        }


def _hearings(naming: Naming) -> Iterator[Row]:
    promised = [*PROMISED, State.DONE, State.NO_LONGER_POSSIBLE, State.NOT_DONE]
    actions = {
        row["agreed_in"]: (row["promised"], row["done"])
        for row in Commitment.objects.filter(agreed_in__isnull=False)
        .values("agreed_in")
        .annotate(promised=Count("pk", filter=Q(state__in=promised)), done=Count("pk", filter=Q(state=State.DONE)))
    }
    starts = "item__session__starts_at"
    found = _with_victim(Telling.objects.all(), "referral__victim", starts).annotate(
        case_pk=F("matter__case__pk"),
        starts_at=F(starts),
        marac=F("item__session__panel__area__code"),
        organisation_kind=F("referral__organisation__kind"),
        received_at=F("referral__received_at"),
        children=Count(
            "matter__case__parties__record__person",
            filter=Q(matter__case__parties__role=PartyRole.CHILD),
            distinct=True,
        ),
    )
    for one in found.order_by("pk").iterator(chunk_size=BATCH):
        made, done = actions.get(one.item_id, (0, 0))
        yield {
            "pseudonym": naming.of("telling", one.pk),
            "month": _month(one.starts_at),
            "case": naming.of("case", one.case_pk),
            "referral": naming.of("referral", one.referral_id),
            "marac": one.marac,
            "from_kind": one.organisation_kind,
            "children": one.children,
            "days_waited": _days(one.received_at, one.starts_at),
            "telling_state": one.state,
            "told_within_days": _days(one.starts_at, one.ended_at),
            "actions": made,
            "actions_done": done,
            **_victim(one, naming),
        }


def _transfers(naming: Naming) -> Iterator[Row]:
    """Moves between areas. The other area is written as people write it: only a name that is known leaves, as its code.

    Where a confidential address of hers stands, not even that: a district may be small enough to find her in.
    """
    hidden = Address.objects.filter(
        record__person_id=OuterRef("referral__victim__person_id"),
        kind=AddressKind.CONFIDENTIAL,
        ended_at__isnull=True,
    )
    known = _known_areas()
    found = _with_victim(Transfer.objects.all(), "referral__victim", "made_at").annotate(
        case_pk=F("matter__case__pk"), place_hidden=Exists(hidden)
    )
    for one in found.order_by("pk").iterator(chunk_size=BATCH):
        code, kind = known.get(one.other_area.strip().lower(), (None, None))
        yield {
            "pseudonym": naming.of("transfer", one.pk),
            "month": _month(one.made_at),
            "case": naming.of("case", one.case_pk),
            "referral": naming.of("referral", one.referral_id),
            "direction": one.direction,
            "state": one.state,
            "move": one.move,
            "other_area": None if one.place_hidden else code,
            "other_kind": None if one.place_hidden else kind,
            **_victim(one, naming),
        }


def _known_areas() -> dict[str, tuple[str, str]]:
    """Code and kind of authorities and partnerships by their names in small letters. Nothing smaller."""
    kinds = (AreaKind.REGION, AreaKind.PARTNERSHIP, AreaKind.LOCAL_AUTHORITY)  # of one name the last counts
    found = {}
    for kind in kinds:
        for name, code in Area.objects.filter(kind=kind).order_by("vintage").values_list("name", "code"):
            found[name.lower()] = (code, kind.value)
    return found


ROWS: dict[str, Callable[[Naming], Iterator[Row]]] = {
    "own_incidents": _incidents,
    "own_referrals": _referrals,
    "own_marac": _hearings,
    "own_transfers": _transfers,
}


def _with_victim(rows: QuerySet[Any], path: str, at: str) -> QuerySet[Any]:
    """What is said of the victim-survivor: by the record's own agency, else by any other that holds her."""
    person = f"{path}__person_id"
    answers = {f"victim_{one.value}": of.answer_of(one, f"{path}_id", person) for one in AS_ASKED}
    found: QuerySet[Any] = rows.annotate(
        victim_person=F(person),
        victim_sex=of.sex_of(f"{path}__sex"),
        victim_age=of.age_at(f"{path}__dob", at),
        **answers,
    )
    return found


def _victim(one: Any, naming: Naming) -> Row:
    return {
        "victim": naming.of("person", one.victim_person),
        "victim_age_band": _band(one.victim_age),
        "victim_sex": one.victim_sex,
        "victim_ethnicity": one.victim_ethnicity,
        "victim_disability": one.victim_disability,
        "victim_sexual_orientation": one.victim_sexual_orientation,
    }


def _place(one: Any) -> Row:
    """The LSOA and the ward of an incident, unless a confidential address of hers lies there."""
    nowhere = {"lsoa": None, "lsoa_vintage": "", "ward": None}
    if one.place_hidden or not one.area_code:
        return nowhere
    if one.area_kind == "ward":
        return nowhere | {"ward": one.area_code}
    if one.area_kind != "lsoa":
        return nowhere
    ward = one.above_code if one.above_kind == "ward" else None
    return {"lsoa": one.area_code, "lsoa_vintage": one.area_vintage, "ward": ward}


def _band(age: int | None) -> str:
    if age is None or age < 0:
        return "not-known"
    if age < BANDS[0]:
        return f"under-{BANDS[0]}"
    for first, after in pairwise(BANDS):
        if age < after:
            return f"{first}-{after - 1}"
    return f"{BANDS[-1]}-over"


def _month(at: datetime) -> date:
    return timezone.localtime(at, LONDON).date().replace(day=1)


def _days(start: datetime | None, end: datetime | None) -> int | None:
    if start is None or end is None:
        return None
    return (timezone.localtime(end, LONDON).date() - timezone.localtime(start, LONDON).date()).days
