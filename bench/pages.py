"""What pages cost the server: queries and CPU of a signed-in request, at the size that the import left behind."""

from __future__ import annotations

import json
import statistics
import time

import django
from django.conf import settings

django.setup()

from django.db import connection, reset_queries  # noqa: E402  after django.setup()
from django.test import Client  # noqa: E402

from wraparound.foundation.access.wall import acting_as  # noqa: E402
from wraparound.foundation.access.web import MEMBERSHIP_KEY  # noqa: E402
from wraparound.foundation.partners.actors import Actor, actor_for, system  # noqa: E402
from wraparound.foundation.partners.models import Organisation  # noqa: E402
from wraparound.foundation.partners.roles import Role  # noqa: E402
from wraparound.foundation.partners.services import add_membership, add_user  # noqa: E402
from wraparound.response.cases.queries import cases_visible_to  # noqa: E402

ROUNDS = 24


def client_as(role: Role, organisation: Organisation, name: str = "bench") -> tuple[Client, Actor]:
    """A client that is signed in as someone new, and who that is."""
    by = system("bench")
    user = add_user(email=f"{role}@{name}.invalid", name=f"{name} {role.label}", by=by)
    membership = add_membership(user=user, organisation=organisation, role=role, by=by)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[MEMBERSHIP_KEY] = str(membership.pk)
    session.save()
    return client, actor_for(membership)


def cost(client: Client, path: str) -> tuple[float, float]:
    """(queries, CPU milliseconds) of a page: the least of several rounds' medians."""
    for _ in range(5):
        response = client.get(path)
        assert response.status_code == 200, (path, response.status_code)
    settings.DEBUG = True
    reset_queries()
    client.get(path)
    queries = len(connection.queries)
    settings.DEBUG = False
    medians = []
    for _ in range(3):
        times = []
        for _ in range(ROUNDS // 3):
            start = time.process_time()
            client.get(path)
            times.append((time.process_time() - start) * 1000)
        medians.append(statistics.median(times))
    return queries, min(medians)


def main() -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    settings.ALLOWED_HOSTS = ["testserver"]
    police = Organisation.objects.filter(kind="police").exclude(force_code="").order_by("pk")[0]
    with acting_as(system("bench")):
        client, actor = client_as(Role.PRACTITIONER, police)
        case = cases_visible_to(actor).first()
    figures: dict[str, float] = {}
    pages = {
        "list page": "/cases/",
        "Today": "/",
        "case page": f"/cases/{case.pk}" if case else "/cases/",
        "search": "/search?q=Smith",
        "form page": f"/cases/{case.pk}/notes/new" if case else "/cases/",
    }
    for name, path in pages.items():
        queries, milliseconds = cost(client, path)
        figures[f"{name}: queries"] = queries
        figures[f"{name}: CPU ms"] = milliseconds
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
