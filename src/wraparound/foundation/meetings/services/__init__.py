"""What happens to sessions and their agendas. Each write is checked, in one transaction, logged and told."""

from __future__ import annotations

from wraparound.foundation.meetings.services.agenda import move_item, order_agenda, put_on_agenda, take_off
from wraparound.foundation.meetings.services.attendance import (
    declare_no_conflict,
    leave_out_observer,
    note_observer,
    record_attendance,
    sign_observer,
)
from wraparound.foundation.meetings.services.hearing import (
    hear_item,
    save_risk_summary,
    share_information,
    sum_up,
    waits_for_summary,
)
from wraparound.foundation.meetings.services.minutes import approve_minutes, keep_minutes
from wraparound.foundation.meetings.services.planning import (
    arrange_session,
    call_emergency,
    plan_session,
    set_chair,
    swap_chairs,
)
from wraparound.foundation.meetings.services.running import (
    adjourn_session,
    close_session,
    go_on_inquorate,
    open_session,
    review_done,
)

__all__ = [
    "adjourn_session",
    "approve_minutes",
    "arrange_session",
    "call_emergency",
    "close_session",
    "declare_no_conflict",
    "go_on_inquorate",
    "hear_item",
    "keep_minutes",
    "leave_out_observer",
    "move_item",
    "note_observer",
    "open_session",
    "order_agenda",
    "plan_session",
    "put_on_agenda",
    "record_attendance",
    "review_done",
    "save_risk_summary",
    "set_chair",
    "share_information",
    "sign_observer",
    "sum_up",
    "swap_chairs",
    "take_off",
    "waits_for_summary",
]
