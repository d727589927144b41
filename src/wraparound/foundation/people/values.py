"""What an organisation says about someone, on its way into a source record. Pure: no database."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from wraparound.foundation.access.redaction import WITHHELD_CELL

_AS_JSON = json.JSONEncoder(default=str, sort_keys=True).encode


@dataclass(frozen=True)
class PersonValues:
    """Everything that one organisation holds on someone; what is empty was not supplied.

    ``phones`` are (number, safety) with safety ``safe``, ``unsafe`` or ``unknown`` (`ChannelSafety`).
    ``equality`` is {characteristic: (state, code)} with the values of `Characteristic` and `AnswerState`; the
    code is "" unless known. An address or postcode that reads as withheld in an exported file means: keep what
    is held.
    """

    family_name: str = ""
    given_names: str = ""
    aliases: tuple[str, ...] = ()
    dob: datetime.date | None = None
    dob_alternatives: tuple[datetime.date, ...] = ()
    sex: str = ""
    gender_identity: str = ""
    language: str = ""
    interpreter_needed: bool | None = None
    phones: tuple[tuple[str, str], ...] = ()
    address_lines: str = ""
    postcode: str = ""
    address_kind: str = "unconfirmed"
    area_id: int | None = None
    equality: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def keeps_address(self) -> bool:
        """Whether the file withheld the address on its way out, so that the one held must stay."""
        return WITHHELD_CELL in (self.address_lines.strip(), self.postcode.strip())

    @property
    def has_address(self) -> bool:
        """Whether an address was supplied."""
        return bool(self.address_lines.strip() or self.postcode.strip()) and not self.keeps_address

    def content_hash(self) -> str:
        """SHA-256 of every value, the same for the same values in whatever order they came."""
        held = {
            **{name: getattr(self, name) for name in self.__dataclass_fields__ if name != "equality"},
            "phones": sorted(self.phones),
            "equality": {name: list(answer) for name, answer in sorted(self.equality.items())},
        }
        return hashlib.sha256(_AS_JSON(held).encode()).hexdigest()
