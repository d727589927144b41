"""Where the store lies, and where a pack's evidence does."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
PACKS = ROOT / "packs"


def var() -> Path:
    """The folder of everything that the programme keeps: WRAPAROUND_VAR, or `var` in the project."""
    return Path(os.environ.get("WRAPAROUND_VAR") or ROOT / "var").resolve()


def store_path() -> Path:
    """The evidence store's folder."""
    return var() / "evidence" / "store"
