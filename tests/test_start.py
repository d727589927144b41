"""What a process carries that only serves pages: not the libraries of analysis, which cost seconds and 200 MB."""

from __future__ import annotations

import subprocess
import sys

HEAVY = [
    "altair",
    "duckdb",
    "h3",
    "ibis",
    "pandas",
    "pyarrow",
    "pyproj",
    "scipy",
    "shapely",
    "sqlglot",
    "statsmodels",
    "vl_convert",
    "weasyprint",
]
SERVES = "import sys, django; django.setup(); import wraparound.interfaces.urls"


def test_serving_pages_loads_no_library_of_analysis():
    asks = f"{SERVES}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    found = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
