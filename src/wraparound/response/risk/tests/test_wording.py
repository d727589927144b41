"""Files of licensed wording, good and bad."""

from __future__ import annotations

import pytest

from wraparound.kit.errors import BadInput
from wraparound.response.risk.wording import read_wording


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("w.csv", b'key,wording\ninjury,"Worded, so"\n'),
        ("w.csv", b'\xef\xbb\xbfkey,wording\r\ninjury,"Worded, so"\r\n\r\n'),
        ("w.CSV", b'Wording,Key\n"Worded, so",injury\n'),
        ("w.json", b'{"injury": "Worded, so"}'),
        ("w.json", b'\xef\xbb\xbf{"injury": "Worded, so"}'),
    ],
)
def test_both_formats_are_read(name, content):
    assert read_wording(name, content) == {"injury": "Worded, so"}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("w.csv", b"", "columns must be key and wording"),
        ("w.csv", b"key,wording\n", "no wording in it"),
        ("w.csv", b"key;wording\ninjury;x\n", "columns must be key and wording"),
        ("w.csv", b"key,wording\ninjury,x,y\n", "Line 2: 3 cells"),
        ("w.csv", b"key,wording\ninjury,x\ninjury,y\n", "Line 3: the key .injury. stands there twice"),
        ("w.csv", b'key,wording\ninjury,"x\n', "unexpected end"),
        ("w.csv", b"key,wording\ninjury," + b"x" * 200_000, "field larger"),
        ("w.csv", "key,wording\ninjury,né\n".encode("cp1252"), "not UTF-8"),
        ("w.json", b"{", "Line 1, column 2"),
        ("w.json", b"[1]", "must be an object"),
        ("w.json", b'{"injury": 1}', "must be an object"),
        ("w.json", b"[" * 100_000, "one object"),
        ("w.json", b"{}", "no wording in it"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_where(name, content, says):
    with pytest.raises(BadInput, match=says) as stop:
        read_wording(name, content)
    assert stop.value.field == "file"
