"""Loading the organisations, teams and services of a pack: each in one transaction, and again without effect."""

from __future__ import annotations

from django.db import transaction

from wraparound.foundation.areas.loading import Counts, area_in, counts_of, store
from wraparound.foundation.areas.models import Area
from wraparound.foundation.areas.pack import Pack, Row
from wraparound.foundation.directory.models import Service, ServiceKind
from wraparound.foundation.directory.rules import address_in
from wraparound.foundation.partners.models import Organisation, OrganisationKind, Team

ORGANISATION_COLUMNS = ("slug", "name", "short_name", "kind", "area_code", "force_code", "source")
TEAM_COLUMNS = ("organisation", "name", "works_with_perpetrators")
SERVICE_TEXTS = ("what", "for_whom", "how_to_refer", "opening_times", "source")
SERVICE_COLUMNS = ("slug", "organisation", "name", "kind", "area_code", "units", "is_public", *SERVICE_TEXTS)


@transaction.atomic
def load_organisations(pack: Pack) -> Counts:
    """The partners and boards of `organisations.csv` and their teams of `teams.csv`.

    One that the files no longer have is kept: people and records belong to it. Raises PackError with file, line and
    column for a mistake, and for a police force without its code, and then changes nothing.
    """
    held = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    places = _Places()
    seen: dict[str, int] = {}
    done: list[str] = []
    for row in pack.rows("organisations.csv", ORGANISATION_COLUMNS):
        slug = _once(row, seen)
        kind = row.one_of("kind", OrganisationKind.values)
        if kind == OrganisationKind.POLICE and not row["force_code"]:
            raise row.error("force_code", "a police force needs the code that its files carry.")
        values: dict[str, object] = {
            "name": row.needed("name"),
            "short_name": row.needed("short_name"),
            "kind": kind,
            "area": places.of(row),
            "force_code": row["force_code"],
            "source": row["source"],
        }
        _check_lengths(row, Organisation)
        done.append(store(held.get(slug), Organisation, {"slug": slug}, values))
    return _added(counts_of(done), _load_teams(pack))


@transaction.atomic
def load_services(pack: Pack) -> Counts:
    """The services of `services.csv`. Raises PackError for a mistake, and for anything like an address."""
    held = {service.slug: service for service in Service.objects.select_related("organisation", "area")}
    organisations = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    places = _Places()
    seen: dict[str, int] = {}
    done: list[str] = []
    for row in pack.rows("services.csv", SERVICE_COLUMNS):
        slug = _once(row, seen)
        _check_addresses(row)
        values: dict[str, object] = {
            "organisation": _organisation(row, organisations),
            "name": row.needed("name"),
            "kind": row.one_of("kind", ServiceKind.values),
            "area": places.of(row) if row["area_code"] else None,
            "units": row.number("units"),
            "is_public": row.flag("is_public"),
        } | {name: row[name] for name in SERVICE_TEXTS}
        _check_lengths(row, Service)
        done.append(store(held.get(slug), Service, {"slug": slug}, values))
    return counts_of(done)


class _Places:
    """Areas by code, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[str, Area] = {}

    def of(self, row: Row) -> Area:
        code = row.needed("area_code")
        if code not in self._known:
            self._known[code] = area_in(row)
        return self._known[code]


def _load_teams(pack: Pack) -> Counts:
    if not pack.has("teams.csv"):
        return counts_of()
    organisations = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    held = {(team.organisation_id, team.name): team for team in Team.objects.all()}
    seen: dict[tuple[int, str], int] = {}
    done: list[str] = []
    for row in pack.rows("teams.csv", TEAM_COLUMNS):
        organisation, name = _organisation(row, organisations), row.needed("name")
        if (line := seen.setdefault((organisation.pk, name), row.line)) != row.line:
            raise row.error("name", f"{name} of {organisation.slug} stands in line {line} already.")
        key = {"organisation": organisation, "name": name}
        values: dict[str, object] = {"works_with_perpetrators": row.flag("works_with_perpetrators")}
        done.append(store(held.get((organisation.pk, name)), Team, key, values))
    return counts_of(done)


def _organisation(row: Row, known: dict[str, Organisation]) -> Organisation:
    slug = row.needed("organisation")
    if slug not in known:
        raise row.error("organisation", f"no organisation {slug!r} is loaded; see organisations.csv.")
    return known[slug]


def _once(row: Row, seen: dict[str, int]) -> str:
    slug = row.needed("slug")
    if slug in seen:
        raise row.error("slug", f"{slug} stands in line {seen[slug]} already.")
    seen[slug] = row.line
    return slug


def _check_lengths(row: Row, model: type[Organisation] | type[Service]) -> None:
    for field in model._meta.concrete_fields:
        text = row.get(field.name, "")
        if field.max_length and len(text) > field.max_length:
            raise row.error(field.name, f"at most {field.max_length} characters, not {len(text)}.")


def _check_addresses(row: Row) -> None:
    for column, text in row.items():
        found = address_in(text)
        if found:
            raise row.error(column, f"{found!r} looks like an address. The directory holds none.")


def _added(one: Counts, other: Counts) -> Counts:
    return {name: one[name] + other[name] for name in one}
