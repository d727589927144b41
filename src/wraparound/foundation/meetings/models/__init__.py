"""Panels and their sessions: what is on the agenda, who was there, what was said of each matter."""

from __future__ import annotations

from wraparound.foundation.meetings.models.agenda import AgendaItem, SharedInformation
from wraparound.foundation.meetings.models.attendance import Attendance, AttendanceStatus, Conflicts, Observer
from wraparound.foundation.meetings.models.minutes import Minutes
from wraparound.foundation.meetings.models.sessions import Panel, Session

__all__ = [
    "AgendaItem",
    "Attendance",
    "AttendanceStatus",
    "Conflicts",
    "Minutes",
    "Observer",
    "Panel",
    "Session",
    "SharedInformation",
]
