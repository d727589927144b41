"""Nothing like an address stands in the directory, or in any pack."""

from __future__ import annotations

import pytest

from wraparound.foundation.areas.pack import open_pack
from wraparound.foundation.areas.tests.builders import PACKS
from wraparound.foundation.directory.rules import address_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ask for B1 1AA.", "B1 1AA"),
        ("the flat at b152ay", "b152ay"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("12 Orchard Road", "12 Orchard Road"),
        ("Flat 3, 7a Long Meadow Lane", "7a Long Meadow Lane"),
        ("Ring 0808 800 0028.", ""),
        ("Every day, 09:15 to 17:15", ""),
        ("Scrutiny pack 17 February 2023, l. 2033", ""),
        ("5 refuges, 44 places; boys up to 14", ""),
        ("Twelve weeks on understanding abuse", ""),
        ("code E05011118", ""),
    ],
)
def test_what_looks_like_an_address(text: str, found: str) -> None:
    assert address_in(text) == found


PACK_FILES = [path.relative_to(PACKS) for path in sorted(PACKS.rglob("*")) if path.suffix in {".csv", ".json", ".md"}]


@pytest.mark.parametrize("path", PACK_FILES, ids=str)
def test_no_file_of_any_pack_has_anything_like_an_address(path: object) -> None:
    assert address_in((PACKS / str(path)).read_text("utf-8")) == ""


@pytest.mark.parametrize("slug", ["birmingham", "fenmoor"])
def test_refuges_stand_in_the_directory_by_provider_and_city_only(slug: str) -> None:
    pack = open_pack(slug)
    areas = {row["code"]: row["kind"] for row in pack.rows("areas.csv")}
    refuges = [row for row in pack.rows("services.csv") if row["kind"] in ("refuge", "dispersed")]
    assert refuges
    for row in refuges:
        assert areas[row["area_code"]] in ("local_authority", "partnership")  # never a ward
        assert not any(character.isdigit() for character in row["how_to_refer"])
