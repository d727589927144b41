"""What is sent to each address that takes a form: a complete form, as someone in the main case would fill it in.

``data`` makes the form for the thing that the address names; the versions in it are read from the thing as it is.
``arrange`` makes a thing for which the form can be taken once more, and says who sends it: for the tests that send it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.cast import person, user_of
from tests.making import a_photograph
from tests.world import World
from wraparound.foundation.access.wall import acting_as, lifted
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.commitments import services as commitments
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.notices.models import Notice
from wraparound.foundation.notices.services import tell
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people import services as people
from wraparound.foundation.people.models import (
    ContactRule,
    EqualityAnswer,
    LinkDecision,
    LinkProposal,
    Relationship,
    SourceRecord,
)
from wraparound.foundation.people.queries import people_around
from wraparound.response.risk import services as risk
from wraparound.response.risk.models import Assessment

Values = Mapping[str, Any]
Form = Callable[[World, Actor, Values], dict[str, Any]]
Arrange = Callable[[World], tuple[Actor, dict[str, Any]]]


@dataclass(frozen=True)
class Send:
    """One form. ``repeats``: sent again on purpose, with another token, it may take effect again.

    ``has_effect``: False where all that it does is done in the world already.
    """

    data: Form
    arrange: Arrange
    repeats: bool = False
    has_effect: bool = True


def fixed(**values: Any) -> Form:
    """A form that says the same about everything."""
    return lambda world, actor, thing: dict(values)


def by(role: Role, **kinds: str) -> Arrange:
    """The insider in `role`, with the world's own things: for forms that can be taken any number of times."""
    return lambda world: (world.insider(role), {name: world.thing(kind, role) for name, kind in kinds.items()})


def day(name: str, value: date) -> dict[str, str]:
    """A date as its three fields."""
    return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}


# --- accounts, roles, notices -------------------------------------------------------------------------------


