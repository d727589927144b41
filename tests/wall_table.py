"""Who may open what: one reviewed row for each address of the site. Production code never reads this table.

A row says which roles the door lets in at all (``gate``: everyone else is told 403), for which of them their own thing
opens (``opens``; the others of the gate are told 404, as though there were no such thing), and who sees the thing but
may not do this with it (``refused``, 403). ``takes`` names, for each parameter of the address, the kind of thing that
fills it (`tests.world`). The same for sending a form: ``sends`` and ``send_refused``.

Whatever the row says, another agency's thing, a thing from which one is excluded, and no thing at all are 404 with the
same words. Where it is otherwise, ``others_see`` and ``excluded_see`` name the roles, and ``why`` says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role

Roles = frozenset[Role]

NOBODY: Roles = frozenset()
EVERYONE: Roles = frozenset(Role)
WORKERS: Roles = WORKING_WITH_PEOPLE
CLERK: Roles = frozenset({Role.POLICE_CLERK})
PRACTITIONER: Roles = frozenset({Role.PRACTITIONER})
IDVA: Roles = frozenset({Role.IDVA})
COORDINATOR: Roles = frozenset({Role.MARAC_COORDINATOR})
CHAIR: Roles = frozenset({Role.MARAC_CHAIR})
REPRESENTATIVE: Roles = frozenset({Role.MARAC_REPRESENTATIVE})
LEAD: Roles = frozenset({Role.AGENCY_LEAD})
REGIONAL: Roles = frozenset({Role.REGIONAL_ADMINISTRATOR})
ANALYST: Roles = frozenset({Role.ANALYST})
REVIEWER: Roles = frozenset({Role.LINK_REVIEWER})
GOVERNANCE: Roles = frozenset({Role.INFORMATION_GOVERNANCE})
ADMINISTRATOR: Roles = frozenset({Role.ADMINISTRATOR})

PUBLIC, ACCOUNT, ROLES = "public", "account", "roles"


@dataclass(frozen=True)
class Row:
    """What is expected of one address."""

    gate: Roles = NOBODY
    opens: Roles | None = None  # None: the whole gate
    refused: Roles = NOBODY
    sends: Roles | None = None  # None: those for whom it opens
    send_refused: Roles | None = None  # None: those who are refused it
    takes: Mapping[str, str] = field(default_factory=dict)
    methods: str = "GET"
    others_see: Roles = NOBODY
    excluded_see: Roles = NOBODY
    door: str = ROLES
    answers: frozenset[int] = frozenset({200})
    why: str = ""

    @property
    def gets(self) -> bool:
        """Whether the address shows a page."""
        return "GET" in self.methods

    @property
    def posts(self) -> bool:
        """Whether the address takes a form."""
        return "POST" in self.methods

    def openers(self, method: str) -> Roles:
        """The roles whose own thing opens."""
        opens = self.gate if self.opens is None else self.opens
        return opens if method == "GET" or self.sends is None else self.sends

    def refusals(self, method: str) -> Roles:
        """The roles that see the thing and are told that they may not."""
        return self.refused if method == "GET" or self.send_refused is None else self.send_refused


BOTH, SENT = "GET POST", "POST"


def public(methods: str = "GET", *answers: int) -> Row:
    """A page for whoever comes."""
    return Row(door=PUBLIC, methods=methods, answers=frozenset(answers or (200,)))


def account(methods: str, *answers: int) -> Row:
    """A page of one's own account: for everyone who signed in, whatever role they hold."""
    return Row(door=ACCOUNT, methods=methods, answers=frozenset(answers))


