"""The key under which pseudonyms are made. It stays on this machine: in a setting, or in a file of mode 600."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import uuid
from pathlib import Path

from wraparound.evidence.store.places import var
from wraparound.kit.errors import BadInput

SETTING = "WRAPAROUND_EVIDENCE_KEY"
SHORTEST = 32


def key_path() -> Path:
    """Where the key lies, unless a setting has it."""
    return var() / "keys" / "evidence.key"


def pseudonym_key() -> bytes:
    """The key; made on first use. Raises BadInput where it is too short to be one, or open to others."""
    given = os.environ.get(SETTING, "")
    if given:
        if len(given) < SHORTEST:
            raise BadInput(f"{SETTING} is too short: {SHORTEST} characters at least.")
        return given.encode()
    path = key_path()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32))
    if path.stat().st_mode & 0o077:
        raise BadInput(f"The key {path} can be read by others. Make it yours alone: chmod 600 {path}")
    return path.read_text(encoding="ascii").strip().encode()


def pseudonym(key: bytes, kind: str, identity: uuid.UUID | int | str) -> str:
    """What stands for a record: the same for the same record under the same key, and nothing without the key."""
    return hmac.new(key, f"{kind}:{identity}".encode(), hashlib.sha256).hexdigest()