def _own_membership(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return {"membership": str(actor.membership_id)}


def _newcomer(world: World) -> tuple[Actor, dict[str, Any]]:
    """Someone who has not chosen a role yet."""
    return person(Role.PRACTITIONER, world.cast.housing, f"Newcomer {Membership.objects.count()}"), {}


def _leaving(world: World) -> tuple[Actor, dict[str, Any]]:
    count = Membership.objects.count()
    leaver = person(Role.PRACTITIONER, world.cast.housing, f"Leaver {count}")
    return world.insider(Role.ADMINISTRATOR), {"pk": leaver.membership_id}


def _told(world: World) -> tuple[Actor, dict[str, Any]]:
    idva = world.insider(Role.IDVA)
    key = f"test:{Notice.objects.count()}"
    tell(user_of(idva), "test", "Something waits.", key=key, link="/notices/", matter=world.matter)
    return idva, {"pk": Notice.objects.get(key=key).pk}


def _until_now(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return {"until": timezone.now().isoformat()}


ACCOUNTS = {
    "accounts:new": Send(
        fixed(name="Nora New", email="nora.new@test.invalid", role="practitioner"), by(Role.ADMINISTRATOR), repeats=True
    ),
    "accounts:end": Send(fixed(because="Left"), _leaving),
    "partners:act-as": Send(_own_membership, _newcomer, has_effect=False),
    "notices:open": Send(fixed(), _told),
    "notices:read-all": Send(_until_now, lambda world: (_told(world)[0], {})),
}


# --- people -------------------------------------------------------------------------------------------------


def _record_of(world: World, ref: str) -> SourceRecord:
    """A record of the police's own, whose person has none of another agency."""
    return SourceRecord.objects.get(organisation=world.cast.police, external_ref=ref)


def _someone(world: World) -> tuple[Actor, dict[str, Any]]:
    return world.insider(Role.PRACTITIONER), {"pk": _record_of(world, "P-1").person_id}


def _unknown_number(world: World) -> tuple[Actor, dict[str, Any]]:
    officer = world.insider(Role.PRACTITIONER)
    number = f"07700 900{ContactRule.objects.count():03d}"
    with acting_as(officer):
        rule = people.add_contact_rule(
            record=_record_of(world, "V-1"), rule=people.ChannelValues("phone", number, "unknown"), by=officer
        )
    return world.insider(Role.IDVA), {"pk": rule.pk}


def _address(world: World) -> tuple[Actor, dict[str, Any]]:
    officer, record = world.insider(Role.PRACTITIONER), _record_of(world, "P-2")
    with acting_as(officer):
        made = people.add_address(
            record=record,
            lines=f"{record.addresses.count()} Reed Row",
            postcode="FN3 3CC",
            kind="unconfirmed",
            by=officer,
        )
    return officer, {"pk": made.pk}


def _another_person(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    with acting_as(actor):
        others = people_around(actor, thing["pk"])
    known = set(Relationship.objects.filter(from_record__person_id=thing["pk"]).values_list("kind", flat=True))
    known |= set(Relationship.objects.filter(to_record__person_id=thing["pk"]).values_list("kind", flat=True))
    return {
        "other": str(others[0].pk) if others else "",
        "direction": "from",
        "kind": next((kind for kind in _RELATIVES if kind not in known), "child"),  # another one each time
        "ended": "unknown",
    }


_RELATIVES = ("other_relative", "sibling", "grandparent", "grandchild", "parent")


def _another_answer(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    said = EqualityAnswer.objects.filter(characteristic=thing["characteristic"], replaced_at=None, state="declined")
    return {"state": "not_known" if said.exists() else "declined", "said_by": "self"}


def a_pair(world: World) -> tuple[Actor, dict[str, Any]]:
    """Two records that look like one person, which nobody has looked at."""
    officer, worker = world.insider(Role.PRACTITIONER), world.cast.extras["housing officer"]
    count = SourceRecord.objects.count()
    surname = "".join(chr(ord("a") + int(digit)) for digit in str(count)).title()
    values = people.PersonValues(
        family_name=f"Pair{surname}",
        given_names="Ursula",
        dob=date(1980, 1, 1 + count % 28),
        phones=(("07700 900777", "unknown"),),
    )
    for actor, organisation in ((officer, world.cast.police), (worker, world.cast.housing)):
        with acting_as(actor):
            record = people.record_person(
                organisation=organisation, external_ref=f"pair-{count}", values=values, by=actor
            )
    made = LinkProposal.objects.filter(record_b=record) | LinkProposal.objects.filter(record_a=record)
    proposal = next(p for p in made if p.record_a.external_ref == p.record_b.external_ref)
    return world.insider(Role.LINK_REVIEWER), {"pk": proposal.pk}


def a_decision(world: World) -> tuple[Actor, dict[str, Any]]:
    reviewer, thing = a_pair(world)
    with acting_as(reviewer):
        decision: LinkDecision = people.decide_same(
            proposal=LinkProposal.objects.get(pk=thing["pk"]), reason="The same", by=reviewer
        )
    return reviewer, {"pk": decision.pk}


def _reviewers_colleague(world: World) -> tuple[Actor, dict[str, Any]]:
    """Someone new each time: what she declares must not close the world to the others' tests."""
    _, thing = a_pair(world)
    return person(Role.LINK_REVIEWER, world.cast.marac, f"Reviewer {Membership.objects.count()}"), thing


PEOPLE = {
    "people:contact-add": Send(
        fixed(channel="text", value="07700 900888", safety="safe", times="Evenings", note="Code word: fern"),
        _someone,
        True,
    ),
    "people:contact-confirm": Send(fixed(), by(Role.PRACTITIONER, pk="contact rule"), repeats=True),
    "people:contact-tried": Send(fixed(), _unknown_number),
    "people:address-add": Send(fixed(lines="12 Heron Close", postcode="FN4 4DD", kind="safe"), _someone, repeats=True),
    "people:address-type": Send(fixed(kind="unsafe_area"), _address),
    "people:address-read": Send(fixed(reason="To plan a visit"), _address),
    "people:equality": Send(
        _another_answer,
        lambda world: (_someone(world)[0], _someone(world)[1] | {"characteristic": "religion"}),
    ),
    "people:relationship-add": Send(_another_person, _someone),
    "people:link-review": Send(fixed(decision="same", reason="Same birthday and number"), a_pair),
    "people:link-know-someone": Send(fixed(), _reviewers_colleague),
    "people:link-undo": Send(fixed(reason="A mistake"), a_decision),
}


# --- commitments --------------------------------------------------------------------------------------------


def _version(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    found = Commitment.objects.filter(pk=thing["pk"]).first()
    return {"version": str(found.version if found else 1)}


def _with_version(**values: Any) -> Form:
    return lambda world, actor, thing: _version(world, actor, thing) | values


def _done(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    words = {"what": "Locks changed", "who": "A fitter", "reference": "WO-7", "told": "through_idva"}
    picture = SimpleUploadedFile("lock.png", a_photograph().read(), content_type="image/png")
    return _version(world, actor, thing) | words | day("on", today()) | {"file": picture}


def _new_promise(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    what = f"A new promise, the {Commitment.objects.count()}th"
    return {"agency": str(world.cast.housing.pk), "what": what} | day("due_on", today() + timedelta(days=5))


def _to_lead(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return _version(world, actor, thing) | {"owner": str(world.cast.extras["housing officer"].user_id)}


def commitment_in(state: str, role: Role = Role.AGENCY_LEAD) -> Arrange:
    """A new commitment of the lead's agency, in a state, for `role` to take the next step."""

    def arrange(world: World) -> tuple[Actor, dict[str, Any]]:
        lead, coordinator = world.insider(Role.AGENCY_LEAD), world.insider(Role.MARAC_COORDINATOR)
        with acting_as(coordinator):
            made = commitments.propose(
                matter=world.matter,
                organisation=world.cast.housing,
                what=f"Promise {Commitment.objects.count()}",
                due_on=today() + timedelta(days=9),
                by=coordinator,
            )
        with acting_as(lead):
            if state != "proposed":
                made = commitments.accept(commitment=made, version=made.version, by=lead)
            if state == "claimed":
                made = commitments.claim_not_possible(commitment=made, reason="Moved", version=made.version, by=lead)
        return world.insider(role), {"pk": made.pk}

    return arrange


COMMITMENTS = {
    "commitments:new": Send(_new_promise, by(Role.AGENCY_LEAD, matter_id="matter")),
    "commitments:accept": Send(_version, commitment_in("proposed")),
    "commitments:decline": Send(_with_version(reason="Not ours"), commitment_in("proposed")),
    "commitments:do": Send(_done, commitment_in("accepted")),
    "commitments:not-possible": Send(_with_version(reason="She has moved"), commitment_in("accepted")),
    "commitments:confirm": Send(_version, commitment_in("claimed", Role.MARAC_COORDINATOR)),
    "commitments:refuse": Send(
        _with_version(reason="It can be done"), commitment_in("claimed", Role.MARAC_COORDINATOR)
    ),
    "commitments:not-done": Send(_with_version(reason="Forgotten"), commitment_in("accepted")),
    "commitments:assign": Send(_to_lead, commitment_in("accepted")),
}


# --- risk ---------------------------------------------------------------------------------------------------


def _assessment(thing: Values) -> Assessment | None:
    return Assessment.objects.filter(pk=thing["pk"]).first()


def _its_version(**values: Any) -> Form:
    def form(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
        found = _assessment(thing)
        return {"version": str(found.version if found else 1), **values}

    return form


def _answers(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    found = _assessment(thing)
    item = found.instrument_version.items.filter(is_counted=True).last() if found else None
    values = {f"answer-{item.key}": "no", f"note-{item.key}": "She is sure"} if item else {}
    return {"version": str(found.version if found else 1), "part": "all", "then": "stay", **values}


def draft_of(role: Role, judged: bool = False) -> Arrange:
    """A draft that `role` has just begun, as a new colleague, so that it is no other test's; perhaps judged."""

    def arrange(world: World) -> tuple[Actor, dict[str, Any]]:
        actor = person(
            role, world.cast.idva if role is Role.IDVA else world.cast.police, f"Assessor {Membership.objects.count()}"
        )
        with acting_as(actor):
            draft = risk.begin(matter=world.matter, subject=_record_of(world, "V-1"), instrument_key="dash", by=actor)
            if judged:
                draft = risk.save_judgement(assessment=draft, judgement=_JUDGEMENT, version=draft.version, by=actor)
        return actor, {"pk": draft.pk}

    return arrange


_JUDGEMENT = risk.Judgement(
    grade="high",
    judgement_reason="Afraid",
    missed="",
    children_safeguarding="not_needed",
    children_safeguarding_why="Grown up",
)


def _a_colleagues_draft(world: World) -> tuple[Actor, dict[str, Any]]:
    _, thing = draft_of(Role.IDVA)(world)
    return world.insider(Role.IDVA), thing


def _begin(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return {"subject": str(_victim_for(world, actor)), "instrument": "dash", "safe_to_talk": "yes"}


def _victim_for(world: World, actor: Actor) -> object:
    from wraparound.response.cases.models import Case
    from wraparound.response.risk.queries import victims_of

    with lifted("test"):
        case = Case.objects.get(pk=world.things["case"])
    with acting_as(actor):
        victims = victims_of(actor, case)
    return victims[0].pk if victims else ""


def _newcomer(world: World) -> tuple[Actor, dict[str, Any]]:
    return person(Role.IDVA, world.cast.idva, f"Newcomer {Membership.objects.count()}"), {"pk": world.things["case"]}


def _wording(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    item = _instrument_item(thing)
    content = f"key,wording\n{item},Licensed words {uuid4()}\n".encode()
    return {"has_permission": "yes", "file": SimpleUploadedFile("wording.csv", content, content_type="text/csv")}


def _instrument_item(thing: Values) -> str:
    from wraparound.response.risk.models import Item

    return Item.objects.filter(version_id=thing["pk"]).values_list("key", flat=True).first() or "none"


RISK = {
    "risk:begin": Send(_begin, _newcomer),
    "risk:form": Send(_answers, draft_of(Role.IDVA)),
    "risk:autosave": Send(_answers, draft_of(Role.IDVA)),
    "risk:judgement": Send(
        _its_version(
            grade="high",
            judgement_reason="Afraid",
            children_safeguarding="not_needed",
            children_safeguarding_why="Grown up",
        ),
        draft_of(Role.IDVA),
    ),
    "risk:check": Send(_its_version(), draft_of(Role.IDVA, judged=True)),
    "risk:abandon": Send(_its_version(), draft_of(Role.IDVA)),
    "risk:take-over": Send(_its_version(), _a_colleagues_draft),
    "risk:wording": Send(_wording, by(Role.ADMINISTRATOR, pk="instrument")),
}

FOUNDATION_AND_RISK: dict[str, Send] = {**ACCOUNTS, **PEOPLE, **COMMITMENTS, **RISK}