ALL_AGENCIES_PAIRS = "The link reviewer decides on pairs of all agencies, and sees no contact details."
PK_CASE = {"pk": "case"}
KEEPERS = WORKERS - CLERK
PK_DRAFT, PK_ITEM = {"pk": "draft"}, {"pk": "session", "item_pk": "item"}
PK_IMPORT = {"pk": "import"}
FILES_ARE_THE_FORCES = "A file and its rejected rows are in no case yet: they are the force's, for all of its clerks."
AGENDA_CLOSES_UP = "That there is a session is no secret to who attends; its agenda closes up (test_exclusion)."
REFERRING = WORKERS - CHAIR
ANSWERING = CLERK | PRACTITIONER | REPRESENTATIVE | LEAD
ATTENDING = COORDINATOR | CHAIR | REPRESENTATIVE | IDVA | LEAD
RUNNING = COORDINATOR | CHAIR
RESEARCHING = REPRESENTATIVE | LEAD | IDVA
PK_RESEARCH = {"pk": "research"}
READING = IDVA | COORDINATOR | CHAIR
FLAGGING = REPRESENTATIVE | LEAD
ASSESSING = CLERK | PRACTITIONER | IDVA | COORDINATOR
OF_SESSIONS_RUN = Row(RUNNING, takes={"pk": "session"}, methods=BOTH, excluded_see=RUNNING, why=AGENDA_CLOSES_UP)
AGREEING = ANALYST | CHAIR | LEAD
OF_PLACES = AGREEING | COORDINATOR | REGIONAL | GOVERNANCE


def _of_edition(who: Roles, methods: str = "GET", kind: str = "edition", **takes: str) -> Row:
    """An edition opens to everyone of the roles, wherever they work."""
    why = "An assessment is about a place, belongs to the whole partnership, and is nobody's matter."
    return Row(who, takes={"pk": kind, **takes}, methods=methods, others_see=who, excluded_see=who, why=why)


