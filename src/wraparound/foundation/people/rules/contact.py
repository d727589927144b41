"""Safety rule 3: who may try to reach someone, how, and what everyone else is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

THROUGH_THE_IDVA = "Contact through the IDVA."
WITHHELD_CALL = "One voice call, number withheld, no voicemail, logged."
USE_WHAT_IS_SAFE = "Safety not known. Use a way that is safe."
_WORDS = {
    "phone": "telephone",
    "text": "text message",
    "email": "e-mail",
    "letter": "letter",
    "in_person": "in person",
}


@dataclass(frozen=True)
class Channel:
    """One way of reaching someone, as one record holds it."""

    kind: str  # ChannelKind
    value: str
    safety: str  # ChannelSafety
    said_at: datetime
    times: str = ""
    voicemail_allowed: bool = False
    note: str = ""
    is_confirmed: bool = False  # by a person, not by a file
    is_tried: bool = False
    rule_id: str = ""  # of the contact rule that says so

    @property
    def identity(self) -> tuple[str, str]:
        """By what two records speak of the same channel: its kind, and a number's last digits or the letters."""
        digits = "".join(letter for letter in self.value if letter.isdigit())
        if self.kind in ("phone", "text") and len(digits) >= 9:
            return self.kind, digits[-9:]
        return self.kind, "".join(self.value.lower().split())


@dataclass(frozen=True)
class ChannelAdvice:
    """What may be done with one channel: use it, try it once, or nothing; with the sentence that says so."""

    channel: Channel
    may_use: bool
    may_try_once: bool
    sentence: str


@dataclass(frozen=True)
class Advice:
    """What is said first on a page about someone, and what of each channel."""

    sentence: str
    is_safe: bool  # some channel is positively safe
    may_try: bool  # this reader may reach them by some channel now
    why: str
    channels: tuple[ChannelAdvice, ...] = ()


NOT_YOURS = Advice(THROUGH_THE_IDVA, False, False, "Your work with this record needs no contact with the person.")


def channel_name(kind: str) -> str:
    """A channel in words, as it stands in a sentence."""
    return _WORDS.get(kind, kind)


def may_contact(channels: Iterable[Channel], *, may_try_unknown: bool, known_unsafe: Iterable[Channel] = ()) -> Advice:
    """What a reader may do with each of someone's channels.

    `may_try_unknown`: whether the reader is the IDVA, or the referrer agreed with them. Only a channel that is
    positively safe may be used by anyone. Where safety is unknown only such a reader may try one voice call; a
    text, an e-mail or a letter never. What one record calls unsafe is blocked, whatever other records say,
    until a person has confirmed later that it is safe; `known_unsafe` are such channels of records that the
    reader doesn't see.
    """
    held = _without_overruled(list(channels))
    advised = tuple(
        _advise(channel, blocked=_is_blocked(channel, [*held, *known_unsafe]), may_try_unknown=may_try_unknown)
        for channel in _once_each(held)
    )
    if any(advice.may_use for advice in advised):
        advised = tuple(
            replace(a, may_try_once=False, sentence=USE_WHAT_IS_SAFE) if a.may_try_once else a for a in advised
        )
        return Advice(_what_is_safe(advised), True, True, "A safe way to reach them is recorded.", advised)
    unsafe = _what_is_not(advised)
    if any(advice.may_try_once for advice in advised):
        why = "No way to reach them is known to be safe. You may make one careful attempt."
        return Advice(f"Nothing is known to be safe. {WITHHELD_CALL}{unsafe}", False, True, why, advised)
    if may_try_unknown:
        why = "What is recorded may not be tried, or was tried already. Find a safe way before any contact."
        return Advice(f"No safe way to reach them is known, and none may be tried.{unsafe}", False, False, why, advised)
    why = "No way to reach them is known to be safe, and only the IDVA may try one."
    return Advice(f"Nothing is known to be safe. {THROUGH_THE_IDVA}{unsafe}", False, False, why, advised)


