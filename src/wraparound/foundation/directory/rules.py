"""What may not stand in the directory."""

from __future__ import annotations

import re

# A postcode, whole or without its space; and a house number before a street word, or a street word after a name.
_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]?\s?[0-9][A-Z]{2}\b", re.IGNORECASE)
_STREETS = "Road|Rd|Street|Avenue|Lane|Drive|Close|Crescent|Grove|Terrace|Gardens|Court|Mews|Square|Parade|Hill|Row|Way"
_STREET = re.compile(rf"\b[0-9]+[A-Za-z]?,?\s+(?:[A-Z][a-z']+\s+){{1,3}}(?:{_STREETS})\b")


def address_in(text: str) -> str:
    """The first thing in `text` that looks like a postcode or a street address, or "".

    It errs towards finding: a pack that trips it can be worded otherwise, an address that slips through can kill.
    """
    found = _POSTCODE.search(text) or _STREET.search(text)
    return found.group() if found else ""