ROWS: dict[str, Row] = {
    # --- the site's own pages -------------------------------------------------------------------------------
    "today": Row(EVERYONE),
    "search": Row(WORKERS),
    "about": public(),
    "health": public(),
    "account_login": public(BOTH, 200, 302),
    "account_logout": account(BOTH, 200, 302),
    "account_reauthenticate": account(BOTH, 200, 302, 403),
    "mfa_authenticate": public(BOTH, 302),
    "mfa_reauthenticate": account(BOTH, 200, 302, 403),
    "mfa_index": account("GET", 200, 302),
    "mfa_activate_totp": account(BOTH, 200, 302),
    "mfa_deactivate_totp": account(BOTH, 200, 302, 404),
    "mfa_view_recovery_codes": account("GET", 200, 302, 404),
    "mfa_generate_recovery_codes": account(BOTH, 200, 302, 404),
    "mfa_download_recovery_codes": account("GET", 200, 302, 404),
    "account_signup": public("GET", 404),
    "account_reset_password": public("GET", 404),
    "account_email": public("GET", 404),
    "account_inactive": public("GET", 404),
    "accounts:list": Row(ADMINISTRATOR),
    "accounts:new": Row(ADMINISTRATOR, methods=BOTH),
    "accounts:end": Row(
        ADMINISTRATOR,
        takes={"pk": "membership"},
        methods=BOTH,
        excluded_see=ADMINISTRATOR,
        why="An account is no matter: an exclusion from a case doesn't concern it.",
    ),
    "partners:act-as": Row(EVERYONE, methods=SENT),
    # --- rules and the directory: for everyone with a role --------------------------------------------------
    "rulesets:list": Row(EVERYONE),
    "rulesets:one": Row(
        EVERYONE, takes={"pk": "rule set"}, others_see=EVERYONE, excluded_see=EVERYONE, why="A rule is no secret."
    ),
    "directory:list": Row(EVERYONE),
    "directory:service": Row(
        EVERYONE,
        takes={"slug": "service"},
        others_see=EVERYONE,
        excluded_see=EVERYONE,
        why="The directory is no secret.",
    ),
    # --- notices: one's own ---------------------------------------------------------------------------------
    "notices:list": Row(EVERYONE),
    "notices:read-all": Row(EVERYONE, methods=SENT),
    "notices:open": Row(EVERYONE, takes={"pk": "notice"}, methods=SENT),
    # --- people ---------------------------------------------------------------------------------------------
    "people:person": Row(
        WORKERS | REVIEWER | GOVERNANCE, takes={"pk": "person"}, others_see=REVIEWER, why=ALL_AGENCIES_PAIRS
    ),
    "people:contact-add": Row(WORKERS, takes={"pk": "person"}, methods=BOTH),
    "people:contact-confirm": Row(
        WORKERS,
        opens=CLERK | PRACTITIONER | CHAIR,
        refused=IDVA | COORDINATOR | REPRESENTATIVE | LEAD,
        takes={"pk": "contact rule"},
        methods=SENT,
    ),
    "people:contact-tried": Row(
        WORKERS, opens=IDVA, refused=WORKERS - IDVA, takes={"pk": "unknown contact rule"}, methods=SENT
    ),
    "people:address-add": Row(WORKERS, takes={"pk": "person"}, methods=BOTH),
    "people:address-type": Row(
        WORKERS,
        opens=CLERK | PRACTITIONER | CHAIR | IDVA | COORDINATOR,
        refused=REPRESENTATIVE | LEAD,
        takes={"pk": "address"},
        methods=BOTH,
    ),
    "people:address-read": Row(
        WORKERS,
        opens=CLERK | PRACTITIONER | CHAIR | IDVA | COORDINATOR,
        refused=REPRESENTATIVE | LEAD,
        takes={"pk": "address"},
        methods=BOTH,
    ),
    "people:equality": Row(WORKERS, takes={"pk": "person", "characteristic": "characteristic"}, methods=BOTH),
    "people:relationship-add": Row(WORKERS, takes={"pk": "person"}, methods=BOTH),
    "people:emergency": Row(KEEPERS, methods=BOTH),
    "people:emergency-nothing": Row(KEEPERS),
    "people:emergency-looks": Row(GOVERNANCE | LEAD),
    "people:emergency-look": Row(
        GOVERNANCE | LEAD, takes={"pk": "emergency look"}, methods=BOTH, sends=GOVERNANCE, send_refused=LEAD
    ),
    "people:link-queue": Row(REVIEWER),
    "people:link-history": Row(REVIEWER),
    "people:link-review": Row(
        REVIEWER, takes={"pk": "proposal"}, methods=BOTH, others_see=REVIEWER, why=ALL_AGENCIES_PAIRS
    ),
    "people:link-know-someone": Row(
        REVIEWER, takes={"pk": "proposal"}, methods=SENT, others_see=REVIEWER, why=ALL_AGENCIES_PAIRS
    ),
    "people:link-undo": Row(
        REVIEWER, takes={"pk": "decision"}, methods=BOTH, others_see=REVIEWER, why=ALL_AGENCIES_PAIRS
    ),
    # --- commitments ----------------------------------------------------------------------------------------
    "commitments:list": Row(KEEPERS),
    "commitments:ledger": Row(KEEPERS),
    "commitments:matter": Row(KEEPERS, takes={"matter_id": "matter"}),
    "commitments:new": Row(KEEPERS, takes={"matter_id": "matter"}, methods=BOTH),
    "commitments:commitment": Row(KEEPERS, takes={"pk": "commitment"}),
    "commitments:accept": Row(
        KEEPERS, opens=LEAD, refused=KEEPERS - LEAD, takes={"pk": "proposed commitment"}, methods=SENT
    ),
    "commitments:decline": Row(
        KEEPERS, opens=LEAD, refused=KEEPERS - LEAD, takes={"pk": "proposed commitment"}, methods=BOTH
    ),
    "commitments:do": Row(
        KEEPERS, opens=LEAD, refused=KEEPERS - LEAD, takes={"pk": "accepted commitment"}, methods=BOTH
    ),
    "commitments:not-possible": Row(
        KEEPERS, opens=LEAD, refused=KEEPERS - LEAD, takes={"pk": "accepted commitment"}, methods=BOTH
    ),
    "commitments:confirm": Row(
        KEEPERS, opens=COORDINATOR, refused=KEEPERS - COORDINATOR, takes={"pk": "claimed commitment"}, methods=SENT
    ),
    "commitments:refuse": Row(
        KEEPERS, opens=COORDINATOR, refused=KEEPERS - COORDINATOR, takes={"pk": "claimed commitment"}, methods=BOTH
    ),
    "commitments:not-done": Row(
        KEEPERS,
        opens=LEAD | COORDINATOR,
        refused=KEEPERS - LEAD - COORDINATOR,
        takes={"pk": "accepted commitment"},
        methods=BOTH,
    ),
    "commitments:assign": Row(
        KEEPERS, opens=LEAD, refused=KEEPERS - LEAD, takes={"pk": "accepted commitment"}, methods=BOTH
    ),
    "commitments:evidence": Row(
        KEEPERS,
        opens=LEAD | COORDINATOR | CHAIR,
        refused=KEEPERS - LEAD - COORDINATOR - CHAIR,
        takes={"pk": "done commitment"},
    ),
    # --- risk -----------------------------------------------------------------------------------------------
    "risk:drafts": Row(WORKERS),
    "risk:history": Row(WORKERS, takes=PK_CASE),
    "risk:begin": Row(WORKERS, takes=PK_CASE, methods=BOTH),
    "risk:assessment": Row(WORKERS, takes={"pk": "assessment"}),
    "risk:form": Row(WORKERS, opens=ASSESSING, takes={"pk": "draft assessment"}, methods=BOTH),
    "risk:autosave": Row(WORKERS, opens=ASSESSING, takes={"pk": "draft assessment"}, methods=SENT),
    "risk:judgement": Row(WORKERS, opens=ASSESSING, takes={"pk": "draft assessment"}, methods=BOTH),
    "risk:check": Row(WORKERS, opens=ASSESSING, takes={"pk": "draft assessment"}, methods=BOTH),
    "risk:abandon": Row(WORKERS, opens=ASSESSING, takes={"pk": "draft assessment"}, methods=BOTH),
    "risk:take-over": Row(WORKERS, opens=ASSESSING, takes={"pk": "draft assessment"}, methods=SENT),
    "risk:instruments": Row(ADMINISTRATOR),
    "risk:wording": Row(
        ADMINISTRATOR,
        takes={"pk": "instrument"},
        methods=BOTH,
        others_see=ADMINISTRATOR,
        excluded_see=ADMINISTRATOR,
        why="The wording is one for all who use the deployment.",
    ),
    # --- files of the demo: there only where personas are ---------------------------------------------------
    "demo:files": public("GET", 404),
    "demo:file": Row(door=PUBLIC, answers=frozenset({404}), takes={"name": "demo file"}),
    # --- cases ----------------------------------------------------------------------------------------------
    "cases:list": Row(WORKERS),
    "cases:case": Row(WORKERS, takes=PK_CASE),
    "cases:chronology": Row(WORKERS, takes=PK_CASE),
    "cases:people": Row(WORKERS, takes=PK_CASE),
    "cases:sharing": Row(WORKERS, takes=PK_CASE),
    "cases:disclosure-new": Row(WORKERS, takes=PK_CASE, methods=BOTH),
    "cases:note-new": Row(WORKERS, takes=PK_CASE, methods=BOTH),
    "cases:facts": Row(WORKERS, takes=PK_CASE),
    "cases:fact-new": Row(WORKERS, takes=PK_CASE | {"kind": "fact kind"}, methods=BOTH),
    "cases:fact-change": Row(WORKERS, takes={"pk": "fact"}, methods=BOTH),
    "cases:fact-end": Row(WORKERS, takes={"pk": "fact"}, methods=BOTH),
    "cases:facts-ending": Row(WORKERS),
    "cases:exclude-me": Row(WORKERS, takes=PK_CASE, methods=SENT),
    "cases:exclude": Row(COORDINATOR, takes=PK_CASE, methods=BOTH),
    "cases:exclusion-lift": Row(COORDINATOR, takes=PK_CASE | {"exclusion": "exclusion"}, methods=BOTH),
    # --- imports: the force's own files, for its clerks -----------------------------------------------------
    "cases:import-list": Row(CLERK),
    "cases:import-new": Row(CLERK, methods=BOTH),
    "cases:import": Row(CLERK, takes=PK_IMPORT, excluded_see=CLERK, why=FILES_ARE_THE_FORCES),
    "cases:import-progress": Row(CLERK, takes=PK_IMPORT, excluded_see=CLERK, why=FILES_ARE_THE_FORCES),
    "cases:import-lines": Row(
        CLERK, takes=PK_IMPORT | {"severity": "severity"}, excluded_see=CLERK, why=FILES_ARE_THE_FORCES
    ),
    "cases:import-rejected": Row(
        CLERK, takes=PK_IMPORT | {"file": "rejected file"}, excluded_see=CLERK, why=FILES_ARE_THE_FORCES
    ),
    "cases:import-confirm": Row(CLERK, takes=PK_IMPORT, methods=SENT, excluded_see=CLERK, why=FILES_ARE_THE_FORCES),
    "cases:import-cancel": Row(CLERK, takes=PK_IMPORT, methods=SENT, excluded_see=CLERK, why=FILES_ARE_THE_FORCES),
    "cases:urgent-list": Row(CLERK),
    "cases:urgent": Row(CLERK, takes={"pk": "urgent"}, methods=BOTH, excluded_see=CLERK, why=FILES_ARE_THE_FORCES),
    # --- MARAC: writing a referral, each author their own ---------------------------------------------------
    "marac:refer-start": Row(REFERRING, methods=BOTH),
    "marac:refer-draft": Row(REFERRING, takes=PK_DRAFT),
    "marac:refer-check": Row(REFERRING, takes=PK_DRAFT, methods=BOTH),
    "marac:refer-discard": Row(REFERRING, takes=PK_DRAFT, methods=BOTH),
    "marac:refer-step": Row(REFERRING, takes=PK_DRAFT | {"key": "step"}, methods=BOTH),
    "marac:refer-save": Row(REFERRING, takes=PK_DRAFT | {"key": "step"}, methods=SENT),
    "marac:refer-remove": Row(REFERRING, takes=PK_DRAFT | {"key": "list step"}, methods=SENT),
    "marac:refer-row": Row(REFERRING, takes=PK_DRAFT | {"key": "list step", "row": "perpetrator row"}, methods=BOTH),
    # --- MARAC: referrals, prompts, screening ---------------------------------------------------------------
    "marac:referrals": Row(REFERRING),
    "marac:referral": Row(WORKERS, takes={"pk": "referral"}),
    "marac:challenge": Row(
        REFERRING,
        opens=CLERK | PRACTITIONER,
        refused=REFERRING - CLERK - PRACTITIONER,
        takes={"pk": "refused referral"},
        methods=BOTH,
    ),
    "marac:contact": Row(REFERRING, opens=IDVA, refused=REFERRING - IDVA, takes={"pk": "referral"}, methods=BOTH),
    "marac:case": Row(WORKERS, takes=PK_CASE),
    "marac:prompts": Row(ANSWERING),
    "marac:prompt": Row(ANSWERING, opens=CLERK | PRACTITIONER, takes={"pk": "prompt"}, methods=BOTH),
    "marac:prompt-refer": Row(ANSWERING, opens=CLERK | PRACTITIONER, takes={"pk": "prompt"}, methods=SENT),
    "marac:screening-list": Row(COORDINATOR | CHAIR),
    "marac:screen": Row(
        COORDINATOR | CHAIR, opens=COORDINATOR, refused=CHAIR, takes={"pk": "waiting referral"}, methods=BOTH
    ),
    "marac:list": Row(COORDINATOR, takes={"pk": "accepted referral"}, methods=BOTH),
    "marac:take-off": Row(COORDINATOR, takes={"pk": "same referral"}, methods=BOTH),
    # --- MARAC: sessions ------------------------------------------------------------------------------------
    "marac:sessions": Row(ATTENDING),
    "marac:session-plan": Row(RUNNING, opens=COORDINATOR, refused=CHAIR, methods=SENT),
    "marac:session": Row(ATTENDING, takes={"pk": "session"}, excluded_see=ATTENDING, why=AGENDA_CLOSES_UP),
    "marac:session-open": Row(
        RUNNING, takes={"pk": "session"}, methods=SENT, excluded_see=RUNNING, why=AGENDA_CLOSES_UP
    ),
    "marac:session-close": Row(
        RUNNING, takes={"pk": "session"}, methods=SENT, excluded_see=RUNNING, why=AGENDA_CLOSES_UP
    ),
    "marac:session-attend": Row(
        ATTENDING, takes={"pk": "session"}, methods=SENT, excluded_see=ATTENDING, why=AGENDA_CLOSES_UP
    ),
    "marac:calendar": Row(ATTENDING),
    "marac:rota": Row(RUNNING),
    "marac:to-sum-up": Row(CHAIR),
    "marac:deferrals": Row(RUNNING),
    "marac:deferral": Row(WORKERS, takes={"pk": "deferral"}, methods=BOTH, sends=CHAIR, send_refused=WORKERS - CHAIR),
    "marac:emergency": Row(RUNNING, takes={"pk": "accepted referral"}, methods=BOTH),
    "marac:session-arrange": OF_SESSIONS_RUN,
    "marac:session-swap": Row(
        RUNNING, takes={"pk": "session"}, methods=SENT, excluded_see=RUNNING, why=AGENDA_CLOSES_UP
    ),
    "marac:session-apologies": Row(
        ATTENDING, takes={"pk": "session"}, methods=BOTH, excluded_see=ATTENDING, why=AGENDA_CLOSES_UP
    ),
    "marac:session-no-conflict": Row(
        ATTENDING, takes={"pk": "session"}, methods=SENT, excluded_see=ATTENDING, why=AGENDA_CLOSES_UP
    ),
    "marac:session-conflict": Row(
        COORDINATOR, takes={"pk": "session"}, methods=BOTH, excluded_see=COORDINATOR, why=AGENDA_CLOSES_UP
    ),
    "marac:session-observers": OF_SESSIONS_RUN,
    "marac:session-observer": Row(
        RUNNING,
        takes={"pk": "session", "observer_pk": "observer"},
        methods=SENT,
        excluded_see=RUNNING,
        why=AGENDA_CLOSES_UP,
    ),
    "marac:session-inquorate": OF_SESSIONS_RUN,
    "marac:session-order": Row(
        RUNNING, takes={"pk": "session"}, methods=SENT, excluded_see=RUNNING, why=AGENDA_CLOSES_UP
    ),
    "marac:session-review": Row(ATTENDING, takes={"pk": "session"}, excluded_see=ATTENDING, why=AGENDA_CLOSES_UP),
    "marac:session-reviewed": Row(
        RUNNING, takes={"pk": "session"}, methods=SENT, excluded_see=RUNNING, why=AGENDA_CLOSES_UP
    ),
    "marac:session-adjourn": OF_SESSIONS_RUN,
    "marac:session-put-off": Row(RUNNING, takes={"pk": "far session", "item_pk": "item to put off"}, methods=BOTH),
    "marac:session-item": Row(ATTENDING, takes=PK_ITEM),
    "marac:session-summary": Row(RUNNING, takes=PK_ITEM, methods=SENT),
    "marac:session-share": Row(ATTENDING, takes=PK_ITEM, methods=SENT),
    "marac:session-commit": Row(ATTENDING, takes=PK_ITEM, methods=SENT),
    # --- MARAC: what is prepared before a session -----------------------------------------------------------
    "marac:research": Row(RESEARCHING),
    "marac:research-systems": Row(RESEARCHING, methods=BOTH),
    "marac:research-request": Row(RESEARCHING, opens=REPRESENTATIVE | LEAD, takes=PK_RESEARCH, methods=BOTH),
    "marac:research-nothing": Row(RESEARCHING, opens=REPRESENTATIVE | LEAD, takes=PK_RESEARCH, methods=SENT),
    "marac:research-undo": Row(RESEARCHING, opens=REPRESENTATIVE | LEAD, takes=PK_RESEARCH, methods=SENT),
    "marac:research-take-back": Row(
        RESEARCHING, opens=REPRESENTATIVE | LEAD, refused=IDVA, takes={"pk": "research entry"}, methods=SENT
    ),
    "marac:research-promise": Row(ATTENDING, takes={"pk": "offer"}, methods=BOTH),
    "marac:research-outstanding": Row(RUNNING),
    "marac:research-chase": Row(RUNNING, takes=PK_RESEARCH, methods=SENT),
    "marac:session-chase": Row(
        RUNNING, takes={"pk": "session"}, methods=SENT, excluded_see=RUNNING, why=AGENDA_CLOSES_UP
    ),
    "marac:to-hear": Row(IDVA),
    "marac:idva-record": Row(ATTENDING, takes=PK_CASE, methods=BOTH, sends=IDVA, send_refused=ATTENDING - IDVA),
    # --- MARAC: repeats, reversed roles, moves between areas ------------------------------------------------
    "marac:repeats": Row(RUNNING),
    "marac:repeat": Row(RUNNING, takes={"pk": "repeat"}, methods=BOTH, sends=COORDINATOR, send_refused=CHAIR),
    "marac:role-review": Row(RUNNING, takes={"pk": "role review"}, methods=BOTH),
    "marac:transfers": Row(RUNNING | IDVA),
    "marac:transfer": Row(RUNNING | IDVA, takes={"pk": "transfer"}),
    "marac:transfer-pack": Row(RUNNING | IDVA, takes={"pk": "transfer"}),
    "marac:transfer-out": Row(COORDINATOR, takes={"pk": "referral"}, methods=BOTH),
    "marac:transfer-in": Row(COORDINATOR, takes={"pk": "referral"}, methods=BOTH),
    "marac:transfer-send": Row(COORDINATOR, takes={"pk": "transfer"}, methods=SENT),
    "marac:transfer-receipt": Row(COORDINATOR, takes={"pk": "transfer in"}, methods=SENT),
    "marac:transfer-call-off": Row(COORDINATOR, takes={"pk": "transfer"}, methods=SENT),
    "marac:transfer-hand-over": Row(IDVA, takes={"pk": "transfer"}, methods=SENT),
    # --- MARAC: minutes and the paper pack ------------------------------------------------------------------
    "marac:session-minutes": Row(ATTENDING, takes={"pk": "session"}, excluded_see=ATTENDING, why=AGENDA_CLOSES_UP),
    "marac:session-pack": Row(ATTENDING, takes={"pk": "session"}, excluded_see=ATTENDING, why=AGENDA_CLOSES_UP),
    "marac:minutes": Row(ATTENDING, takes=PK_ITEM),
    "marac:minutes-draft": Row(RUNNING, takes=PK_ITEM, methods=SENT),
    "marac:minutes-approve": Row(CHAIR, takes=PK_ITEM, methods=SENT),
    # --- MARAC: flags on agencies' records -------------------------------------------------------------------
    "marac:flags": Row(FLAGGING | RUNNING),
    "marac:flag": Row(FLAGGING | RUNNING, takes={"pk": "flag"}, methods=BOTH, sends=FLAGGING, send_refused=RUNNING),
    "marac:flag-removed": Row(FLAGGING, takes={"pk": "flag"}, methods=SENT),
    # --- MARAC: reaching and telling the victim-survivor ----------------------------------------------------
    "marac:contacts": Row(IDVA),
    "marac:tellings": Row(READING),
    "marac:telling": Row(READING, takes={"pk": "telling"}, methods=BOTH, sends=IDVA, send_refused=COORDINATOR | CHAIR),
    "marac:telling-end": Row(IDVA, takes={"pk": "telling"}, methods=BOTH),
    "marac:telling-take": Row(IDVA, takes={"pk": "telling"}, methods=SENT),
    # --- MARAC: the return, and the sessions of several areas: numbers of all cases, the cases of the reader's own --
    "marac:return": Row(COORDINATOR | CHAIR | REGIONAL),
    "marac:return-cases": Row(COORDINATOR | CHAIR | REGIONAL),
    "marac:return-file": Row(COORDINATOR | CHAIR | REGIONAL),
    "marac:return-quality": Row(COORDINATOR | CHAIR | REGIONAL),
    "marac:region": Row(REGIONAL),
    # --- evidence: assessments of places, in which no person is ---------------------------------------------
    "assessments:list": Row(OF_PLACES),
    "assessments:new": Row(ANALYST, methods=BOTH),
    "assessments:figures": Row(OF_PLACES),
    "assessments:data": Row(OF_PLACES),
    "assessments:edition": _of_edition(OF_PLACES),
    "assessments:progress": _of_edition(OF_PLACES),
    "assessments:file": _of_edition(OF_PLACES, ending="file ending"),
    "assessments:write": _of_edition(ANALYST, BOTH, key="section"),
    "assessments:refresh": _of_edition(ANALYST, SENT),
    "assessments:sign-off": _of_edition(ANALYST, SENT),
    "assessments:send-back": _of_edition(AGREEING, SENT, "signed edition"),
    "assessments:freeze": _of_edition(AGREEING, SENT, "signed edition"),
}
