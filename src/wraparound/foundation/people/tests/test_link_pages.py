"""The link reviewer's pages: the queue, a pair side by side, and what was decided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import (
    LinkDecision,
    LinkProposal,
)
from wraparound.foundation.people.presenters import links_today
from wraparound.foundation.people.services import (
    decide_same,
)
from wraparound.foundation.people.tests.factories import AISHA, AYESHA, proposed, recorded
from wraparound.foundation.people.tests.pages import text_of, url

pytestmark = pytest.mark.django_db


class TestLinks:
    @pytest.fixture
    def proposal(self, police: Any, housing: Any) -> LinkProposal:
        recorded(police, "V1", AISHA)
        recorded(housing, "H1", AYESHA)
        return LinkProposal.objects.get()

    def test_the_queue_and_today(self, proposal: LinkProposal, reviewer: Any, officer: Any, client_for: Any) -> None:
        said = text_of(client_for(reviewer).get(url("link-queue")))
        assert "Aisha Khan" in said
        assert "same birthday" in said
        [row] = links_today(reviewer)
        assert (row.count, row.oldest_at) == (1, proposal.proposed_at)
        assert list(links_today(officer)) == []
        assert client_for(officer).get(url("link-queue")).status_code == 403

    def test_side_by_side_with_reasons_and_what_follows(
        self, proposal: LinkProposal, reviewer: Any, client_for: Any
    ) -> None:
        said = text_of(client_for(reviewer).get(url("link-review", proposal.pk)))
        for words in ("Ayesha", "Aisha", "Same birthday", "speaks strongly for it", "What will follow", "V1", "H1"):
            assert words in said
        assert "Larch" not in said
        assert "07700" not in said

    def test_same_then_taken_back_in_the_history(self, proposal: LinkProposal, reviewer: Any, client_for: Any) -> None:
        client = client_for(reviewer)
        sent = {"decision": "same", "reason": "Same name and birthday"}
        assert client.post(url("link-review", proposal.pk), sent)["Location"] == url("link-queue")
        decision = LinkDecision.objects.get()
        assert "Same name and birthday" in text_of(client.get(url("link-history")))
        assert client.get(url("link-undo", decision.pk)).status_code == 200
        client.post(url("link-undo", decision.pk), {"reason": "Two women"})
        said = text_of(client.get(url("link-history")))
        assert "Two women" in said
        assert "Taken back on" in said
        assert "held to be one person" not in text_of(client.get(url("link-review", proposal.pk)))

    def test_not_the_same(self, proposal: LinkProposal, reviewer: Any, client_for: Any) -> None:
        client = client_for(reviewer)
        client.post(url("link-review", proposal.pk), {"decision": "different", "reason": "Cousins"})
        assert not LinkDecision.objects.get().same
        assert "No pair waits." in text_of(client.get(url("link-queue")))
        assert "decided not to be one person" in text_of(client.get(url("link-review", proposal.pk)))

    def test_a_reason_is_asked_for(self, proposal: LinkProposal, reviewer: Any, client_for: Any) -> None:
        response = client_for(reviewer).post(url("link-review", proposal.pk), {"decision": "same"})
        assert response.status_code == 200
        assert not LinkDecision.objects.exists()

    def test_i_know_someone_here(
        self, proposal: LinkProposal, reviewer: Any, marac_team: Any, someone: Any, client_for: Any
    ) -> None:
        client = client_for(reviewer)
        assert client.post(url("link-know-someone", proposal.pk)).status_code == 302
        assert client.get(url("link-review", proposal.pk)).status_code == 404
        assert "No pair waits." in text_of(client.get(url("link-queue")))
        assert list(links_today(reviewer)) == []
        assert (
            client_for(someone(Role.LINK_REVIEWER, marac_team)).get(url("link-review", proposal.pk)).status_code == 200
        )

    @pytest.mark.parametrize("name", ["link-queue", "link-history"])
    def test_twice_the_pairs_take_no_more_queries(
        self, name: str, police: Any, housing: Any, reviewer: Any, client_for: Any
    ) -> None:
        client, counts = client_for(reviewer), []
        client.get(url(name))
        for start in (0, 4):
            for n in range(start, start + 4):
                pair = (recorded(police, f"V{n}", replace(AISHA, dob=None)), recorded(housing, f"H{n}", AYESHA))
                if name == "link-history":
                    decide_same(proposal=proposed(*pair), reason="Same", by=reviewer)
                else:
                    proposed(*pair)
            with CaptureQueriesContext(connection) as queries:
                client.get(url(name))
            counts.append(len(queries))
        assert counts[0] == counts[1]
        assert counts[0] <= 12
