"""What she told her IDVA: kept by the IDVA service, read by those who speak, never by a perpetrator's worker."""

from __future__ import annotations

import pytest

from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Refused
from wraparound.response.marac.models import IdvaRecord
from wraparound.response.marac.services import HerWords, save_idva_record
from wraparound.response.marac.tests.factories import a_session, listed

pytestmark = pytest.mark.django_db

WORDS = HerWords(wants="To stay in 12 Alder Road", fears="His brother", not_to_be_said="That she has a new phone")


@pytest.fixture
def case(area, someone, housing, police, marac_team, idva_service, deliver):
    people = {
        "coordinator": someone(Role.MARAC_COORDINATOR, marac_team),
        "rep": someone(Role.MARAC_REPRESENTATIVE, housing),
        "police": someone(Role.MARAC_REPRESENTATIVE, police),
        "idva": someone(Role.IDVA, idva_service),
        "officer": someone(Role.PRACTITIONER, housing),
        "session": a_session(area, days=5),
    }
    people["referral"], people["item"] = listed(people["officer"], people["coordinator"], people["session"])
    deliver()
    people["matter"] = people["item"].matter
    people["path"] = f"/marac/case/{people['matter'].case.pk}/her-words"
    return people


def save(case, words: HerWords, version: int) -> IdvaRecord:
    with acting_as(case["idva"]):
        return save_idva_record(matter=case["matter"], words=words, version=version, by=case["idva"])


def test_a_newer_record_supersedes_and_nothing_is_overwritten(case):
    first = save(case, WORDS, 0)
    assert save(case, WORDS, 0) == first
    second = save(case, HerWords(wants="To move away"), 1)
    first.refresh_from_db()
    assert (first.wants, second.version) == ("To stay in 12 Alder Road", 2)
    assert first.superseded_at is not None
    with pytest.raises(ChangedMeanwhile) as stop:
        save(case, HerWords(wants="Something else"), 1)
    assert ("Something else", "To move away") in [(d.mine, d.theirs) for d in stop.value.differences]


@pytest.mark.parametrize(
    "words", [HerWords(agrees="perhaps"), HerWords(agrees_note="x" * 301), HerWords(wants="x" * 4001)]
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(case, words):
    with pytest.raises(BadInput):
        save(case, words, 0)


def test_only_the_idva_service_writes(case):
    for who in ("rep", "coordinator", "police"):
        with acting_as(case[who]), pytest.raises(Refused):
            save_idva_record(matter=case["matter"], words=WORDS, version=0, by=case[who])


def test_the_session_hears_it_with_what_must_not_be_said(case, client_for):
    idva = client_for(case["idva"])
    assert idva.get(case["path"]).status_code == 200
    sent = {"wants": WORDS.wants, "not_to_be_said": WORDS.not_to_be_said, "interpreter": "yes", "agrees": "yes"}
    assert idva.post(case["path"], sent | {"version": "0"}).status_code == 422  # which language?
    assert idva.post(case["path"], sent | {"version": "0", "language": "Somali"}).status_code == 302
    assert IdvaRecord.objects.get().wants == WORDS.wants
    screen = f"/marac/sessions/{case['session'].pk}/{case['item'].pk}"
    for who in ("rep", "coordinator", "idva"):
        page = client_for(case[who]).get(screen).text
        assert "That she has a new phone" in page
        assert "Yes: Somali" in page
        assert "12 Alder Road" not in page
    assert "That she has a new phone" in client_for(case["rep"]).get(case["path"]).text
    # Saving again what was shown with its address taken out doesn't lose the address.
    shown = {"wants": "To stay in [address withheld]", "not_to_be_said": "", "interpreter": "no", "agrees": "yes"}
    assert idva.post(case["path"], shown | {"version": "1"}).status_code == 302
    assert IdvaRecord.objects.get(version=2).wants == WORDS.wants


def test_who_was_not_heard_stands_on_today_until_it_is_written_down(case, client_for):
    client, reference = client_for(case["idva"]), case["matter"].case.reference
    assert "To be heard before the session" in client.get("/").text
    assert reference in client.get("/marac/her-words").text
    save(case, WORDS, 0)
    assert "To be heard before the session" not in client.get("/").text
    assert "Everyone was heard" in client.get("/marac/her-words").text


def test_a_perpetrators_worker_reads_none_of_it(case, client_for, police):
    save(case, WORDS, 0)
    case["matter"].involvements.filter(organisation=police).update(facing="perpetrator")
    client = client_for(case["police"])
    assert client.get(case["path"]).status_code == 404
    assert "new phone" not in client.get(f"/marac/sessions/{case['session'].pk}/{case['item'].pk}").text


def test_others_who_work_on_the_case_do_not_read_it(case, client_for):
    assert client_for(case["officer"]).get(case["path"]).status_code == 403
