"""What script/build-assets has built: nobody's crown, nobody's typeface, nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
DIST = ROOT / "src/wraparound/kit/static/dist"


def built() -> list[Path]:
    return [path for path in DIST.rglob("*") if path.is_file()]


def test_everything_that_the_layout_asks_for_is_there() -> None:
    for name in ("app.css", "app.js", "head.js", "images/favicon.svg"):
        assert (DIST / name).stat().st_size > 0, "Run script/build-assets"


@pytest.mark.parametrize("word", ["GDS Transport", "gds-transport", "crest", "crown"])
def test_no_typeface_crest_or_crown(word: str) -> None:
    found = [str(path) for path in built() if word.lower() in path.read_text(encoding="utf-8").lower()]
    assert found == []
    assert [path.name for path in built() if word.lower() in path.name.lower()] == []


def test_fonts_are_of_the_system() -> None:
    families = set(re.findall(r"font-family:([^;}]+)", (DIST / "app.css").read_text(encoding="utf-8")))
    assert families <= {"arial,sans-serif", "sans-serif", "inherit"}


def test_nothing_is_fetched_from_elsewhere_or_by_a_source_map() -> None:
    for path in built():
        text = path.read_text(encoding="utf-8")
        assert "sourceMappingURL" not in text
        assert "@import" not in text
        assert not re.search(r"url\(\s*[\"']?(https?:)?//", text)
        assert "@font-face" not in text


def test_scripts_use_no_eval() -> None:
    for name in ("app.js", "head.js"):
        assert not re.search(r"\beval\(|new Function\(", (DIST / name).read_text(encoding="utf-8"))


def test_building_again_does_nothing() -> None:
    told = subprocess.run([ROOT / "script/build-assets"], capture_output=True, text=True, check=True)
    assert told.stdout == "build-assets: up to date\n"


def test_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")
