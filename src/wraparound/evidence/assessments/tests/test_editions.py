"""The life of an edition: drawn, written on, signed off, agreed by somebody else, and never changed again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from wraparound.evidence.assessments import services
from wraparound.evidence.assessments.making import wanted
from wraparound.evidence.assessments.models import Edition, FrozenEdition, SectionNarrative
from wraparound.evidence.assessments.queries import editions_to_read, report_of
from wraparound.evidence.assessments.states import EditionState
from wraparound.evidence.assessments.tests.making import NOW, with_rows
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import actor_for, system
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.partners.services import add_membership, add_user
from wraparound.kit.errors import ChangedMeanwhile, NotNow, Refused, Unknown

pytestmark = pytest.mark.django_db


def _person(role: Role, name: str):
    by = system("test")
    organisation = Organisation.objects.filter(kind="marac_team").order_by("pk")[0]
    user = add_user(email=f"{name}@test.invalid", name=name.capitalize(), by=by)
    return actor_for(add_membership(user=user, organisation=organisation, role=role, by=by))


@pytest.fixture
def people():
    return {
        "analyst": _person(Role.ANALYST, "ana"),
        "other": _person(Role.ANALYST, "olu"),
        "chair": _person(Role.MARAC_CHAIR, "chi"),
        "reader": _person(Role.MARAC_COORDINATOR, "rea"),
        "idva": _person(Role.IDVA, "ida"),
    }


@pytest.fixture
def draft(people, tmp_path):
    asked = wanted(kind="strategic", area="fenmoor", first="2014-01", last="2014-01")
    with acting_as(people["analyst"]):
        edition = services.begin(asked=asked, by=people["analyst"])
    assert services.draw_now(edition.pk, now=NOW, store=with_rows(tmp_path))
    return Edition.objects.get(pk=edition.pk)


def test_an_edition_is_drawn_written_on_signed_off_and_frozen(draft, people):
    analyst, chair = people["analyst"], people["chair"]
    assert draft.state == EditionState.DRAFT
    services.write_narrative(edition=draft, section="volume", text="Fewer.", version=0, by=analyst)
    signed = services.sign_off(edition=draft, version=draft.version, by=analyst)
    kept = services.freeze(edition=signed, version=signed.version, by=chair)
    found = report_of(people["reader"], Edition.objects.get(pk=draft.pk))
    assert found.is_final
    assert found.narratives["volume"].text == "Fewer."
    assert found.digest == kept.digest == services.digest_of(kept.document, kept.narratives)


def test_a_frozen_edition_does_not_change_whatever_happens_to_its_parts(draft, people):
    analyst, chair = people["analyst"], people["chair"]
    signed = services.sign_off(edition=draft, version=draft.version, by=analyst)
    kept = services.freeze(edition=signed, version=signed.version, by=chair)
    before = report_of(analyst, Edition.objects.get(pk=draft.pk))
    Edition.objects.filter(pk=draft.pk).update(document={})
    SectionNarrative.objects.create(edition=draft, section="volume", text="Afterwards")
    assert report_of(analyst, Edition.objects.get(pk=draft.pk)) == before
    for step in (services.refresh, services.sign_off, services.freeze):
        with pytest.raises(NotNow):
            step(edition=draft, version=draft.version, by=people["other"])
    for change in (FrozenEdition.objects.filter(pk=kept.pk).update, None):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(digest="0" * 64) if change else FrozenEdition.objects.filter(pk=kept.pk).delete()


def test_nobody_agrees_to_what_they_signed_off(draft, people):
    signed = services.sign_off(edition=draft, version=draft.version, by=people["analyst"])
    with pytest.raises(Refused, match="yourself"):
        services.freeze(edition=signed, version=signed.version, by=people["analyst"])
    assert services.freeze(edition=signed, version=signed.version, by=people["other"])


def test_once_signed_off_words_and_numbers_stay_until_it_is_sent_back(draft, people):
    analyst = people["analyst"]
    signed = services.sign_off(edition=draft, version=draft.version, by=analyst)
    with pytest.raises(NotNow):
        services.write_narrative(edition=signed, section="volume", text="More", version=0, by=analyst)
    with pytest.raises(NotNow):
        services.refresh(edition=signed, version=signed.version, by=analyst)
    back = services.send_back(edition=signed, because="Say more", version=signed.version, by=people["chair"])
    assert back.state == EditionState.DRAFT
    services.write_narrative(edition=back, section="volume", text="More", version=0, by=analyst)


def test_words_stay_when_the_tables_are_drawn_anew(draft, people, tmp_path):
    analyst = people["analyst"]
    services.write_narrative(edition=draft, section="volume", text="Fewer.", version=0, by=analyst)
    again = services.refresh(edition=draft, version=draft.version, by=analyst)
    assert again.state == EditionState.DRAWING
    assert services.draw_now(again.pk, now=NOW + timedelta(days=1), store=tmp_path)
    found = report_of(analyst, Edition.objects.get(pk=draft.pk))
    assert found.narratives["volume"].text == "Fewer."
    assert found.document.drawn_text == "3 November 2026"


def test_words_that_somebody_else_changed_meanwhile_are_not_lost(draft, people):
    services.write_narrative(edition=draft, section="volume", text="Mine", version=0, by=people["analyst"])
    with pytest.raises(ChangedMeanwhile) as stop:
        services.write_narrative(edition=draft, section="volume", text="Theirs", version=0, by=people["other"])
    assert stop.value.differences[0].theirs == "Mine"


def test_who_reads_and_who_writes(draft, people):
    assert editions_to_read(people["reader"]).count() == 1
    assert editions_to_read(people["idva"]).count() == 0
    with pytest.raises(Refused):
        services.sign_off(edition=draft, version=draft.version, by=people["reader"])
    with pytest.raises(Unknown):
        services.sign_off(edition=draft, version=draft.version, by=people["idva"])


def test_next_year_is_the_next_edition_and_the_command_line_keeps_to_one_draft_a_period(draft, tmp_path):
    by = system("assess")
    same = wanted(kind="strategic", area="fenmoor", first="2014-01", last="2014-01")
    next_year = wanted(kind="strategic", area="fenmoor", first="2015-01", last="2015-01")
    document = report_of(by, draft).document
    assert services.keep(asked=same, document=document, by=by).pk == draft.pk
    assert services.keep(asked=next_year, document=document, by=by).number == draft.number + 1


def test_a_drawing_that_was_left_behind_is_taken_up_and_given_up_with_a_sentence(draft, people):
    services.refresh(edition=draft, version=draft.version, by=people["analyst"])
    later = timezone.now() + timedelta(hours=1)
    assert services.take_up(timezone.now()) == 0
    assert services.take_up(later) == 1
    Edition.objects.filter(pk=draft.pk).update(attempts=3, asked_at=timezone.now() - timedelta(hours=1))
    services.take_up(timezone.now())
    left = Edition.objects.get(pk=draft.pk)
    assert left.state == EditionState.DRAFT
    assert "could not be drawn" in left.trouble


def test_a_page_names_what_it_would_give_away_and_offers_neither_signing_off_nor_files(draft, people, client_for):
    client, place = client_for(people["analyst"]), f"/evidence/editions/{draft.pk}"
    before = client.get(place).text
    assert f"{place}/sign-off" in before
    assert f"{place}/files/csv" in before
    assert client.get(f"{place}/files/csv").status_code == 200
    cell = "referrals, referrer Housing: January 2014"
    Edition.objects.filter(pk=draft.pk).update(document={**draft.document, "unprotected": [cell], "given_away": ["x"]})
    page = client.get(place).text
    assert cell in page
    assert "Earlier editions, by themselves, already give away: x." in page
    assert f"{place}/sign-off" not in page
    assert f"{place}/files/csv" not in page
    refused = client.get(f"{place}/files/csv")
    assert refused.status_code == 409
    assert cell in refused.text
