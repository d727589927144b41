"""Cells that a spreadsheet would run as a formula: marked on the way out, unmarked on the way in.

A spreadsheet takes a cell as a formula when it begins with ``=``, ``+``, ``-`` or ``@`` (or a tab, a line end, or the
wide forms of those signs). Such a cell leaves with one apostrophe before it. A cell that begins with apostrophes and
then such a sign gets one more, so that the way back, which takes one away, gives exactly what was there.
"""

from __future__ import annotations

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_MARKED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def protected(text: str) -> str:
    """A cell's text as it may stand in a file that a spreadsheet opens."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unprotected(text: str) -> str:
    """What `protected` was given."""
    return text[1:] if text[:1] == "'" and _MARKED.match(text) else text
