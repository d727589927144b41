"""Opaque identifiers: nothing can be counted or guessed from them, so a gap tells nobody anything."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without letters and digits that are read for one another


_together: ContextVar[bytes | None] = ContextVar("wraparound_ids_together", default=None)


def new_id() -> uuid.UUID:
    """A random identifier for a row that may appear in an address."""
    beginning = _together.get()
    if beginning is None:
        return uuid.uuid4()
    return uuid.UUID(bytes=beginning + secrets.token_bytes(16 - len(beginning)), version=4)


@contextmanager
def ids_together() -> Iterator[None]:
    """Let the identifiers that are made in the block begin alike, by chance bytes of the block's own.

    The rows of an importer's batch then stand side by side in every index, and not each in a place of its own, which at
    a million rows costs most of the time. They are as hard to guess as before (82 chance bits), and tell no time.
    """
    token = _together.set(secrets.token_bytes(5))
    try:
        yield
    finally:
        _together.reset(token)


def reference_meant(prefix: str, words: str) -> str:
    """The reference that someone typed as they heard it, with or without its prefix, hyphens and capitals:
    ``b7kq4xm``, ``7kq 4xm`` and ``B-7KQ-4XM`` are ``B-7KQ-4XM``. Anything else comes back as it is, in capitals.
    """
    signs = "".join(sign for sign in words.upper() if sign.isalnum())
    letters = signs.removeprefix(prefix.upper()) if len(signs) == len(prefix) + 6 else signs
    return f"{prefix}-{letters[:3]}-{letters[3:]}" if len(letters) == 6 else words.strip().upper()


def new_reference(prefix: str) -> str:
    """A short reference that can be read over the telephone, such as ``B-7KQ-4XM``.

    It is random, not a running number: an excluded reader who sees two references can't tell that one
    between them is missing (safety rule 5).
    """
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(6))
    return f"{prefix}-{letters[:3]}-{letters[3:]}"
