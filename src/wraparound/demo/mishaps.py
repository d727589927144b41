"""What goes wrong in police files, each thing planted once, with what the importer must make of it.

By the file format (docs/reference/file-formats.md): a row is rejected only for the reasons that are listed there; a bad
optional value costs no row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from wraparound.demo.city.chance import years_before
from wraparound.demo.city.files import Row
from wraparound.demo.city.places import Home

KEYS = ("read", "accepted", "unchanged", "changed", "rejected")


@dataclass
class Mess:
    """A day's rows, to which mishaps are added, and the count of what must come of them."""

    day: date
    incidents: list[Row]
    children: list[Row]
    home: Home  # of the person whom housing will refer
    force: str
    planted: dict[str, dict[str, str]] = field(default_factory=dict)
    expected: dict[str, dict[str, int]] = field(default_factory=dict)
    urgent: int = 0
    counts: dict[str, list[str]] = field(default_factory=lambda: {"incidents": [], "children": []})

    @property
    def next_ref(self) -> str:
        """A reference that no row has yet."""
        return f"{self.day:%Y%m%d}-{len(self.incidents) + 101:04d}"

    def clock(self, hour: int, minute: int = 0) -> str:
        """A time of the day, without an offset."""
        return f"{self.day.isoformat()}T{hour:02d}:{minute:02d}:00"

    def add(self, outcome: str, **values: str) -> Row:
        """Add an incident that must end as `outcome` (accepted, unchanged, rejected)."""
        row = self._plain() | values
        self.incidents.append(row)
        self.counts["incidents"].append(outcome)
        return row

    def add_child(self, outcome: str, **values: str) -> Row:
        """Add a child that must end as `outcome`."""
        row = {
            "child_ref": f"N39{len(self.children):05d}",
            "family_name": "Renée-Brown",
            "given_names": "Zoë",
            "dob": years_before(self.day, 7).isoformat(),
            "sex": "female",
            "relationship_to_victim": "child",
            "relationship_to_perpetrator": "child",
            "exposure": "heard",
        } | values
        self.children.append(row)
        self.counts["children"].append(outcome)
        return row

    def _plain(self) -> Row:
        number = len(self.incidents)
        return {
            "incident_ref": self.next_ref,
            "force": self.force,
            "occurred_from": self.clock(20, number % 60),
            "reported_at": self.clock(21, number % 60),
            "abuse_kinds": "psychological",
            "dara_grade": "standard",
            "relationship": "intimate_partner",
            "victim_ref": f"N37{number:05d}",
            "victim_family_name": "Tester",
            "victim_given_names": "Vera",
            "victim_dob": "1988-05-14",
            "victim_sex": "female",
            "perpetrator_ref": f"N38{number:05d}",
            "perpetrator_family_name": "Tester",
            "perpetrator_given_names": "Percy",
            "perpetrator_dob": "1985-02-03",
            "perpetrator_sex": "male",
            "narrative": "Verbal argument over money. Both spoken to.",
            "beat_code": "B9",
        }


def plant(mess: Mess) -> None:
    """Add everything that goes wrong, and the people whom the demo's journey needs."""
    mess.counts["incidents"] = ["accepted"] * len(mess.incidents)
    mess.counts["children"] = ["accepted"] * len(mess.children)
    for mishap in (*_PEOPLE, *_HARMLESS, *_BAD_VALUES, *_REJECTED, *_CHILDREN):
        mishap(mess)
    for part, outcomes in mess.counts.items():
        mess.expected[part] = {key: outcomes.count(key) for key in KEYS} | {"read": len(outcomes)}
    mess.expected["urgent"] = {"rows": mess.urgent}


# --- the people of the journey ------------------------------------------------------------------------------


