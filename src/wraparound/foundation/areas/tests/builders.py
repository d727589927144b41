"""Packs to spoil: a copy of Fenmoor in a folder of the test's own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wraparound.foundation.areas.pack import Pack, open_pack

PACKS = Path(__file__).parents[5] / "packs"


class SpoiltPack:
    """A copy of Fenmoor whose files can be changed before it is opened."""

    def __init__(self, folder: Path, settings: Any) -> None:
        self.path = folder / "fenmoor"
        shutil.copytree(PACKS / "fenmoor", self.path)
        settings.PACKS_DIR = folder

    def write(self, name: str, text: str) -> SpoiltPack:
        (self.path / name).write_text(text, "utf-8")
        return self

    def replace(self, name: str, old: str, new: str) -> SpoiltPack:
        """Change one place of a file; the place must be there."""
        text = (self.path / name).read_text("utf-8")
        assert old in text, f"{name} has no {old!r}"
        return self.write(name, text.replace(old, new, 1))

    def add_line(self, name: str, line: str) -> SpoiltPack:
        return self.write(name, (self.path / name).read_text("utf-8") + line + "\n")

    def edit_json(self, name: str, edit: Callable[[Any], None]) -> SpoiltPack:
        content = json.loads((self.path / name).read_text("utf-8"))
        edit(content)
        return self.write(name, json.dumps(content))

    def open(self) -> Pack:
        return open_pack("fenmoor")
