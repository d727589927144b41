"""How the generated tests make things: each through the service that makes it in the product."""

from __future__ import annotations

import csv
import io
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from tests.cast import Cast
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.queries import contact_guidance
from wraparound.kit.events import deliver_pending
from wraparound.kit.models import Delivery
from wraparound.kit.worker import as_worker
from wraparound.response.cases.importing.commands import import_incidents
from wraparound.response.marac.forms.reading import answers_of, read_draft
from wraparound.response.marac.in_force import sharing_rules
from wraparound.response.marac.models import Referral, ReferralDraft
from wraparound.response.marac.services.drafts import save_row, save_step, start_draft
from wraparound.response.marac.services.receiving import submit_referral

# The one address that must leave by no output: distinctive, so that a search for it can't be fooled.
SECRET_STREET = "47 Quillfeather Wynd"
SECRET_POSTCODE = "QX7 9ZZ"
SECRET_LINE = f"{SECRET_STREET}, Fenmoor"
SECRET_MARKS = (b"quillfeather", b"qx7 9zz", b"qx79zz", b"qx7%209zz", b"qx7+9zz")
HIDDEN_IN = f"She was seen at {SECRET_STREET.upper()} ({SECRET_POSTCODE}) by a neighbour."


def deliver() -> None:
    """Deliver what waits in the outbox, as a worker does. A handler that fails fails the test."""
    with as_worker("outbox"):
        while deliver_pending():
            pass
    failed = Delivery.objects.filter(done_at__isnull=True).values_list("handler", "last_error")
    assert not failed, f"these handlers failed: {list(failed)}"


def days_ago(days: int) -> date:
    """The day so many days ago."""
    return today() - timedelta(days=days)


# --- a day's police files -----------------------------------------------------------------------------------


def incident(ref: str, **values: str) -> dict[str, str]:
    """One row of incidents.csv about the family of the main case; `values` go before."""
    moment = timezone.now() - timedelta(days=int(values.pop("days", "3")))
    at = moment.isoformat(timespec="minutes")
    return {
        "incident_ref": ref,
        "crime_ref": f"CR-{ref}",
        "force": "",  # filled in by `write_incidents`
        "occurred_from": at,
        "reported_at": at,
        "abuse_kinds": "physical;controlling_coercive",
        "flags": "strangulation",
        "offence_title": "Assault",
        "location_postcode": SECRET_POSTCODE,
        "dara_grade": "high",
        "dash_ticks": "15",
        "relationship": "intimate_partner",
        "relationship_ended": "yes",
        "victim_ref": "V-1",
        "victim_family_name": "Thistlewood",
        "victim_given_names": "Marigold Ann",
        "victim_dob": "1991-05-17",
        "victim_sex": "female",
        "victim_ethnicity": "1",
        "victim_phone": "07700 900123",
        "victim_phone_safe": "unknown",
        "victim_address": SECRET_LINE,
        "victim_postcode": SECRET_POSTCODE,
        "perpetrator_ref": "P-1",
        "perpetrator_family_name": "Cragg",
        "perpetrator_given_names": "Dorian",
        "perpetrator_dob": "1988-11-02",
        "perpetrator_sex": "male",
        "narrative": HIDDEN_IN,
        **values,
    }


def child(incident_ref: str, ref: str = "C-1", **values: str) -> dict[str, str]:
    """One row of incident_children.csv."""
    return {
        "incident_ref": incident_ref,
        "child_ref": ref,
        "family_name": "Thistlewood",
        "given_names": "Fern",
        "dob": str(days_ago(365 * 8)),
        "sex": "female",
        "relationship_to_victim": "child",
        "relationship_to_perpetrator": "child",
        "exposure": "heard",
        "address_postcode": SECRET_POSTCODE,
        "voice": f"Asked alone by an officer; said it was loud at {SECRET_STREET}.",
        **values,
    }


def as_csv(rows: list[dict[str, str]]) -> str:
    """The rows as a file's text, with a header."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(dict.fromkeys(key for row in rows for key in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_files(
    folder: Path, cast: Cast, incidents: list[dict[str, str]], children: list[dict[str, str]]
) -> tuple[Path, Path]:
    """incidents.csv and incident_children.csv in `folder`, of the cast's police force."""
    first, second = folder / "incidents.csv", folder / "incident_children.csv"
    first.write_text(as_csv([{**row, "force": cast.police.force_code} for row in incidents]), encoding="utf-8")
    second.write_text(as_csv(children), encoding="utf-8")
    return first, second


# --- a referral, page by page -------------------------------------------------------------------------------


def _day(prefix: str, day: date) -> dict[str, str]:
    return {f"{prefix}-day": str(day.day), f"{prefix}-month": str(day.month), f"{prefix}-year": str(day.year)}


@dataclass(frozen=True)
class Household:
    """A family as a referrer tells of it."""

    victim: Mapping[str, str]
    born: date
    phone: str
    address: Mapping[str, str]
    perpetrator: Mapping[str, str]
    child: Mapping[str, str]


MISSPELT = Household(
    victim={"given_names": "Marygold", "family_name": "Thistlewood", "sex": "female"},
    born=date(1991, 5, 17),
    phone="07700 900123",
    address={"lines": SECRET_LINE, "postcode": SECRET_POSTCODE, "kind": "confidential"},
    perpetrator={"given_names": "Dorian", "family_name": "Cragg", **_day("dob", date(1988, 11, 2))},
    child={"given_names": "Fern", "family_name": "Thistlewood"},
)


