"""From records to knowledge: open data, extracts and published figures, and the assessments made of them.

No page here shows a person. Evidence lives apart from the records, as Parquet under ``WRAPAROUND_VAR/evidence``.
"""
