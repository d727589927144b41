"""Opaque identifiers: nothing can be counted or guessed from them, so a gap tells nobody anything."""

from __future__ import annotations

import secrets
import uuid

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without letters and digits that are read for one another


def new_id() -> uuid.UUID:
    """A random identifier for a row that may appear in an address."""
    return uuid.uuid4()


def new_reference(prefix: str) -> str:
    """A short reference that can be read over the telephone, such as ``B-7KQ-4XM``.

    It is random, not a running number: an excluded reader who sees two references can't tell that one
    between them is missing (safety rule 5).
    """
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(6))
    return f"{prefix}-{letters[:3]}-{letters[3:]}"
