"""Signing in, staying signed in, headers, and what the health page says."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.models import Membership, User
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.partners.services import add_membership, add_user, end_membership
from wraparound.interfaces import checks
from wraparound.interfaces.views import server_error

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough passphrase"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)


@pytest.fixture
def account(police):
    cache.clear()
    user = add_user(email="officer@test.invalid", name="Olu Officer", password=PASSWORD, by=system("test"))
    add_membership(user=user, organisation=police, role=Role.PRACTITIONER, by=system("test"))
    return user


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_every_header_of_a_page(client):
    response = client.get("/sign-in")
    directives = sorted(part.strip() for part in response["Content-Security-Policy"].split(";"))
    assert directives == sorted(part.strip() for part in POLICY.split(";"))
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store" or "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]
    assert b"<script>" not in response.content
    assert not re.search(rb"\sstyle=|\son[a-z]+=", response.content)


def test_health_says_nothing_but_that_it_is_well(client):
    assert client.get("/health").json() == {"status": "ok"}


def test_a_stranger_is_led_to_sign_in_and_nobody_signs_up(client):
    response = client.get("/search?q=x")
    assert response.status_code == 302
    assert response["Location"] == "/sign-in?next=%2Fsearch%3Fq%3Dx"
    assert client.get("/sign-in/closed").status_code == 404


def test_a_second_factor_must_be_set_up_and_is_asked_for(account, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    client = Client()
    client.post("/sign-in", {"login": account.email, "password": PASSWORD})
    response = client.get("/")
    assert response["Location"] == "/account/authenticator"
    page = client.get("/account/authenticator")
    assert page.status_code == 200
    secret = client.session["mfa.totp.secret"]
    client.post("/account/authenticator", {"code": _code(secret)})
    assert Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists()
    assert client.get("/").status_code == 200

    other = Client()
    response = other.post("/sign-in", {"login": account.email, "password": PASSWORD})
    assert response["Location"].startswith("/sign-in/code")
    assert other.get("/").status_code == 302
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        other.post("/sign-in/code", {"code": "000000"})
        assert other.get("/").status_code == 302
        other.post("/sign-in/code", {"code": _code(secret)})
        assert other.get("/").status_code == 200


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/cases/", "/cases/"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_signing_in_leads_nowhere_else(account, settings, wanted, led_to):
    settings.REQUIRE_SECOND_FACTOR = False
    response = Client().post("/sign-in", {"login": account.email, "password": PASSWORD, "next": wanted})
    assert (response.status_code, response["Location"]) == (302, led_to)


def test_a_recovery_code_works_once(account, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(account).get_unused_codes()
    for expected in (200, 302):
        client = Client()
        client.post("/sign-in", {"login": account.email, "password": PASSWORD})
        client.post("/sign-in/code", {"code": codes[0]})
        assert client.get("/").status_code == expected


def test_a_session_ends_when_it_was_idle_or_lasted_too_long(someone, client_for, police):
    from wraparound.foundation.access.queries import session_timeouts

    limits = session_timeouts()
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client = client_for(someone(Role.PRACTITIONER, police))
        assert client.get("/").status_code == 200
        clock.shift(timedelta(minutes=limits.idle_minutes - 1))
        assert client.get("/").status_code == 200
        clock.shift(timedelta(minutes=limits.idle_minutes + 1))
        assert client.get("/").status_code == 302
    with time_machine.travel(start, tick=False) as clock:
        client = client_for(someone(Role.PRACTITIONER, police))
        minutes = 0
        while minutes <= limits.absolute_minutes:
            assert client.get("/").status_code == 200
            clock.shift(timedelta(minutes=limits.idle_minutes - 1))
            minutes += limits.idle_minutes - 1
        assert client.get("/").status_code == 302


def test_a_membership_that_ends_closes_an_open_session_at_once(someone, client_for, police, housing):
    actor = someone(Role.PRACTITIONER, police)
    second = someone(Role.ADMINISTRATOR, housing, user_id=actor.user_id)
    client = client_for(actor)
    assert client.get("/search").status_code == 200
    end_membership(membership=Membership.objects.get(pk=actor.membership_id), because="left", by=system("test"))
    assert client.get("/search").status_code == 403  # acts in the remaining role now, which may not search
    assert client.get("/accounts/").status_code == 200
    end_membership(membership=Membership.objects.get(pk=second.membership_id), because="left", by=system("test"))
    assert client.get("/").status_code == 403
    assert client.get("/accounts/").status_code == 403


def test_one_acts_in_one_role_at_a_time_and_only_in_ones_own(someone, client_for, police, housing):
    actor = someone(Role.PRACTITIONER, police)
    second = someone(Role.ADMINISTRATOR, housing, user_id=actor.user_id)
    stranger = someone(Role.ADMINISTRATOR, police)
    client = client_for(actor)
    assert client.get("/accounts/").status_code == 403
    assert client.post("/roles/act-as", {"membership": str(stranger.membership_id)}).status_code == 403
    client.post("/roles/act-as", {"membership": str(second.membership_id)})
    assert client.get("/accounts/").status_code == 200
    assert housing.name in client.get("/accounts/").text


def test_an_administrator_keeps_the_accounts_of_their_own_organisation(someone, client_for, police, housing):
    administrator = someone(Role.ADMINISTRATOR, police)
    theirs = someone(Role.PRACTITIONER, housing)
    client = client_for(administrator)
    values = {"name": "Nia New", "email": "Nia@Test.invalid", "role": "practitioner", "once": "a" * 32}
    for _ in range(2):
        assert client.post("/accounts/new", values).status_code == 302
    membership = Membership.objects.get(user__email="nia@test.invalid")
    assert membership.organisation == police
    assert client.get(f"/accounts/{theirs.membership_id}/end").status_code == 404
    client.post(f"/accounts/{membership.pk}/end", {"because": "left"})
    membership.refresh_from_db()
    assert membership.ends_at is not None
    assert client.post("/accounts/new", {"name": "", "email": "x", "role": "king"}).status_code == 200
    assert not User.objects.filter(email="x").exists()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"DEBUG": True}, ["wraparound.E001"]),
        ({"PERSONAS": True}, ["wraparound.E002"]),
        ({"REQUIRE_SECOND_FACTOR": False}, ["wraparound.E003"]),
        ({"SECRET_KEY": "short"}, ["wraparound.E004"]),
        ({"SECRET_KEY": "missing"}, ["wraparound.E004"]),
        ({"BEHIND_TLS": False}, ["wraparound.E005"]),
        ({"MODE": "prod", "IS_PRODUCTION": False}, ["wraparound.E011"]),
    ],
)
def test_unsafe_production_settings_are_refused_with_a_remedy(changes, expected, settings):
    safe = {
        "MODE": "production",
        "IS_PRODUCTION": True,
        "REAL_DATA": False,
        "DEBUG": False,
        "PERSONAS": False,
        "REQUIRE_SECOND_FACTOR": True,
        "SECRET_KEY": "k" * 60,
        "BEHIND_TLS": True,
    }
    for name, value in (safe | changes).items():
        setattr(settings, name, value)
    found = checks.production_settings(None)
    assert [problem.id for problem in found] == expected
    assert all(problem.hint for problem in found)
    if expected:
        with pytest.raises(SystemExit, match="Remedy"):
            checks.refuse_unsafe_start()


def test_real_data_wants_a_database_with_a_second_wall(settings):
    from django.db import connection

    settings.REAL_DATA, settings.IS_PRODUCTION, settings.BEHIND_TLS = True, True, True
    settings.REQUIRE_SECOND_FACTOR, settings.SECRET_KEY = True, "k" * 60
    found = [p.id for p in (*checks.production_settings(None), *checks.role_bypasses_the_wall(None))]
    assert found == (["wraparound.E007"] if connection.vendor == "sqlite" else [])
    settings.PERSONAS, settings.IS_PRODUCTION = True, False
    assert {"wraparound.E006", "wraparound.E012"} <= {p.id for p in checks.production_settings(None)}


def test_health_says_that_the_database_does_not_answer(client):
    with connection.execute_wrapper(_gone):
        answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (503, {"status": "unwell"})


def _gone(execute, sql, params, many, context):
    raise OperationalError("server closed the connection")


def test_the_page_for_what_broke_needs_no_database_and_no_session(rf):
    with connection.execute_wrapper(_no_query):
        answer = server_error(rf.get("/cases/"))
    assert answer.status_code == 500
    words = answer.content.decode()
    assert "Something broke on our side" in words
    assert "call 999" in words
    assert "<nav" not in words
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script>", words)


def _no_query(execute, sql, params, many, context):
    raise AssertionError(f"asked the database: {sql}")
