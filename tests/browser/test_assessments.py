"""An assessment from its draft to its freezing, in a browser; and the file that is handed out."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.cast import person
from tests.world_evidence import an_edition
from wraparound.evidence.assessments.documents import Report, from_json
from wraparound.evidence.assessments.files import html_of
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_assessment_is_written_on_signed_off_and_agreed(walk):
    team = Organisation.objects.filter(kind="marac_team").order_by("pk")[0]
    analyst, chair = person(Role.ANALYST, team, "Anna Lyst"), person(Role.MARAC_CHAIR, team, "Cherie Chair")
    edition = an_edition()
    page = reverse("assessments:edition", args=[edition.pk])
    walker = walk(analyst)
    for name in ("list", "new", "data", "figures"):
        walker.go(reverse(f"assessments:{name}")).is_accessible()
    walker.go(page).sees("12 rows.").sees("Not available: needs").is_accessible()
    walker.go(reverse("assessments:write", args=[edition.pk, "volume"])).is_accessible()
    walker.page.get_by_label("What do you make of it?").fill("Fewer, and fewer reported.")
    walker.page.get_by_role("button", name="Save").click()
    walker.sees("Fewer, and fewer reported.")
    walker.page.get_by_role("button", name="Sign off").click()
    walker.sees("Signed off")
    reader = walk(chair)
    reader.go(page).is_accessible()
    reader.page.get_by_role("button", name="Agree and freeze").click()
    reader.sees("Agreed and frozen").is_accessible()


def test_the_file_is_accessible_by_itself_and_fits_a_phone(chromium):
    document = an_edition().document
    page = chromium.new_page(viewport={"width": 320, "height": 700})
    page.set_content(html_of(Report(from_json(document), "Edition 1", "Draft")).decode())
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()
