"""What holds whatever the file: no row is lost in silence, and loading again changes nothing."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wraparound.evidence.store.engine import open_store
from wraparound.evidence.store.loading import load_paths
from wraparound.evidence.store.tests.files import street

READABLE = {"2014-01", "2014-02"}
rows = st.lists(
    st.fixed_dictionaries(
        {
            "Crime ID": st.sampled_from(["", "", "a", "b", "c", "d"]),
            "Month": st.sampled_from(["2014-01", "2014-02", "", "2014-13", "nonsense"]),
            "LSOA code": st.sampled_from(["E01009417", "", "95GG47S2"]),
            "Longitude": st.sampled_from(["-1.85", "", "999", "east"]),
            "Crime type": st.sampled_from(["Burglary", "Anti-social behaviour", "", 'a "quoted", type']),
        }
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows, min_size=1, max_size=3))
def test_every_row_is_kept_or_set_aside_and_ids_stay_single(files: list[list[dict[str, str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder) / "store"
        paths = [street(Path(folder) / f"{number}.csv", file) for number, file in enumerate(files)]
        reports = load_paths(paths, where)
        store = open_store(where)
        kept = store.rows(store.table("street").select("id", "is_asb", "no_id"))
        for report in reports:
            assert not report.error
            assert report.rows_read == report.rows_kept + report.set_aside.total()
        assert all(row["id"] or row["no_id"] for row in kept)
        ids = Counter(row["id"] for row in kept if row["id"])
        assert all(count == 1 for count in ids.values())
        readable = [r for file in files for r in file if r["Month"] in READABLE and r["Crime type"]]
        assert bool(kept) == bool(readable)
        again = load_paths(paths, where)
        assert all(report.already_loaded for report in again)
        reopened = open_store(where)
        assert reopened.one(reopened.table("street").count()) == len(kept)
