"""Who answers for an agency's flag, and who sees whether it did."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from wraparound.foundation.access.decisions import allow, in_open_matters, live_exclusions, register
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import NotNow, Refused
from wraparound.response.marac.flag_states import FLAG_TRANSITIONS, FlagState
from wraparound.response.marac.models import AgencyFlag

FLAGGING = frozenset({Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD})
WATCHING = frozenset({Role.MARAC_COORDINATOR, Role.MARAC_CHAIR})
READING = FLAGGING | WATCHING


def narrow_flags(actor: Actor, rows: QuerySet[AgencyFlag]) -> QuerySet[AgencyFlag]:
    """An agency's own, after its part in the case has ended too: else it could never say that the flag is gone.

    Of others, those of open cases, for who runs the MARAC. An exclusion closes both.
    """
    if actor.role in FLAGGING:
        closed = live_exclusions(actor).values("matter_id")
        return rows.filter(organisation_id=actor.organisation_id).exclude(matter_id__in=closed)
    if actor.role in WATCHING:
        return in_open_matters(actor, rows)
    return rows.none()


def _answering(event: str) -> Callable[[Actor, AgencyFlag], None]:
    def check_can_answer_flag(actor: Actor, flag: AgencyFlag) -> None:
        """The agency whose records they are answers for them, when it is its turn."""
        if actor.role not in FLAGGING or actor.organisation_id != flag.organisation_id:
            raise Refused("Only the agency whose records they are can say this.")
        if (FlagState(flag.state), event) not in FLAG_TRANSITIONS:
            raise NotNow(f"This flag: {FlagState(flag.state).label.lower()}.")

    return check_can_answer_flag


register(
    AgencyFlag,
    visible=narrow_flags,
    verbs={
        "see": allow,
        "set": _answering("set"),
        "hold_no_record": _answering("hold_no_record"),
        "remove": _answering("remove"),
    },
)

ROW_IS_OPEN = (
    "wraparound_open(matter_id) OR (organisation_id::text = wraparound_setting('organisation')"
    f" AND wraparound_setting('role') IN ({', '.join(repr(str(role)) for role in sorted(FLAGGING))})"
    " AND NOT wraparound_excluded(matter_id))"
)
"""The same for the database's wall."""
