"""The link reviewer's pages: a pair side by side, what speaks for it, and what will follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from wraparound.foundation.people.models import LinkDecision, LinkProposal, ProposalState, SourceRecord
from wraparound.foundation.people.presenters.summaries import born, holder_of
from wraparound.foundation.rulesets.queries import label_of
from wraparound.kit.jinja import ago, day

STRONG = 100  # points from which a reason is called strong; a way of speaking, which decides nothing
_SEX = {"female": "Female", "male": "Male", "unknown": "Not known", "declined": "Declined to say"}


@dataclass(frozen=True)
class QueueRow:
    """One pair of the queue."""

    href: str
    names: str
    agencies: str
    reasons: str
    waiting: str


@dataclass(frozen=True)
class PairPage:
    """One pair to be decided on."""

    pk: UUID
    heading: str
    columns: tuple[str, str]
    rows: list[tuple[str, str, str]]
    reasons: list[tuple[str, str]]
    rule: str
    is_open: bool
    outcome: str
    others: list[str]


def reasons_in_words(reasons: Iterable[Mapping[str, object]]) -> list[str]:
    """What speaks for and against a pair, without any value."""
    return [str(reason["agreement"]) for reason in reasons]


def queue_rows(proposals: Iterable[LinkProposal]) -> list[QueueRow]:
    """The queue, each pair by its names, who holds them, and why it waits."""
    return [
        QueueRow(
            href=reverse("people:link-review", args=[proposal.pk]),
            names=f"{proposal.record_a.full_name} and {proposal.record_b.full_name}",
            agencies=f"{holder_of(proposal.record_a)} · {holder_of(proposal.record_b)}",
            reasons=", ".join(reasons_in_words(proposal.reasons)),
            waiting=ago(proposal.proposed_at),
        )
        for proposal in proposals
    ]


def pair_page(proposal: LinkProposal, others: Sequence[SourceRecord]) -> PairPage:
    """A pair side by side. `others`: records that are linked to one of the two already, and that the reviewer
    sees.
    """
    a, b = proposal.record_a, proposal.record_b
    outcomes = {
        ProposalState.SAME: "These records are held to be one person.",
        ProposalState.DIFFERENT: "These records were decided not to be one person.",
    }
    return PairPage(
        pk=proposal.pk,
        heading=f"{a.full_name} and {b.full_name}",
        columns=(holder_of(a), holder_of(b)),
        rows=[
            (label, mine or "–", theirs or "–")
            for (label, mine), (_, theirs) in zip(_fields(a), _fields(b), strict=True)
        ],
        reasons=[(str(reason["agreement"]), _weight(reason)) for reason in proposal.reasons],
        rule=proposal.rule_version,
        is_open=proposal.state == ProposalState.OPEN,
        outcome=outcomes.get(ProposalState(proposal.state), ""),
        others=[f"{holder_of(record)}: {record.full_name}, born {born(record)}" for record in others],
    )


def decision_rows(decisions: Iterable[LinkDecision]) -> list[dict[str, str]]:
    """The history: what was decided on whom, by whom and why, and whether it stands."""
    return [_decision_row(decision) for decision in decisions]


def history_query() -> tuple[str, str]:
    """By what the history is ordered: the latest first."""
    return "-decided_at", "-pk"


def _decision_row(decision: LinkDecision) -> dict[str, str]:
    undone = next(iter(decision.undone_by.all()), None)
    words = "The same person" if decision.same else "Not the same person"
    if decision.undoes_id:
        words = "Back to the queue" if decision.same else "Link undone: not the same person"
    takes_back = bool(decision.undoes_id and decision.same)
    return {
        "who": f"{decision.record_a.full_name} ({holder_of(decision.record_a)}) and "
        f"{decision.record_b.full_name} ({holder_of(decision.record_b)})",
        "decided": words,
        "reason": decision.reason,
        "by": decision.decided_by.name,
        "when": day(decision.decided_at),
        "undone": f"Taken back on {day(undone.decided_at)}" if undone else "",
        "undo_href": "" if undone or takes_back else reverse("people:link-undo", args=[decision.pk]),
    }


def _fields(record: SourceRecord) -> list[tuple[str, str]]:
    return [
        ("Family name", record.family_name),
        ("Given names", record.given_names),
        ("Other names in use", "; ".join(record.aliases)),
        ("Birthday", born(record)),
        ("Other birthdays in use", "; ".join(record.dob_alternatives)),
        ("Sex", _SEX.get(record.sex, "Not asked")),
        ("Gender identity", record.gender_identity),
        ("Language", label_of("languages", record.language) if record.language else ""),
        ("Recorded", day(record.created_at)),
    ]


def _weight(reason: Mapping[str, object]) -> str:
    points = float(str(reason["points"]))
    if points <= 0:
        return "speaks against it" if points < 0 else "says little"
    return "speaks strongly for it" if points >= STRONG else "speaks for it"
