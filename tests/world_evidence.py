"""Assessments of the world: a draft that an analyst writes in, and one that a second analyst has signed off."""

from __future__ import annotations

from datetime import date

from tests.cast import person
from tests.world import World
from wraparound.evidence.assessments import services
from wraparound.evidence.assessments.documents import Cell, Chart, Document, DrawnSection, Glance, Table
from wraparound.evidence.assessments.making import wanted
from wraparound.evidence.assessments.models import Edition
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.roles import Role

SVG = '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="a b" viewBox="0 0 9 9"><title id="a">Rows</title><desc id="b">A bar.</desc></svg>'


def assess(world: World) -> None:
    """A draft with words in it, and a signed-off edition."""
    second = person(Role.ANALYST, world.cast.marac, "Second Analyst")
    world.cast.extras["second analyst"] = second
    draft = an_edition()
    analyst = world.insider(Role.ANALYST)
    with acting_as(analyst):
        services.write_narrative(edition=draft, section="volume", text="Fewer than before.", version=0, by=analyst)
    world.things |= {
        "edition": draft.pk,
        "signed edition": a_signed_edition(world).pk,
        "section": "volume",
        "file ending": "csv",
    }


def an_edition() -> Edition:
    """One more draft, of a month of its own."""
    month = date(2000 + Edition.objects.count() // 12, Edition.objects.count() % 12 + 1, 1)
    text = f"{month:%Y-%m}"
    asked = wanted(kind="strategic", area="fenmoor", first=text, last=text)
    return services.keep(asked=asked, document=a_document(), by=system("test"))


def a_signed_edition(world: World) -> Edition:
    """The same, signed off by the second analyst."""
    edition, second = an_edition(), world.cast.extras["second analyst"]
    with acting_as(second):
        return services.sign_off(edition=edition, version=edition.version, by=second)


def a_document() -> Document:
    """A small one: a section with everything, one that lacks an input, one that people must give."""
    table = Table("What was recorded", ("Measure", "Rows"), ((Cell("Rows"), Cell("12", 12.0)),), (1,))
    group = "Crime and disorder overall"
    return Document(
        reference="strategic-fenmoor-2014-01",
        kind="strategic",
        title="Community safety strategic assessment",
        area={"code": "X06000001", "name": "Fenmoor", "vintage": "2011"},
        period={"start": "2014-01-01", "end": "2014-01-31"},
        period_text="January 2014",
        drawn_at="2026-11-02T13:00:00+00:00",
        drawn_text="2 November 2026",
        sections=(
            DrawnSection(
                "volume",
                "1",
                "How much was recorded",
                group,
                "How many?",
                claims=("12 rows.",),
                charts=(Chart("Rows", "A bar.", SVG),),
                tables=(table,),
                notes=("Counts what was recorded.",),
                source="Source: invented",
            ),
            DrawnSection("rate", "2", "Crimes for each resident", group, "How many each?", needs=("residents",)),
            DrawnSection("last-plan", "3", "Last plan", "Plan", "Done?", needs=("progress",), to_be_supplied=True),
        ),
        measures=(),
        glance=(Glance("rows", "12"),),
    )
