"""The five problem profiles of the strategic assessment: victims, offenders, locations, times.

They are drawn from an offence-level extract. The street-level files say nothing of people or hours, and no category
of theirs stands in for a flag that is missing.
"""

from __future__ import annotations

from wraparound.evidence.assessments.sections import Section

PROFILES: tuple[Section, ...] = ()
