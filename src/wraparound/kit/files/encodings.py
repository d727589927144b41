"""In which letters a file is written: UTF-8, UTF-16 (either order, with or without its mark) or Windows-1252.

A UTF-16 file, and one whose lines end in CR alone, is rewritten into an unnamed temporary file, so that all that
follows reads bytes in which a line end is one byte.
"""

from __future__ import annotations

import codecs
import tempfile
from dataclasses import dataclass
from typing import IO, BinaryIO

from wraparound.kit.files.rows import FileRefused

_CHUNK = 1 << 20
_WORDS = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}


@dataclass(frozen=True)
class Letters:
    """A file whose lines end in LF or CRLF, positioned after any mark; how its bytes are read, and what it was."""

    file: IO[bytes]
    encoding: str  # utf-8 or cp1252
    told: str


def open_letters(file: BinaryIO) -> Letters:
    """Find out in which letters `file` is written. Raises FileRefused for an empty file and for no text at all."""
    sample = _sample(file)
    if not sample:
        raise FileRefused("The file is empty. Export it again, with its header in the first line.")
    encoding, mark = _marked(sample)
    if not encoding:
        encoding = _by_its_bytes(file, sample)
    only_cr = _ends_in_cr_only(sample, encoding)
    if encoding in ("utf-8", "cp1252") and not only_cr:
        file.seek(mark)
        return Letters(file, encoding, _WORDS[encoding])
    file.seek(mark)
    rewritten = _rewritten(file, encoding, only_cr)
    return Letters(rewritten, "utf-8", _WORDS[encoding])


def _sample(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(_CHUNK)


def _marked(sample: bytes) -> tuple[str, int]:
    """The encoding that a byte-order mark gives, and the mark's length."""
    if sample.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise FileRefused("The file is written in UTF-32, which isn't read here. Save it as UTF-8.")
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if sample.startswith(mark):
            return encoding, len(mark)
    return "", 0


def _by_its_bytes(file: BinaryIO, sample: bytes) -> str:
    # A header is ASCII, so in UTF-16 every other byte of the beginning is nought.
    head = sample[:24]
    if len(head) >= 4:
        evens, odds = head[0::2], head[1::2]
        if evens.count(0) > 0.8 * len(evens) and odds.count(0) < 0.2 * len(odds):
            return "utf-16-be"
        if odds.count(0) > 0.8 * len(odds) and evens.count(0) < 0.2 * len(evens):
            return "utf-16-le"
    return "utf-8" if _is_utf8(file) else "cp1252"


def _is_utf8(file: BinaryIO) -> bool:
    """Whether the file is UTF-8, be it with a few damaged lines: those are rejected by themselves."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _mostly_utf8(file)
    return True


def _mostly_utf8(file: BinaryIO) -> bool:
    good = bad = 0
    file.seek(0)
    while line := file.readline(_CHUNK):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            good += 1
        except UnicodeDecodeError:
            bad += 1
    return good > bad


def _ends_in_cr_only(sample: bytes, encoding: str) -> bool:
    if encoding.startswith("utf-16"):
        cut = sample[: len(sample) // 2 * 2]
        text = cut.decode(encoding, errors="replace")
        return "\r" in text and "\n" not in text
    return b"\r" in sample and b"\n" not in sample


def _rewritten(file: BinaryIO, encoding: str, only_cr: bool) -> IO[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    copy = tempfile.TemporaryFile()  # noqa: SIM115  the caller closes it with the table
    try:
        while True:
            chunk = file.read(_CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            if only_cr:
                text = text.replace("\r", "\n")
            copy.write(text.encode("utf-8"))
            if not chunk:
                break
    except UnicodeError as wrong:  # a lone half of a pair can't be written again either
        copy.close()
        raise FileRefused(
            f"The file looks like {_WORDS[encoding]}, but a part of it can't be read as that. Save it as UTF-8."
        ) from wrong
    copy.seek(0)
    return copy