def household(given_names: str, family_name: str, number: int = 1) -> Household:
    """Another family, which has nothing to do with the main one; `number` makes it a new one."""
    return Household(
        victim={"given_names": given_names, "family_name": family_name, "sex": "female"},
        born=date(1970, 1, 1) + timedelta(days=97 * number),
        phone=f"07700 902{number:03d}",
        address={"lines": f"{number} Otter Lane", "postcode": "FN8 8HH", "kind": "safe"},
        perpetrator={"given_names": "Rufus", "family_name": f"{family_name}-Stone"},
        child={"given_names": "Ivy", "family_name": family_name},
    )


def referral_steps(basis: str, family: Household) -> dict[str, dict[str, Any]]:
    """What a referrer types, step by step."""
    lives_there = family.address["lines"] == SECRET_LINE
    said, place = (HIDDEN_IN, SECRET_STREET) if lives_there else ("He waits for her every day.", "her sister's")
    unasked = ("disability", "sexual_orientation", "gender_identity", "religion", "pregnancy")
    return {
        "victim": {**family.victim, **_day("dob", family.born)},
        "address": dict(family.address),
        "contact": {
            "phone": family.phone,
            "safe": "unknown",
            "note": f"Not by letter to {place}",
            "agreed_with_idva": "no",
        },
        "fears": {"afraid_of": said, "what_she_wants": f"To stay at {place}", "safe_to_talk_to": "Aunt"},
        "equality": {"ethnicity": "known:1", **dict.fromkeys(unasked, "not_asked")},
        "language": {"interpreter_needed": "no", "gp": f"Surgery near {family.address['postcode']}"},
        "reasons": {
            "reasons": ["professional_judgement", "visible_high_risk"],
            "judgement_reason": said,
            "dash_ticks": "16",
            "narrative": said,
        },
        "police": {"wants_police": "no", "wants_police_why_not": "Afraid of what comes after"},
        "earlier": {"other_marac": "no"},
        "consent": {"victim_aware": "yes", "consent": "yes", "lawful_basis": basis},
        "referrer": {"referrer_contact": "01632 960001, secure e-mail"},
        "children": {"any": "yes"},
    }


PERPETRATOR = {
    "given_names": "Dorian",
    "family_name": "Cragg",
    "sex": "male",
    "relationship": "intimate_partner",
    "ended": "yes",
    "shared_child": "yes",
    "same_address": "no",
    "lines": "9 Barley Street",
    "postcode": "FN1 1AA",
}
CHILD = {
    "given_names": "Fern",
    "family_name": "Thistlewood",
    "sex": "female",
    "to_victim": "child",
    "to_perpetrator": "child",
    "lives_with_victim": "yes",
    "school": "Reedmere Primary",
}


def first_basis(cast: Cast) -> str:
    """A lawful basis of the rule set in force."""
    return next(iter(bases(cast)))


def bases(cast: Cast) -> dict[str, str]:
    """The lawful bases of the rule set in force."""
    return dict(sharing_rules(cast.area, today()).params.lawful_bases)


def fill_draft(cast: Cast, draft: ReferralDraft, by: Actor, family: Household = MISSPELT) -> ReferralDraft:
    """Answer every step of a draft; what was filled in from what is held stays."""
    for step, values in referral_steps(first_basis(cast), family).items():
        held = draft.answers.get(step, {})
        both = {**values, **_given(held.get("values", {}))}
        draft = save_step(draft=draft, step=step, values=both, version=int(held.get("version", 0)), by=by)
    for step, values in (
        ("perpetrators", {**PERPETRATOR, **family.perpetrator}),
        ("children", {**CHILD, **family.child}),
    ):
        rows = draft.answers.get(step, {}).get("rows") or [{"id": "", "values": {}, "version": 0}]
        for row in rows:
            both = {**values, **_given(row["values"])}
            draft, _ = save_row(draft=draft, step=step, row=row["id"], values=both, version=row["version"], by=by)
    return draft


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", [], None)}


def refer(cast: Cast, by: Actor, family: Household = MISSPELT, draft: ReferralDraft | None = None) -> Referral:
    """A referral by `by`, written step by step and sent; delivered to whom it concerns."""
    with acting_as(by):
        draft = fill_draft(cast, draft or start_draft(by=by), by, family)
        referral = submit_referral(answers=answers_of(read_draft(draft, bases(cast))), draft=draft, by=by)
    deliver()
    return referral


def import_files(
    cast: Cast, folder: Path, incidents: list[dict[str, str]], children: list[dict[str, str]]
) -> dict[str, Any]:
    """Take in a day's files as the command line does; returns its report."""
    first, second = write_files(folder, cast, incidents, children)
    return import_incidents(first, children=second if children else None, dry_run=False, progress=lambda text: None)


def usable_channel(actor: Actor, referral: Referral) -> str:
    """The id of the first contact rule that `actor` may use, or may try once, to reach the victim-survivor."""
    guidance = contact_guidance(actor, referral.victim)
    return next(one.channel.rule_id for one in guidance.channels if one.may_use or one.may_try_once)


def a_photograph() -> ContentFile:
    """The smallest picture that is one, with a word of where it was taken in it, as cameras write it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    note = b"Comment\0" + SECRET_LINE.encode()
    parts = [chunk(b"IHDR", header), chunk(b"tEXt", note), chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b"")]
    return ContentFile(b"\x89PNG\r\n\x1a\n" + b"".join(parts), name=f"{SECRET_STREET}.png")