def _without_overruled(held: Sequence[Channel]) -> list[Channel]:
    """Without those that one of the others calls unsafe: what stands for such a channel is who says so, and why."""
    unsafe = {channel.identity for channel in held if channel.safety == "unsafe"}
    return [
        channel
        for channel in held
        if channel.safety == "unsafe" or channel.identity not in unsafe or not _is_blocked(channel, held)
    ]


def _is_blocked(channel: Channel, every: Sequence[Channel]) -> bool:
    """Whether someone calls it unsafe, and nobody confirmed since that it is safe. Unsafe without a value: all of
    its kind.
    """
    mine = [other for other in every if other.identity == channel.identity]
    unsafe = [
        other.said_at
        for other in every
        if other.safety == "unsafe" and other.kind == channel.kind and (other in mine or not other.value.strip())
    ]
    confirmed = [other.said_at for other in mine if other.safety == "safe" and other.is_confirmed]
    return bool(unsafe) and not (confirmed and max(confirmed) > max(unsafe))


_RANK = {"safe": 0, "unsafe": 1, "unknown": 2}


def _once_each(held: Sequence[Channel]) -> list[Channel]:
    """Each channel once, as the record that says most of it has it: confirmed before not, safe before unknown."""
    found: dict[tuple[str, str], Channel] = {}
    tried = {channel.identity for channel in held if channel.is_tried}
    for channel in sorted(held, key=lambda c: (not c.is_confirmed, _RANK.get(c.safety, 2), -c.said_at.timestamp())):
        found.setdefault(channel.identity, channel)
    return [replace(channel, is_tried=channel.identity in tried) for channel in found.values()]


def _advise(channel: Channel, *, blocked: bool, may_try_unknown: bool) -> ChannelAdvice:
    if blocked or channel.safety == "unsafe":
        return ChannelAdvice(channel, False, False, "Not safe. Do not use it.")
    if channel.safety == "safe":
        return ChannelAdvice(channel, True, False, _capital(_in_words(channel)) + ".")
    if channel.kind != "phone":
        return ChannelAdvice(channel, False, False, f"Safety not known: no {channel_name(channel.kind)}.")
    if channel.is_tried:
        return ChannelAdvice(channel, False, False, "Safety not known, and it was tried once. Do not try again.")
    if may_try_unknown:
        return ChannelAdvice(channel, False, True, f"Safety not known. {WITHHELD_CALL}")
    return ChannelAdvice(channel, False, False, f"Safety not known. {THROUGH_THE_IDVA}")


def _what_is_safe(advised: tuple[ChannelAdvice, ...]) -> str:
    usable = list(dict.fromkeys(_in_words(advice.channel) for advice in advised if advice.may_use))
    return _capital("; ".join(usable)) + "." + _what_is_not(advised)


def _what_is_not(advised: tuple[ChannelAdvice, ...]) -> str:
    refused = [advice.channel for advice in advised if advice.sentence.startswith("Not safe")]
    if not refused:
        return ""
    safe = {advice.channel.kind for advice in advised if advice.may_use}
    words = list(dict.fromkeys(_refused(channel, other_is_safe=channel.kind in safe) for channel in refused))
    return f" Never by {' or '.join(words)}."


def _refused(channel: Channel, *, other_is_safe: bool) -> str:
    name = channel_name(channel.kind)
    if other_is_safe:
        name = "any other number" if channel.kind in ("phone", "text") else f"any other {name}"
    # What a record that calls it safe says to mind is no help with a channel that another calls unsafe.
    note = channel.note if channel.safety == "unsafe" else ""
    return name + (f" ({note})" if note else "")


def _in_words(channel: Channel) -> str:
    parts = [channel_name(channel.kind), channel.times]
    if channel.kind == "phone":
        parts.append("voicemail allowed" if channel.voicemail_allowed else "no voicemail")
    parts.append(channel.note)
    # Written as sentences of their own; and a note may say again what stands there already.
    words = (part.strip().rstrip(".").rstrip() for part in parts)
    return ", ".join({word.casefold(): word for word in words if word}.values())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