def _high_risk_pair(mess: Mess) -> None:
    row = mess.add(
        "accepted",
        dara_grade="high",
        dash_ticks="17",
        abuse_kinds="physical;violent_threatening;controlling_coercive",
        flags="strangulation;stalking;child_present",
        crime_ref=f"20/990001/{mess.day:%y}",
        offence_code="8U",
        offence_title="Non-fatal strangulation and suffocation",
        location_kind="home",
        relationship="spouse",
        relationship_ended="yes",
        separated_on=(mess.day - timedelta(days=21)).isoformat(),
        victim_family_name="Wiśniewska",
        victim_given_names="Katarzyna",
        victim_dob="1991-03-27",
        victim_ethnicity="17",
        victim_language="pl",
        victim_phone="07700 900417",
        victim_phone_safe="yes",
        victim_address="Flat 9, 41 Quillhaven Terrace",
        victim_postcode=mess.home.postcode,
        perpetrator_family_name="Wiśniewski",
        perpetrator_given_names="Łukasz",
        perpetrator_dob="1988-11-02",
        narrative=(
            "Call from Katarzyna, whispering. Łukasz had waited outside her work. At Flat 9, 41 Quillhaven Terrace he"
            " put both hands round her neck; she could not breathe and lost consciousness. Two children heard it.\r\n"
            "Arrested on leaving. She is frightened of what comes after the interview."
        ),
    )
    mess.planted["high_risk_pair"] = row
    mess.add_child(
        "accepted", incident_ref=row["incident_ref"], family_name="Wisniewska", given_names="Maja", exposure="heard"
    )


def _known_to_housing(mess: Mess) -> None:
    row = mess.add(
        "accepted",
        dara_grade="medium",
        abuse_kinds="controlling_coercive;economic",
        relationship="spouse",
        victim_family_name="Hussain",
        victim_given_names="Shabnam",
        victim_dob="1990-09-04",
        victim_ethnicity="4",
        victim_phone="07700 900862",
        victim_phone_safe="unknown",
        victim_address=mess.home.lines,
        victim_postcode=mess.home.postcode,
        perpetrator_family_name="Hussain",
        perpetrator_given_names="Tariq",
        perpetrator_dob="1986-01-19",
        narrative="Shabnam says that Tariq keeps her card and her keys. He was calm and polite throughout.",
    )
    mess.planted["police_record_of_whom_housing_refers"] = row
    mess.planted["whom_housing_refers"] = {
        "family_name": "Husain",
        "given_names": "Shabanam",
        "dob": "1990-09-04",
        "sex": "female",
        "phone": "07700 900862",
        "address": mess.home.lines,
        "postcode": mess.home.postcode,
        "perpetrator_family_name": "Husain",
        "perpetrator_given_names": "Tarik",
        "perpetrator_dob": "1986-01-19",
    }


def _other_scripts(mess: Mess) -> None:
    mess.add(
        "accepted", victim_family_name="المصري", victim_given_names="فاطمة", victim_language="ar", victim_ethnicity="18"
    )
    mess.add("accepted", victim_family_name="陈", victim_given_names="美玲", victim_language="zh", victim_ethnicity="2")
    mess.add("accepted", victim_family_name="O'Donoghue", victim_given_names="Róisín", victim_ethnicity="14")


_PEOPLE: tuple[Callable[[Mess], None], ...] = (_high_risk_pair, _known_to_housing, _other_scripts)


# --- what looks wrong and isn't -----------------------------------------------------------------------------


def _line_breaks(mess: Mess) -> None:
    mess.add(
        "accepted", narrative="First account:\r\n\"He said, 'you will see'.\"\r\n\r\nSecond account: the same, later."
    )


def _formula(mess: Mess) -> None:
    mess.add(
        "accepted", narrative='=HYPERLINK("http://example.invalid","open me")', offence_title="+44 harassment by phone"
    )


def _sent_twice_alike(mess: Mess) -> None:
    row = mess.add("accepted", narrative="Sent twice by the control room, word for word.")
    mess.add("unchanged", **row)


def _nobody_known(mess: Mess) -> None:
    blank = {f"perpetrator_{name}": "" for name in ("ref", "family_name", "given_names", "dob", "sex")}
    mess.add("accepted", relationship="unknown", narrative="Window broken at night. She doesn't know by whom.", **blank)


def _young(mess: Mess) -> None:
    mess.add("accepted", victim_dob=years_before(mess.day, 15).isoformat(), relationship="parent")
    mess.add("accepted", victim_dob=years_before(mess.day, 17).isoformat())


