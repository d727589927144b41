"""What happens to commitments: they are made, answered, kept or not kept, and chased."""

from __future__ import annotations

from wraparound.foundation.commitments.services.chasing import chase
from wraparound.foundation.commitments.services.making import assign, make, propose
from wraparound.foundation.commitments.services.steps import (
    Evidence,
    accept,
    claim_not_possible,
    confirm_not_possible,
    decline,
    do,
    refuse_not_possible,
    set_not_done,
)

__all__ = [
    "Evidence",
    "accept",
    "assign",
    "chase",
    "claim_not_possible",
    "confirm_not_possible",
    "decline",
    "do",
    "make",
    "propose",
    "refuse_not_possible",
    "set_not_done",
]
