"""What may stand in a text that somebody typed or pasted."""

from __future__ import annotations

import unicodedata

# Marks that turn the reading order of what follows: a name could be shown as another one.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DROPPED = frozenset({"Cc", "Cs", "Cn"})


def clean_text(value: str, *, lines: bool = False) -> str:
    """Text without NUL, control characters, lone surrogates and direction overrides, trimmed.

    Letters of every script, apostrophes, joiners and emoji stay. ``lines`` keeps line ends (as ``\\n``) and
    tabs; without it each becomes a space. The result is composed (NFC), so that equal names compare equal.
    """
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = text.replace("\n", " ").replace("\t", " ")
    if not text.isascii() or not text.isprintable():
        text = "".join(char for char in text if _stays(char))
    return unicodedata.normalize("NFC", text).strip()


def _stays(char: str) -> bool:
    if char in "\n\t":
        return True
    return char not in _TURNS and unicodedata.category(char) not in _DROPPED
