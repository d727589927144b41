"""How someone may be reached, by this reader: safety rule 3, over every record of the person."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import UUID

from django.db.models import QuerySet

from wraparound.foundation.access.decisions import check, visible
from wraparound.foundation.access.redaction import WITHHELD, Audience, text_for
from wraparound.foundation.access.shown import asked_once
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.models import ChannelKind, ChannelSafety, ContactRule, SourceRecord
from wraparound.foundation.people.permissions import may_try_unknown, sees_contact_details
from wraparound.foundation.people.queries.held import held_addresses_of_person
from wraparound.foundation.people.rules import Advice, Channel, may_contact
from wraparound.foundation.people.rules.contact import NOT_YOURS

ContactGuidance = Advice


def contact_guidance(actor: Actor, record: SourceRecord, *, agreed_referrer: UUID | None = None) -> ContactGuidance:
    """What the actor may do to reach the person of a record, by every channel that they may know of.

    `agreed_referrer`: the referrer with whom the IDVA agreed that they try. Channels are those of records that
    the actor sees; that one of them is unsafe is taken from every record. Raises Unknown where the actor can't
    see the record.
    """
    check(actor, "see", record)
    return guidance_for_person(actor, record.person_id, agreed_referrer=agreed_referrer)


def guidance_for_person(actor: Actor, person_id: UUID, *, agreed_referrer: UUID | None = None) -> ContactGuidance:
    """The same for a person whom the actor is known to see. Two queries."""
    seen = _live(person_id).order_by("recorded_at", "pk")
    return guidance_by(actor, person_id, visible(actor, seen), agreed_referrer=agreed_referrer)


def guidance_by(
    actor: Actor, person_id: UUID, seen: Iterable[ContactRule], *, agreed_referrer: UUID | None = None
) -> ContactGuidance:
    """The same where the person's rules that the actor sees are at hand. Three queries.

    An address that is protected from the actor is taken out of what there is to mind, and where letters would go.
    """
    if not sees_contact_details(actor):
        return NOT_YOURS
    with lifted("contact_safety"):
        unsafe = list(_live(person_id).filter(safety=ChannelSafety.UNSAFE))
    read = _reader(actor, person_id)
    advice = may_contact(
        [replace(channel, times=read(channel.times), note=read(channel.note)) for channel in _channels(seen)],
        may_try_unknown=may_try_unknown(actor, agreed_referrer),
        known_unsafe=_channels(unsafe),
    )
    # Values last: they tell whether two records speak of the same channel.
    shown = (replace(one, channel=replace(one.channel, value=_value(one.channel, read))) for one in advice.channels)
    return replace(advice, channels=tuple(shown))


def _reader(actor: Actor, person_id: UUID) -> Callable[[str], str]:
    addresses = asked_once(("addresses of person", person_id), lambda: held_addresses_of_person(person_id))
    audience = Audience(user_id=str(actor.user_id or ""))
    return lambda text: text_for(text, addresses, audience)


def _value(channel: Channel, read: Callable[[str], str]) -> str:
    """A letter goes to an address: where nobody has said that it is safe, that is protected like any other."""
    if channel.kind == ChannelKind.LETTER and channel.safety != ChannelSafety.SAFE and channel.value:
        return WITHHELD
    return read(channel.value)


def _live(person_id: UUID) -> QuerySet[ContactRule]:
    return ContactRule.objects.filter(record__person_id=person_id, ended_at__isnull=True)


def _channels(rules: Iterable[ContactRule]) -> list[Channel]:
    return [
        Channel(
            kind=rule.channel,
            value=rule.value,
            safety=rule.safety,
            said_at=rule.confirmed_at or rule.recorded_at,
            times=rule.times,
            voicemail_allowed=rule.voicemail_allowed,
            note=rule.note,
            is_confirmed=rule.confirmed_at is not None,
            is_tried=rule.tried_at is not None,
            rule_id=str(rule.pk),
        )
        for rule in rules
    ]
