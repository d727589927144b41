"""Files of evidence: which are taken, and what is taken out of them.

A photograph of a new lock carries the place where it was taken. What a camera writes beside the picture is removed
before the file is kept: an address that is confidential must not leave by it (safety rule 2).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Protocol

from wraparound.kit.errors import BadInput

MOST_BYTES = 10 * 1024 * 1024
ENDINGS = ".pdf,.jpg,.jpeg,.png"
CONTENT_TYPES = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".png": "image/png"}

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs"})
_START_OF_SCAN, _END_OF_IMAGE, _COMMENT = 0xDA, 0xD9, 0xFE
_COLOURS = 0xEE  # Adobe's segment: without it some pictures change their colours
_NOTES = frozenset({*range(0xE1, 0xF0), _COMMENT}) - {_COLOURS}
_MARKER_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # in a scan, FF stands before 00 or a restart only


class Readable(Protocol):
    """What is needed of an uploaded file."""

    @property
    def size(self) -> int: ...
    def read(self) -> bytes: ...


def cleaned(file: Readable) -> tuple[bytes, str]:
    """The bytes to keep and the ending that their content has. Raises BadInput for what can't be taken.

    The kind is told by the content, not by the name.
    """
    if file.size > MOST_BYTES:
        raise BadInput(f"The file must be smaller than {MOST_BYTES // 1024 // 1024} MB.", "file")
    content = file.read()
    try:
        if content.startswith(b"%PDF-"):
            return content, ".pdf"
        if content.startswith(b"\xff\xd8\xff"):
            return b"".join(_jpeg_without_notes(content)), ".jpg"
        if content.startswith(_PNG):
            return b"".join(_png_without_notes(content)), ".png"
    except struct.error as broken:
        raise BadInput("The picture ends too early. Save it again, or send it as a PDF.", "file") from broken
    raise BadInput("The file must be a PDF, or a picture as JPEG or PNG.", "file")


def _jpeg_without_notes(content: bytes) -> Iterator[bytes]:
    """A JPEG without its application segments (where and when it was taken, by what), comments, and what follows it."""
    yield content[:2]
    place = 2
    while True:
        mark, kind = struct.unpack_from(">BB", content, place)
        if mark != 0xFF:
            raise struct.error
        if kind == _END_OF_IMAGE:
            yield content[place : place + 2]
            return
        (length,) = struct.unpack_from(">H", content, place + 2)
        end = place + 2 + length
        if kind == _START_OF_SCAN:
            marker = _MARKER_AFTER_SCAN.search(content, end)
            if marker is None:
                raise struct.error
            end = marker.start()
        if kind not in _NOTES:
            yield content[place:end]
        place = end


def _png_without_notes(content: bytes) -> Iterator[bytes]:
    """A PNG with the chunks that make the picture, and none that tells of it."""
    yield content[:8]
    place = 8
    while place < len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        whole = content[place : place + 12 + length]
        if len(whole) < 12 + length:
            raise struct.error
        if kind in _PNG_KEPT:
            yield whole
        place += 12 + length
        if kind == b"IEND":
            return
