"""What is sent to the MARAC's addresses, and how a referral, a session or a telling is brought to where it can be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests import making
from tests.making import deliver
from tests.posts import Arrange, Form, Send, Values, by, day, fixed
from tests.world import World, accept_and_list, import_another_family, refer_again
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Panel, Session
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.response.marac import services as marac
from wraparound.response.marac.models import Referral, ReferralDraft, Telling
from wraparound.response.marac.queries import prompts_visible_to
from wraparound.response.marac.services.drafts import step_version


def someone_else() -> making.Household:
    """A family of whom nothing was known until now."""
    return making.household("Niamh", "Byrne", ReferralDraft.objects.count() + 10)


# --- writing a referral -------------------------------------------------------------------------------------


def _new_draft(key: str = "", row: str = "", full: bool = False) -> Arrange:
    """A draft that the officer has just begun; `key` and `row` name a step and a person of it."""

    def arrange(world: World) -> tuple[Actor, dict[str, Any]]:
        officer = world.insider(Role.PRACTITIONER)
        with acting_as(officer):
            draft = marac.start_draft(by=officer, answers=marac.blank_answers(by=officer))
            if full or row == "held":
                draft = making.fill_draft(world.cast, draft, officer, someone_else())
        held = draft.answers["perpetrators"]["rows"][0]["id"] if row == "held" else row
        return officer, {"pk": draft.pk, **({"key": key} if key else {}), **({"row": held} if row else {})}

    return arrange


def _draft(thing: Values) -> ReferralDraft | None:
    return ReferralDraft.objects.filter(pk=thing["pk"]).first()


def _step(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    draft = _draft(thing)
    version = step_version(draft, thing["key"]) if draft else 0
    return {"afraid_of": "His brother", "what_she_wants": "To be left alone", "version": str(version)}


def _row(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    draft = _draft(thing)
    is_new = thing["row"] == "new" or draft is None
    return {**making.PERPETRATOR, "version": "0" if is_new else str(step_version(draft, thing["key"], thing["row"]))}


def _row_to_remove(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    draft = _draft(thing)
    rows = draft.answers.get("perpetrators", {}).get("rows", []) if draft else []
    return {"row": rows[0]["id"] if rows else ""}


def _sent(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    draft = _draft(thing)
    return {"version": str(draft.version if draft else 0)}


DRAFTS = {
    "marac:refer-start": Send(fixed(), by(Role.PRACTITIONER), repeats=True),
    "marac:refer-step": Send(_step, _new_draft("fears")),
    "marac:refer-save": Send(_step, _new_draft("fears")),
    "marac:refer-row": Send(_row, _new_draft("perpetrators", "new"), repeats=True),
    "marac:refer-remove": Send(
        _row_to_remove, lambda world: _without(_new_draft("perpetrators", "held")(world), "row")
    ),
    "marac:refer-check": Send(_sent, _new_draft(full=True)),
    "marac:refer-discard": Send(fixed(), _new_draft()),
}


def _without(arranged: tuple[Actor, dict[str, Any]], name: str) -> tuple[Actor, dict[str, Any]]:
    return arranged[0], {key: value for key, value in arranged[1].items() if key != name}


# --- a referral on its way ----------------------------------------------------------------------------------


def a_referral(world: World, state: str = "received") -> Referral:
    """Another referral of the main case by the officer, brought to a state."""
    coordinator, referral = world.insider(Role.MARAC_COORDINATOR), refer_again(world)
    with acting_as(coordinator):
        if state == "not_listed":
            referral = marac.screen_do_not_list(
                referral=referral, reason_code="duplicate", reason="Is listed", version=referral.version, by=coordinator
            )
        if state in ("accepted", "listed"):
            referral = marac.screen_accept(referral=referral, reason="High", version=referral.version, by=coordinator)
        if state == "listed":
            session = Session.objects.get(pk=world.things["planned session"])
            marac.list_on_session(referral=referral, session=session, version=referral.version, by=coordinator)
    deliver()
    return referral


def in_state(state: str, role: Role) -> Arrange:
    """Such a referral, for `role` to take the next step."""
    return lambda world: (world.insider(role), {"pk": a_referral(world, state).pk})


def _version(**values: Any) -> Form:
    def form(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
        found = Referral.objects.filter(pk=thing["pk"]).first()
        return {"version": str(found.version if found else 0), **values}

    return form


def _on_planned(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return {**_version()(world, actor, thing), "session": str(world.things["planned session"])}


def _attempt(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    """By a way that the contact rules allow, where there is one for this reader."""
    referral = Referral.objects.get(pk=world.things["referral"])
    idva = world.insider(Role.IDVA)
    with acting_as(idva):
        channel = making.usable_channel(idva, referral)
    return {"channel": channel, "outcome": "no_answer", "note": "Nobody was in"}


REFERRALS = {
    "marac:challenge": Send(fixed(reason="New facts"), in_state("not_listed", Role.PRACTITIONER)),
    "marac:contact": Send(_attempt, in_state("received", Role.IDVA), repeats=True),
    "marac:screen": Send(
        _version(outcome="accept", accept_reason="High risk", session="later"),
        in_state("received", Role.MARAC_COORDINATOR),
    ),
    "marac:list": Send(_on_planned, in_state("accepted", Role.MARAC_COORDINATOR)),
    "marac:take-off": Send(_version(reason="Not ready"), in_state("listed", Role.MARAC_COORDINATOR)),
}


# --- prompts ------------------------------------------------------------------------------------------------


def _prompt(world: World) -> tuple[Actor, dict[str, Any]]:
    officer = world.insider(Role.PRACTITIONER)
    import_another_family(world)
    with acting_as(officer):
        newest = prompts_visible_to(officer).order_by("-raised_at")[0]
    return officer, {"pk": newest.pk}


PROMPTS = {
    "marac:prompt": Send(fixed(reason="Moved abroad"), _prompt),
    "marac:prompt-refer": Send(fixed(), _prompt),
}


# --- sessions and tellings ----------------------------------------------------------------------------------


def _session(opened: bool = False, role: Role = Role.MARAC_CHAIR) -> Arrange:
    def arrange(world: World) -> tuple[Actor, dict[str, Any]]:
        coordinator, chair = world.insider(Role.MARAC_COORDINATOR), world.insider(Role.MARAC_CHAIR)
        with acting_as(coordinator):
            session = meetings.plan_session(
                panel=Panel.objects.get(sessions=world.things["session"]),
                starts_at=timezone.now() + timedelta(hours=Session.objects.count()),
                mode="meeting",
                capacity=8,
                by=coordinator,
            )
        with acting_as(chair):
            if opened:
                meetings.open_session(session=session, by=chair)
        return world.insider(role), {"pk": session.pk}

    return arrange


def _own_seat(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return {"organisation": str(actor.organisation_id), "status": "deputy"}


def an_item(world: World, heard: bool = False) -> AgendaItem:
    """A case of its own on the open session, perhaps heard."""
    coordinator, chair = world.insider(Role.MARAC_COORDINATOR), world.insider(Role.MARAC_CHAIR)
    referral = making.refer(world.cast, world.cast.extras["housing officer"], someone_else())
    with acting_as(coordinator):
        item = accept_and_list(referral, Session.objects.get(pk=world.things["session"]), coordinator)
    deliver()
    if heard:
        with acting_as(chair):
            item = meetings.hear_item(item=item, risk_summary="High", version=item.version, by=chair)
        deliver()
    return item


def _item(role: Role) -> Arrange:
    return lambda world: (world.insider(role), {"pk": world.things["session"], "item_pk": an_item(world).pk})


def _summary(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    found = AgendaItem.objects.filter(pk=thing["item_pk"]).first()
    return {"risk_summary": "The risk is high", "version": str(found.version if found else 0), "hear": "1"}


def _share(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    words = {"share-text": "Known to us since May", "share-is_opinion": "fact"}
    return {**words, "share-organisation": str(actor.organisation_id)}


def _commit(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    words = {"commit-organisation": str(world.cast.housing.pk), "commit-what": "Fit a door chain"}
    return words | day("commit-due_on", today() + timedelta(days=4))


def _telling(world: World) -> tuple[Actor, dict[str, Any]]:
    item = an_item(world, heard=True)
    return world.insider(Role.IDVA), {"pk": Telling.objects.get(item=item).pk}


def _ended(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    found = Telling.objects.filter(pk=thing["pk"]).first()
    return {"ending": "unreachable", "how": "Moved away", "version": str(found.version if found else 0)}


SESSIONS = {
    "marac:session-plan": Send(fixed(), by(Role.MARAC_COORDINATOR), has_effect=False),
    "marac:session-open": Send(fixed(), _session()),
    "marac:session-close": Send(fixed(), _session(opened=True)),
    "marac:session-attend": Send(_own_seat, _session(role=Role.AGENCY_LEAD)),
    "marac:session-summary": Send(_summary, _item(Role.MARAC_CHAIR)),
    "marac:session-share": Send(_share, _item(Role.MARAC_REPRESENTATIVE)),
    "marac:session-commit": Send(_commit, _item(Role.MARAC_COORDINATOR)),
    "marac:telling": Send(_attempt, by(Role.IDVA, pk="telling"), repeats=True),
    "marac:telling-end": Send(_ended, _telling),
    "marac:telling-take": Send(fixed(), _telling),
}

MARAC: dict[str, Send] = {**DRAFTS, **REFERRALS, **PROMPTS, **SESSIONS}
