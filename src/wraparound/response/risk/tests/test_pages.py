"""The pages, as a practitioner walks through them, and what they show to whom."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from wraparound.foundation.partners.roles import Role
from wraparound.response.risk import rules, services
from wraparound.response.risk.models import Assessment, InstrumentVersion, Item
from wraparound.response.risk.tests.conftest import yes_to

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SECRET = ("Larkspur", "FN3 4QX")


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def sent(part: str, answers: dict[str, str], version: int, **more: str) -> dict[str, str]:
    return {"part": part, "version": str(version)} | answers | more


def all_yes(number: int) -> dict[str, str]:
    return {f"answer-{key}": entry["answer"] for key, entry in yes_to(number).items()}


@pytest.fixture
def page(client_for: Any, idva: Any) -> Any:
    return client_for(idva)


# --- the walk -----------------------------------------------------------------------------------------------


def test_the_whole_way_from_beginning_to_signature(page, case, victim):
    begin = reverse("risk:begin", args=[case.pk])
    shown = text_of(page.get(begin))
    assert "Is it safe to talk now?" in shown
    assert "Contact safety:" in shown
    refused = page.post(begin, {"subject": str(victim.pk), "instrument": "dash", "safe_to_talk": "no"})
    assert "Don't ask now" in refused.content.decode().replace("&#39;", "'")
    assert not Assessment.objects.exists()
    begun = page.post(
        begin,
        {"subject": str(victim.pk), "instrument": "dash", "safe_to_talk": "yes", "children_whereabouts": "At school"},
    )
    draft = Assessment.objects.get()
    assert begun["Location"] == reverse("risk:form", args=[draft.pk])

    first = page.get(begun["Location"])
    assert "Before asking" in text_of(first)
    assert "At school" in first.content.decode()
    on = page.post(begun["Location"], sent("1", {"answer-perpetrator_whereabouts": "At work"}, draft.version))
    assert on["Location"].endswith("?part=2")
    on = page.post(begun["Location"], sent("7", {"answer-money": "yes"}, 3))
    assert on["Location"] == reverse("risk:judgement", args=[draft.pk])
    draft.refresh_from_db()
    services.save_answers(assessment=draft, answers=yes_to(15), version=draft.version, by=queries_actor(page, draft))
    draft.refresh_from_db()

    judgement = page.get(on["Location"])
    assert 'value="medium"' not in judgement.content.decode()
    wrong = page.post(on["Location"], {"version": draft.version})
    assert wrong.status_code == 422
    assert "Select the grade" in text_of(wrong)
    given = {"grade": "high", "judgement_reason": "She is sure.", "children_safeguarding": "made"}
    checked = page.post(on["Location"], given | {"version": draft.version})
    assert checked["Location"] == reverse("risk:check", args=[draft.pk])

    check = text_of(page.get(checked["Location"]))
    assert "She is sure." in check
    assert "Sign the assessment" in check
    draft.refresh_from_db()
    done = page.post(checked["Location"], {"version": draft.version})
    assert done["Location"] == reverse("risk:assessment", args=[draft.pk])
    signed = text_of(page.get(done["Location"]))
    assert "High risk" in signed
    assert "15 yes" in signed
    again = page.post(checked["Location"], {"version": draft.version})
    assert again["Location"] == done["Location"]
    assert page.get(reverse("risk:form", args=[draft.pk]))["Location"] == done["Location"]


def queries_actor(page: Any, draft: Assessment) -> Any:
    """The actor whom the browser is signed in as."""
    from wraparound.foundation.access.web import MEMBERSHIP_KEY
    from wraparound.foundation.partners.actors import actor_for
    from wraparound.foundation.partners.models import Membership

    return actor_for(Membership.objects.get(pk=page.session[MEMBERSHIP_KEY]))


def test_the_switch_between_one_page_and_several_is_remembered_and_loses_nothing(page, draft):
    form = reverse("risk:form", args=[draft.pk])
    assert "part 1 of 7" in text_of(page.get(form))
    page.post(form, sent("2", {"answer-injury": "yes"}, 1, then="all"))
    draft.refresh_from_db()
    assert draft.answers["injury"]["answer"] == "yes"
    shown = page.get(form).content.decode()
    assert shown.count('type="radio"') == 4 * 25  # the 24, and one follow-up that is yes or no
    page.post(form, sent("all", {}, 2, then="parts"))
    assert "part 1 of 7" in text_of(page.get(form))


@pytest.mark.parametrize(
    ("then", "leads"),
    [("next", "?part=3"), ("part-5", "?part=5"), ("stay", "/form"), ("later", "/case/"), ("nonsense", "?part=3")],
)
def test_each_button_saves_first(page, draft, then, leads):
    response = page.post(reverse("risk:form", args=[draft.pk]), sent("2", {"answer-injury": "yes"}, 1, then=then))
    assert leads in response["Location"]
    draft.refresh_from_db()
    assert draft.answers["injury"]["answer"] == "yes"


def test_the_running_summary_says_what_would_fire_and_why(page, draft, answered):
    answered({"strangulation": {"answer": "yes"}})
    shown = text_of(page.get(reverse("risk:form", args=[draft.pk]) + "?part=5"))
    assert "1 yes, 0 no, 0 don't know, 23 not asked." in shown.replace("&#39;", "'")
    assert "Look again" in shown
    assert rules.NOT_SAFE in shown
    assert "%" not in shown
    assert "Rule: risk.dash" in shown


def test_the_dara_shows_no_total(client_for, officer, case, victim):
    draft = services.begin(matter=case.matter, subject=victim, instrument_key="dara", by=officer)
    answers = {"fear": {"answer": "often"}, "stalking": {"answer": "often"}, "weapons": {"answer": "yes"}}
    draft = services.save_answers(assessment=draft, answers=answers, version=1, by=officer)
    page = client_for(officer)
    shown = text_of(page.get(reverse("risk:form", args=[draft.pk])))
    assert " yes," not in shown
    assert rules.NO_TOTAL in shown
    given = {"judgement_reason": "Fear.", "children_safeguarding": "not_needed"}
    services.sign(assessment=draft, grade="medium", version=draft.version, by=officer, **given)
    signed = text_of(page.get(reverse("risk:assessment", args=[draft.pk])))
    assert "Medium risk" in signed
    assert " 3 yes" not in signed


# --- saving as one types, and two at once -------------------------------------------------------------------


def test_autosave_keeps_answers_and_answers_with_the_new_version_and_summary(page, draft):
    url = reverse("risk:autosave", args=[draft.pk])
    token = "3f2b8f6e-0000-4000-8000-000000000001"
    body = sent("2", {"answer-injury": "yes", "note-injury": "A cut"}, 1, once=token)
    answer = page.post(url, body, headers=HTMX)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert 'name="version" id="version" value="2"' in html
    assert 'id="running-summary" hx-swap-oob="true"' in html
    draft.refresh_from_db()
    assert draft.answers["injury"] == {"answer": "yes", "note": "A cut"}
    assert page.post(url, body, headers=HTMX).status_code == 200  # sent twice: no second effect
    draft.refresh_from_db()
    assert draft.version == 2


def test_autosave_without_htmx_is_the_form_itself(page, draft):
    answer = page.post(reverse("risk:autosave", args=[draft.pk]), sent("2", {"answer-injury": "yes"}, 1))
    assert answer["Location"].endswith("?part=3")
    draft.refresh_from_db()
    assert draft.answers["injury"]["answer"] == "yes"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"answer-injury": "no"}, "someone else changed this"),
        ({"answer-injury": "perhaps"}, "is no answer"),
        ({"answer-injury": "yes", "note-injury": "x" * 5000}, "5,000 characters"),
    ],
)
def test_autosave_says_what_it_could_not_save(page, draft, answered, body, says):
    answered({"injury": {"answer": "yes"}})
    answer = page.post(reverse("risk:autosave", args=[draft.pk]), sent("2", body, 1), headers=HTMX)
    assert answer.status_code == 409
    assert says in text_of(answer)
    assert 'id="saved"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.answers == {"injury": {"answer": "yes"}}


def test_two_people_choose_field_by_field_what_is_kept(client_for, page, draft, answered, colleague):
    answered({"injury": {"answer": "yes", "note": "hers"}, "isolation": {"answer": "yes"}})
    other = client_for(colleague)
    form = reverse("risk:form", args=[draft.pk])
    mine = {"answer-injury": "no", "note-injury": "mine", "answer-very_frightened": "yes"}
    clash = other.post(form, sent("2", mine, 1))
    assert clash.status_code == 409
    html = clash.content.decode()
    assert "mine" in html
    assert "hers" in html
    names = re.findall(r'name="clash" value="([^"]+)"', html)
    assert set(names) == {"answer-injury", "note-injury", "answer-very_frightened"}
    assert re.search(r'name="keep-answer-very_frightened" value="mine" checked', html)

    resolving = sent("2", mine, 2) | {"clash": names}
    undecided = other.post(form, resolving | {"keep-answer-injury": "theirs"})
    assert undecided.status_code == 409
    assert "Choose which version" in text_of(undecided)
    keep = {"keep-answer-injury": "theirs", "keep-note-injury": "mine", "keep-answer-very_frightened": "mine"}
    assert other.post(form, resolving | keep).status_code == 302
    draft.refresh_from_db()
    assert draft.answers["injury"] == {"answer": "yes", "note": "mine"}
    assert draft.answers["isolation"] == {"answer": "yes"}
    assert draft.answers["very_frightened"] == {"answer": "yes"}


def test_a_stale_judgement_shows_both_versions(page, draft, idva, answered):
    draft = answered(yes_to(14))
    url = reverse("risk:judgement", args=[draft.pk])
    given = {"grade": "high", "judgement_reason": "First.", "children_safeguarding": "made"}
    assert page.post(url, given | {"version": draft.version}).status_code == 302
    stale = page.post(url, given | {"version": draft.version, "judgement_reason": "Second."})
    assert stale.status_code == 409
    assert "First." in text_of(stale)
    assert "Second." in text_of(stale)


def test_answers_changed_after_the_judgement_stop_the_signature(page, draft, idva, answered):
    draft = answered(yes_to(7))
    judgement = rules.Judgement("standard", "Calm now.", "", "", "not_needed", "")
    services.save_judgement(assessment=draft, judgement=judgement, version=draft.version, by=idva)
    draft = answered(yes_to(14))
    check = reverse("risk:check", args=[draft.pk])
    shown = text_of(page.get(check))
    assert "sign it" not in shown
    assert "It can't be signed yet." in shown.replace("&#39;", "'")
    assert page.post(check, {"version": draft.version})["Location"] == reverse("risk:judgement", args=[draft.pk])
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_taking_over_and_abandoning(client_for, page, draft, colleague):
    other = client_for(colleague)
    assert "is completing this" in text_of(other.get(reverse("risk:form", args=[draft.pk])))
    assert other.get(reverse("risk:judgement", args=[draft.pk])).status_code == 403
    other.post(reverse("risk:take-over", args=[draft.pk]), {"version": 1})
    assert other.get(reverse("risk:judgement", args=[draft.pk])).status_code == 200
    assert page.get(reverse("risk:abandon", args=[draft.pk])).status_code == 403
    assert "Abandon this draft?" in text_of(other.get(reverse("risk:abandon", args=[draft.pk])))
    other.post(reverse("risk:abandon", args=[draft.pk]), {"version": 2})
    draft.refresh_from_db()
    assert draft.state == "abandoned"
    assert "never signed" in text_of(page.get(reverse("risk:assessment", args=[draft.pk])))


# --- who sees what ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "draft_pages", "signed_page", "history"),
    [
        ("officer", 404, 200, 200),
        ("stranger", 404, 404, 404),
        ("his_worker", 404, 404, 403),
        ("administrator", 403, 403, 403),
    ],
)
def test_other_agencies_find_what_they_may(
    request, client_for, someone, idva_service, case, draft, signed, officer, who, draft_pages, signed_page, history
):
    actor = someone(Role.ADMINISTRATOR, idva_service) if who == "administrator" else request.getfixturevalue(who)
    other = client_for(actor)
    for name in ("form", "judgement", "check", "abandon", "assessment"):
        assert other.get(reverse(f"risk:{name}", args=[draft.pk])).status_code == draft_pages, name
    for name in ("form", "autosave", "take-over", "abandon", "check"):
        assert other.post(reverse(f"risk:{name}", args=[draft.pk]), {"version": 1}).status_code == draft_pages, name
    done = signed(14, "high")
    assert other.get(reverse("risk:assessment", args=[done.pk])).status_code == signed_page
    assert other.get(reverse("risk:history", args=[case.pk])).status_code == history


def test_a_confidential_address_is_on_no_page_and_saving_does_not_lose_it(client_for, page, draft, idva, officer, case):
    note = "She fled to 7 Larkspur Walk, fn3 4qx, and he knows."
    services.save_answers(
        assessment=draft, answers={"feared_what": {"answer": "yes", "note": note}}, version=1, by=idva
    )
    form = reverse("risk:form", args=[draft.pk])
    shown = page.get(form + "?part=2").content.decode()
    assert not any(word in shown for word in (*SECRET, "fn3 4qx"))
    withheld = re.search(r'name="note-feared_what"[^>]*>\n([^<]*)<', shown)[1]
    page.post(form, sent("2", {"answer-feared_what": "yes", "note-feared_what": withheld}, 2))
    draft.refresh_from_db()
    assert draft.answers["feared_what"]["note"] == note
    given = {"judgement_reason": note, "missed": note, "children_safeguarding": "made"}
    services.save_judgement(
        assessment=draft, judgement=rules.Judgement("high", note, "", note, "made", ""), version=draft.version, by=idva
    )
    for name in ("form", "judgement", "check"):
        html = page.get(reverse(f"risk:{name}", args=[draft.pk])).content.decode()
        assert not any(word in html for word in (*SECRET, "fn3 4qx")), name
    draft.refresh_from_db()
    services.sign(assessment=draft, grade="high", version=draft.version, by=idva, **given)
    other = client_for(officer)
    for url in (reverse("risk:assessment", args=[draft.pk]), reverse("risk:history", args=[case.pk])):
        html = other.get(url).content.decode()
        assert "[address withheld]" in html
        assert not any(word in html for word in (*SECRET, "fn3 4qx")), url


def test_the_history_shows_each_and_says_how_it_went(client_for, case, signed, officer):
    signed(2, "standard")
    signed(14, "high")
    shown = text_of(client_for(officer).get(reverse("risk:history", args=[case.pk])))
    assert "It has risen." in shown
    assert "Dash, 14 yes" in shown


def test_a_list_of_many_asks_the_database_no_more_often(client_for, case, signed, idva):
    page = client_for(idva)
    url = reverse("risk:history", args=[case.pk])
    page.get(url)
    counts = []
    for _ in range(2):
        for _ in range(3):
            signed(14, "high")
        with CaptureQueriesContext(connection) as captured:
            page.get(url)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_drafts_wait_on_their_own_page(page, draft):
    assert "Dash about Amina Noor" in text_of(page.get(reverse("risk:drafts")))


# --- licensed wording ---------------------------------------------------------------------------------------


def test_an_administrator_loads_wording_and_it_is_shown_beside_our_topic(
    client_for, someone, idva_service, page, draft
):
    admin = client_for(someone(Role.ADMINISTRATOR, idva_service))
    version = InstrumentVersion.objects.get(instrument__key="dash")
    url = reverse("risk:wording", args=[version.pk])
    assert "Injury in what happened this time" in text_of(admin.get(url))
    file = SimpleUploadedFile("dash.csv", b"key,wording\ninjury,<b>Worded so?</b>\n")
    unticked = admin.post(url, {"file": file})
    assert unticked.status_code == 422
    file.seek(0)
    done = admin.post(url, {"file": file, "has_permission": "on"})
    assert done["Location"] == url
    assert Item.objects.get(version=version, key="injury").licensed_wording == "<b>Worded so?</b>"
    shown = page.get(reverse("risk:form", args=[draft.pk]) + "?part=2").content.decode()
    assert "&lt;b&gt;Worded so?&lt;/b&gt;" in shown
    assert "copyright SafeLives" in shown
    wrong = admin.post(url, {"file": SimpleUploadedFile("d.csv", b"key,wording\nno_such,x\n"), "has_permission": "on"})
    assert wrong.status_code == 422
    assert "Nothing was loaded" in text_of(wrong)
    assert page.get(url).status_code == 403
    assert "1" in text_of(admin.get(reverse("risk:instruments")))
    assert admin.get(reverse("risk:wording", args=[999_999])).status_code == 404