def _grades_disagree(mess: Mess) -> None:
    mess.add(
        "accepted", dara_grade="standard", dash_ticks="16", narrative="Grade entered before the form was complete."
    )


_HARMLESS = (_line_breaks, _formula, _sent_twice_alike, _nobody_known, _young, _grades_disagree)


# --- optional values that can't be read: the row stands, the value is left blank with a warning -------------


def _bad_values(mess: Mess) -> None:
    for column, value in BAD_OPTIONAL_VALUES:
        mess.add("accepted", **{column: value.replace("{tomorrow}", (mess.day + timedelta(days=9)).isoformat())})
    mess.add("accepted", occurred_to=(mess.day - timedelta(days=1)).isoformat() + "T10:00:00")


BAD_OPTIONAL_VALUES = (
    ("dash_ticks", "31"),
    ("victim_dob", "31/02/1990"),
    ("victim_dob", "{tomorrow}"),
    ("abuse_kinds", "physical;shouting"),
    ("victim_phone", "see notes"),
    ("victim_ethnicity", "W1"),
    ("location_postcode", "nr the station"),
)
_BAD_VALUES = (_bad_values,)


# --- rows that can't be taken -------------------------------------------------------------------------------


def _no_relationship(mess: Mess) -> None:
    mess.add(
        "rejected",
        relationship="",
        dara_grade="high",
        flags="strangulation",
        narrative="He strangled her in the car park. Child seats in the back. She was taken to hospital.",
    )
    mess.urgent += 1


def _unreadable_time(mess: Mess) -> None:
    mess.add("rejected", occurred_from="last night", narrative="A weapon, a hammer, was held over her.")
    mess.urgent += 1


def _of_the_future(mess: Mess) -> None:
    ahead = (mess.day + timedelta(days=400)).isoformat()
    mess.add("rejected", reported_at=f"{ahead}T09:00:00")


def _reported_before_it_happened(mess: Mess) -> None:
    mess.add("rejected", occurred_from=mess.clock(22), reported_at=mess.clock(8))


def _unknown_code(mess: Mess) -> None:
    mess.add("rejected", relationship="boyfriend")


def _nobody_named(mess: Mess) -> None:
    mess.add("rejected", victim_ref="")


def _both_the_same(mess: Mess) -> None:
    mess.add("rejected", perpetrator_ref="N3700001", victim_ref="N3700001")


def _sent_twice_otherwise(mess: Mess) -> None:
    row = mess.add("accepted", narrative="First version.")
    mess.add("rejected", **(row | {"narrative": "Second version under the same reference.", "dara_grade": "medium"}))


_REJECTED = (
    _no_relationship,
    _unreadable_time,
    _of_the_future,
    _reported_before_it_happened,
    _unknown_code,
    _nobody_named,
    _both_the_same,
    _sent_twice_otherwise,
)


# --- children -----------------------------------------------------------------------------------------------


def _grown_up_child(mess: Mess) -> None:
    grown = years_before(mess.day, 19).isoformat()
    mess.add_child("rejected", incident_ref=mess.incidents[0]["incident_ref"], dob=grown)


def _child_of_nothing(mess: Mess) -> None:
    mess.add_child("rejected", incident_ref=f"{mess.day:%Y%m%d}-9999")


def _child_of_a_rejected_one(mess: Mess) -> None:
    rejected = next(
        row for row, outcome in zip(mess.incidents, mess.counts["incidents"], strict=True) if outcome == "rejected"
    )
    mess.add_child("rejected", incident_ref=rejected["incident_ref"])


def _child_with_bad_values(mess: Mess) -> None:
    mess.add_child(
        "accepted", incident_ref=mess.incidents[0]["incident_ref"], exposure="upstairs", school_name="Nowhere"
    )


def _child_sent_twice(mess: Mess) -> None:
    row = mess.add_child("accepted", incident_ref=mess.incidents[1]["incident_ref"], given_names="Noël")
    mess.add_child("unchanged", **row)


_CHILDREN = (_grown_up_child, _child_of_nothing, _child_of_a_rejected_one, _child_with_bad_values, _child_sent_twice)
