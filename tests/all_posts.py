"""Every form of the site: see `tests.posts`."""

from __future__ import annotations

from tests.posts import FOUNDATION_AND_RISK, Send
from tests.posts_after import AFTER
from tests.posts_again import AGAIN
from tests.posts_before import BEFORE
from tests.posts_cases import CASES
from tests.posts_emergency import EMERGENCY
from tests.posts_evidence import EVIDENCE
from tests.posts_marac import MARAC
from tests.posts_sitting import SITTING

SENDS: dict[str, Send] = {
    **FOUNDATION_AND_RISK,
    **CASES,
    **MARAC,
    **AFTER,
    **BEFORE,
    **SITTING,
    **AGAIN,
    **EVIDENCE,
    **EMERGENCY,
}
