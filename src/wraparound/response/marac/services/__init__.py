"""What happens at the MARAC. Each is checked, in one transaction, logged, and emits what happened."""

from __future__ import annotations

from wraparound.response.marac.services.chasing import chase, chase_session
from wraparound.response.marac.services.drafts import (
    discard_draft,
    remove_row,
    save_row,
    save_step,
    start_draft,
    step_version,
)
from wraparound.response.marac.services.emergencies import call_emergency
from wraparound.response.marac.services.flags import (
    ask_for_flags,
    hold_no_record,
    lapse_flags,
    remove_flag,
    set_flag,
)
from wraparound.response.marac.services.linking import (
    involve_team_in_linked_matters,
    persons_were_linked,
    persons_were_split,
    recompute,
    recompute_for_matters,
)
from wraparound.response.marac.services.listing import (
    list_on_session,
    listed_item,
    plan_sessions,
    put_back_unheard,
    take_off,
)
from wraparound.response.marac.services.minuting import draft_minutes, draft_minutes_of_session
from wraparound.response.marac.services.prefilling import blank_answers, prefilled_answers
from wraparound.response.marac.services.preparing import HerWords, name_systems, save_idva_record
from wraparound.response.marac.services.prompts import answer_prompt, look_at_run, raise_prompts
from wraparound.response.marac.services.putting_off import adjourn_session, decide_deferral, put_off, settle_deferrals
from wraparound.response.marac.services.receiving import submit_referral
from wraparound.response.marac.services.researching import (
    add_entry,
    answered_in_session,
    ask_agencies,
    lapse_requests,
    promise_offer,
    say_nothing_known,
    take_back,
    undo_nothing_known,
    withdraw_requests,
)
from wraparound.response.marac.services.screening import challenge, screen_accept, screen_do_not_list
from wraparound.response.marac.services.sitting import (
    declare_conflict,
    end_research,
    go_on_inquorate,
    hear,
    keep_closing_dates,
    missing_for_quorum,
    order_by_urgency,
)
from wraparound.response.marac.services.telling import (
    ENDINGS,
    OUTCOMES,
    begin_telling,
    end_telling,
    give_back,
    record_attempt,
    take,
)

__all__ = [
    "ENDINGS",
    "OUTCOMES",
    "HerWords",
    "add_entry",
    "adjourn_session",
    "answer_prompt",
    "answered_in_session",
    "ask_agencies",
    "ask_for_flags",
    "begin_telling",
    "blank_answers",
    "call_emergency",
    "challenge",
    "chase",
    "chase_session",
    "decide_deferral",
    "declare_conflict",
    "discard_draft",
    "draft_minutes",
    "draft_minutes_of_session",
    "end_research",
    "end_telling",
    "give_back",
    "go_on_inquorate",
    "hear",
    "hold_no_record",
    "involve_team_in_linked_matters",
    "keep_closing_dates",
    "lapse_flags",
    "lapse_requests",
    "list_on_session",
    "listed_item",
    "look_at_run",
    "missing_for_quorum",
    "name_systems",
    "order_by_urgency",
    "persons_were_linked",
    "persons_were_split",
    "plan_sessions",
    "prefilled_answers",
    "promise_offer",
    "put_back_unheard",
    "put_off",
    "raise_prompts",
    "recompute",
    "recompute_for_matters",
    "record_attempt",
    "remove_flag",
    "remove_row",
    "save_idva_record",
    "save_row",
    "save_step",
    "say_nothing_known",
    "screen_accept",
    "screen_do_not_list",
    "set_flag",
    "settle_deferrals",
    "start_draft",
    "step_version",
    "submit_referral",
    "take",
    "take_back",
    "take_off",
    "undo_nothing_known",
    "withdraw_requests",
]
