"""What happens at the MARAC. Each is checked, in one transaction, logged, and emits what happened."""

from __future__ import annotations

from wraparound.response.marac.services.drafts import (
    discard_draft,
    remove_row,
    save_row,
    save_step,
    start_draft,
    step_version,
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
from wraparound.response.marac.services.prefilling import blank_answers, prefilled_answers
from wraparound.response.marac.services.prompts import answer_prompt, look_at_run, raise_prompts
from wraparound.response.marac.services.receiving import submit_referral
from wraparound.response.marac.services.screening import challenge, screen_accept, screen_do_not_list
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
    "answer_prompt",
    "begin_telling",
    "blank_answers",
    "challenge",
    "discard_draft",
    "end_telling",
    "give_back",
    "involve_team_in_linked_matters",
    "list_on_session",
    "listed_item",
    "look_at_run",
    "persons_were_linked",
    "persons_were_split",
    "plan_sessions",
    "prefilled_answers",
    "put_back_unheard",
    "raise_prompts",
    "recompute",
    "recompute_for_matters",
    "record_attempt",
    "remove_row",
    "save_row",
    "save_step",
    "screen_accept",
    "screen_do_not_list",
    "start_draft",
    "step_version",
    "submit_referral",
    "take",
    "take_off",
]
