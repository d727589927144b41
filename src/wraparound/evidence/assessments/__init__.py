"""Strategic and needs assessments: sections, narrative, editions, and their files (S-055, S-075)."""
