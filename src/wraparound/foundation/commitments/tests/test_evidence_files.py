"""What of a file is kept: the picture, and nothing that tells where it was taken."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st

from wraparound.foundation.commitments.evidence_files import MOST_BYTES, cleaned
from wraparound.kit.errors import BadInput

SECRET = b"51.5007N 0.1246W Flat 9, 1 Refuge Road"


def segment(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, kind, len(content) + 2) + content


def a_jpeg(trailer: bytes = b"") -> bytes:
    scan = b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"".join(
        [
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0" + bytes(9)),
            segment(0xE1, b"Exif\0\0" + SECRET),
            segment(0xED, SECRET),
            segment(0xEE, b"Adobe" + bytes(7)),
            segment(0xDB, b"tables"),
            segment(0xFE, SECRET),
            segment(0xDA, b"header"),
            scan,
            segment(0xC4, b"more tables"),
            segment(0xDA, b"header"),
            scan,
            b"\xff\xd9",
            trailer,
        ]
    )


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def a_png(*more: bytes) -> bytes:
    return b"".join(
        [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", bytes(13)), *more, chunk(b"IDAT", b"picture"), chunk(b"IEND", b"")]
    )


def clean(content: bytes) -> tuple[bytes, str]:
    return cleaned(ContentFile(content, name="evidence.bin"))


def test_a_photograph_loses_where_it_was_taken_and_keeps_its_picture() -> None:
    content, ending = clean(a_jpeg(trailer=a_jpeg() + SECRET))
    assert ending == ".jpg"
    assert SECRET not in content
    for kept in (b"JFIF", b"Adobe", b"tables", b"more tables"):
        assert kept in content
    assert content.count(b"\x12\xff\x00\x34\xff\xd0\x56") == 2
    assert content.endswith(b"\xff\xd9")
    assert clean(content) == (content, ".jpg")


def test_a_png_loses_its_notes() -> None:
    noted = a_png(chunk(b"tEXt", SECRET), chunk(b"eXIf", SECRET), chunk(b"zzZz", SECRET)) + SECRET
    assert clean(noted) == (a_png(), ".png")


def test_a_pdf_is_kept_as_it_is() -> None:
    assert clean(b"%PDF-1.7 anything") == (b"%PDF-1.7 anything", ".pdf")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90 a program",
        b"<html><script>",
        b"\xff\xd8\xff",
        a_jpeg()[:40],
        a_jpeg()[:-9],
        a_png()[:-4],
        b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR",
    ],
)
def test_what_is_not_taken(content: bytes) -> None:
    with pytest.raises(BadInput) as stop:
        clean(content)
    assert stop.value.field == "file"


def test_what_is_too_large_is_not_even_read() -> None:
    class Huge(io.BytesIO):
        size = MOST_BYTES + 1

        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

    with pytest.raises(BadInput, match="10 MB"):
        cleaned(Huge())


@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]), st.binary(max_size=200))
def test_whatever_comes_is_refused_or_kept_as_it_would_be_kept_again(start: bytes, rest: bytes) -> None:
    try:
        kept, ending = clean(start + rest)
    except BadInput:
        return
    assert clean(kept) == (kept, ending)
