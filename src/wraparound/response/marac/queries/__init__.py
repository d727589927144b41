"""Reads of the MARAC, narrowed to what the actor may know of."""

from __future__ import annotations

from wraparound.response.marac.queries.flags import (
    flag_for,
    flags_ended,
    flags_of_matter,
    flags_standing,
    flags_summary,
    flags_waiting,
)
from wraparound.response.marac.queries.prompts import open_prompts, prompt_for, prompts_visible_to, waiting_prompts
from wraparound.response.marac.queries.referrals import (
    draft_for,
    drafts_of,
    earlier_of,
    my_referrals,
    referral_for,
    referral_of_item,
    referrals_of_matter,
    referrals_of_matters,
    referrals_visible_to,
    to_list,
    to_screen,
    until_the_next,
)
from wraparound.response.marac.queries.sessions import SessionLoad, fortnight, sessions_after, sessions_to_list_on
from wraparound.response.marac.queries.tellings import (
    attempts_of,
    contacts_due,
    telling_for,
    telling_of_matter,
    tellings_late,
    tellings_waiting,
)

__all__ = [
    "SessionLoad",
    "attempts_of",
    "contacts_due",
    "draft_for",
    "drafts_of",
    "earlier_of",
    "flag_for",
    "flags_ended",
    "flags_of_matter",
    "flags_standing",
    "flags_summary",
    "flags_waiting",
    "fortnight",
    "my_referrals",
    "open_prompts",
    "prompt_for",
    "prompts_visible_to",
    "referral_for",
    "referral_of_item",
    "referrals_of_matter",
    "referrals_of_matters",
    "referrals_visible_to",
    "sessions_after",
    "sessions_to_list_on",
    "telling_for",
    "telling_of_matter",
    "tellings_late",
    "tellings_waiting",
    "to_list",
    "to_screen",
    "until_the_next",
    "waiting_prompts",
]
