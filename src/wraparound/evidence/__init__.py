"""From records to knowledge: open data, extracts and published figures, and the assessments made of them.

No page here shows a person. Evidence lives apart from the records, as Parquet under ``WRAPAROUND_VAR/evidence``.
"""

import os

# Hundreds of small fits: threads of the linear algebra only wait for each other. It is read when numpy is first loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
