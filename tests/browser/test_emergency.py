"""Looking in an emergency and its review, in a browser: each page is looked at (axe, 320 px, the site's own policy)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.services import PersonValues, record_person
from wraparound.response.cases import services as cases

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BY = system("test")


def test_someone_looks_and_is_reviewed(walk: Any, someone: Any, police: Any, housing: Any, area: Any) -> None:
    case = cases.open_case(organisation=police, area=area, by=BY)
    her = PersonValues(family_name="O'Brien", given_names="Síobhán", dob=date(1984, 9, 9), sex="female")
    record = record_person(organisation=police, external_ref="V1", values=her, by=BY)
    cases.add_party(case=case, record=record, role="victim", by=BY)
    said = {
        "family_name": "O'Brien",
        "given_names": "Síobhán",
        "dob__day": "9",
        "dob__month": "9",
        "dob__year": "1985",
        "reason": "She is in my office and he is outside with a knife.",
    }
    officer = walk(someone(Role.PRACTITIONER, housing))
    officer.go("/search").click("Someone is in danger now").sees_heading("Someone is in danger now").looks()
    officer.fill(**said).click("Open what is held").sees_heading("Nothing is held that can be opened").looks()
    officer.go("/people/emergency/").fill(**said | {"dob__year": "1984"}).click("Open what is held")
    officer.sees("for this emergency.").looks()
    officer.go(f"/cases/{case.pk}").sees("for this emergency.").looks()
    officer.go("/people/emergency/").sees("Open to you now").looks()
    governance = walk(someone(Role.INFORMATION_GOVERNANCE, police))
    governance.go("/").sees("Emergency looks to review").go("/people/emergency/looks/").sees_heading(
        "Emergency looks to review"
    ).looks()
    governance.page.locator("main th a").first.click()
    governance.sees("with a knife").looks()
    governance.fill(finding="justified", note="The police were called.").click("Record the review")
    governance.sees("Reviewed. It is kept with the look.").looks()
