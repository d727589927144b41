"""Ten years of a city at once: how fast it is built, and what the pages of a MARAC session and of promises cost then.

python -m bench.city build SCALE      into the empty database of the environment, as its owner
python -m bench.city pages 0          what the pages cost, as the application
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import date, timedelta

import django
from django.conf import settings

django.setup()

from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402

from bench.pages import cost  # noqa: E402  after django.setup()
from wraparound.demo.build import build  # noqa: E402
from wraparound.foundation.access.decisions import in_open_matters  # noqa: E402
from wraparound.foundation.access.wall import acting_as  # noqa: E402
from wraparound.foundation.access.web import MEMBERSHIP_KEY  # noqa: E402
from wraparound.foundation.commitments.models import Commitment  # noqa: E402
from wraparound.foundation.meetings.models import AgendaItem, Session  # noqa: E402
from wraparound.foundation.meetings.states import SessionState  # noqa: E402
from wraparound.foundation.partners.actors import Actor, actor_for, system  # noqa: E402
from wraparound.foundation.partners.models import Membership  # noqa: E402
from wraparound.foundation.partners.roles import Role  # noqa: E402
from wraparound.response.cases.models import Case, Incident  # noqa: E402


def built(scale: float) -> dict[str, float]:
    """Rows a second of a whole build, and the most memory that it took."""
    start = time.perf_counter()
    result = build(
        scale=scale,
        seed=1,
        until=date.today() - timedelta(days=1),
        say=lambda text: print(text, file=sys.stderr, flush=True),
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "city: scale, 1 is a year": scale,
        "city: police incidents": result.counts["incidents"],
        "city: MARAC referrals": result.counts["referrals"],
        "city: minutes to build": (time.perf_counter() - start) / 60,
        "city: rows a second, generated and loaded": result.rows_per_second,
        "city: peak memory of the process, MB": peak,
    }


def persona(role: Role) -> tuple[Client, Actor]:
    """The demo's own person in `role`, signed in."""
    membership = Membership.objects.filter(role=role, user__email__endswith=".demo.invalid").order_by("pk")[0]
    client = Client()
    client.force_login(membership.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[MEMBERSHIP_KEY] = str(membership.pk)
    session.save()
    return client, actor_for(membership)


def pages() -> dict[str, float]:
    """Queries and CPU of what the day of a session opens."""
    with acting_as(system("bench")):
        chair, as_chair = persona(Role.MARAC_CHAIR)
        coordinator, _ = persona(Role.MARAC_COORDINATOR)
        # Of the cases that the chair still may open: most involvements end some weeks after the session.
        open_now = in_open_matters(as_chair, AgendaItem.objects.filter(session__panel__kind="marac"))
        held = Session.objects.filter(items__in=open_now).exclude(state=SessionState.PLANNED)
        fullest = held.annotate(cases=Count("items")).order_by("-cases", "-starts_at")[0]
        item = open_now.filter(session=fullest).order_by("position")[0]
        figures: dict[str, float] = {
            "city: cases held": Case.objects.count(),
            "city: incidents held": Incident.objects.count(),
            "city: commitments held": Commitment.objects.count(),
            "city: cases of the session measured": AgendaItem.objects.filter(session=fullest).count(),
        }
    opened = {
        "session, its agenda": (chair, f"/marac/sessions/{fullest.pk}"),
        "session, a case in its three columns": (chair, f"/marac/sessions/{fullest.pk}/{item.pk}"),
        "ledger of all agencies": (coordinator, "/commitments/ledger"),
        "promises of all agencies": (coordinator, "/commitments/"),
        "co-ordinator's Today": (coordinator, "/"),
    }
    for name, (client, path) in opened.items():
        queries, milliseconds = cost(client, path)
        figures[f"{name}: queries"] = queries
        figures[f"{name}: CPU ms"] = milliseconds
    return figures


def main() -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    settings.ALLOWED_HOSTS = ["testserver"]
    step, number = sys.argv[1:3]
    print(json.dumps(built(float(number)) if step == "build" else pages()))


if __name__ == "__main__":
    main()
