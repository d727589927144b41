"""The city's incidents as the force's files have them: what it knows of someone, and what it never asked."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TextIO

from wraparound.demo.city.chance import LONDON, chance_for
from wraparound.demo.city.incidents import Exposed, Incident
from wraparound.demo.city.people import Human

_OF_SOMEONE = (
    "ref",
    "family_name",
    "given_names",
    "dob",
    "sex",
    "gender_identity",
    "ethnicity",
    "disability",
    "language",
    "phone",
    "address",
    "postcode",
)
_OF_VICTIM = (*_OF_SOMEONE[:10], "phone_safe", *_OF_SOMEONE[10:])
INCIDENT_COLUMNS = (
    *("incident_ref", "crime_ref", "force", "occurred_from", "occurred_to", "reported_at", "abuse_kinds", "flags"),
    *("offence_code", "offence_title", "outcome_code", "location_postcode", "location_kind"),
    *("dara_grade", "dash_ticks", "relationship", "relationship_ended", "separated_on"),
    *(f"victim_{column}" for column in _OF_VICTIM),
    *(f"perpetrator_{column}" for column in _OF_SOMEONE),
    "narrative",
)
CHILD_COLUMNS = (
    *("incident_ref", "child_ref", "family_name", "given_names", "dob", "sex"),
    *("relationship_to_victim", "relationship_to_perpetrator", "exposure"),
    *("address_postcode", "school_urn", "school_name", "voice"),
)
NOT_STATED = {"": 52, "unknown": 33, "declined": 15}
Row = dict[str, str]


class PoliceFiles:
    """Writes the force's rows. What it knows of someone is the same in each of them."""

    def __init__(self, force: str, seed: str, ethnicity_known: float) -> None:
        self.force = force
        self.seed = seed
        self.ethnicity_known = ethnicity_known
        self._known: dict[tuple[str, bool], Row] = {}

    def incident(self, incident: Incident) -> Row:
        """One row of `incidents.csv`."""
        family = incident.family
        row = {
            "incident_ref": incident.ref,
            "crime_ref": incident.crime_ref,
            "force": self.force,
            "occurred_from": stamp(incident.occurred_from),
            "occurred_to": stamp(incident.occurred_to),
            "reported_at": stamp(incident.reported_at),
            "abuse_kinds": ";".join(incident.kinds),
            "flags": ";".join(incident.flags),
            "offence_code": incident.offence[0],
            "offence_title": incident.offence[1],
            "outcome_code": incident.outcome,
            "location_postcode": self._where(incident),
            "location_kind": incident.location_kind,
            "dara_grade": incident.grade,
            "dash_ticks": "" if incident.ticks is None else str(incident.ticks),
            "relationship": family.relationship if incident.perpetrator else "unknown",
            "relationship_ended": family.ended if incident.perpetrator else "",
            "separated_on": family.separated_on.isoformat() if family.separated_on else "",
            "narrative": incident.narrative,
        }
        row |= {f"victim_{name}": value for name, value in self.known(incident.victim, is_victim=True).items()}
        if incident.perpetrator:
            known = self.known(incident.perpetrator, is_victim=False)
            row |= {f"perpetrator_{name}": value for name, value in known.items()}
        return row

    def child(self, incident: Incident, exposed: Exposed) -> Row:
        """One row of `incident_children.csv`."""
        human = exposed.child.human
        return {
            "incident_ref": incident.ref,
            "child_ref": human.ref,
            "family_name": human.name.family,
            "given_names": human.name.given,
            "dob": human.dob.isoformat(),
            "sex": human.sex,
            "relationship_to_victim": exposed.child.to_victim,
            "relationship_to_perpetrator": exposed.child.to_perpetrator,
            "exposure": exposed.exposure,
            "address_postcode": human.home.postcode,
            "school_name": exposed.child.school,
            "voice": exposed.voice,
        }

    def known(self, human: Human, *, is_victim: bool) -> Row:
        """What the force knows of someone: of a perpetrator less than of a victim."""
        key = (human.ref, is_victim)
        if key not in self._known:
            self._known[key] = self._find_out(human, is_victim)
        return self._known[key]

    def _find_out(self, human: Human, is_victim: bool) -> Row:
        # The same draws for one person whatever the role, so that a row and a row with reversed roles agree.
        chance = chance_for(self.seed, "known", human.ref)
        dob, address, phone, phone_safe = chance.random(), chance.random(), chance.random(), chance.random()
        ethnicity = human.ethnicity if chance.yes(self.ethnicity_known) else chance.pick(NOT_STATED)
        disability = human.disability if chance.yes(0.3) else chance.pick(NOT_STATED)
        language = human.language if human.language != "en" or chance.yes(0.4) else ""
        row = {
            "ref": human.ref,
            "family_name": human.name.family,
            "given_names": human.name.given,
            "dob": human.dob.isoformat() if dob < 0.96 else "",
            "sex": human.sex,
            "gender_identity": "",
            "ethnicity": ethnicity,
            "disability": disability,
            "language": language,
            "phone": human.phone if phone < 0.9 else "",
            "address": human.home.lines if address < 0.93 else "",
            "postcode": human.home.postcode if address < 0.96 else "",
        }
        if is_victim:
            row["phone_safe"] = "" if not row["phone"] else _safety(phone_safe)
        return row

    def _where(self, incident: Incident) -> str:
        if incident.location_kind in ("home", "shared_home"):
            return incident.victim.home.postcode
        if incident.location_kind == "perpetrator_home" and incident.perpetrator:
            return incident.perpetrator.home.postcode
        return ""


def _safety(draw: float) -> str:
    if draw < 0.34:
        return "yes"
    return "no" if draw < 0.43 else "unknown"


def stamp(when: datetime | None) -> str:
    """A moment as the format has it, with the offset of that day in London."""
    return when.astimezone(LONDON).isoformat(timespec="seconds") if when else ""


def write_rows(stream: TextIO, columns: Iterable[str], rows: Iterable[Row]) -> int:
    """Write the rows under their header. Returns how many."""
    writer = csv.DictWriter(stream, list(columns), restval="")
    writer.writeheader()
    written = 0
    for row in rows:
        writer.writerow(row)
        written += 1
    return written


def children_of(files: PoliceFiles, incidents: Iterable[Incident]) -> Iterator[Row]:
    """The rows of the children of these incidents."""
    for incident in incidents:
        for exposed in incident.children:
            yield files.child(incident, exposed)
