"""A form takes effect once."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import connections
from django.test import Client

from wraparound.foundation.partners.models import Membership, User
from wraparound.foundation.partners.roles import Role
from wraparound.kit.models import SentForm

NEW = {"name": "Nia New", "email": "nia@test.invalid", "role": "practitioner"}


@pytest.mark.django_db
def test_the_same_form_again_leads_where_the_first_led_and_does_nothing(someone, client_for, police):
    client = client_for(someone(Role.ADMINISTRATOR, police))
    token = str(uuid.uuid4())
    first = client.post("/accounts/new", NEW | {"once": token})
    again = client.post("/accounts/new", NEW | {"once": token, "email": "other@test.invalid"})
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"] == "/accounts/"
    assert not User.objects.filter(email="other@test.invalid").exists()


@pytest.mark.django_db
def test_a_form_with_errors_may_be_sent_again(someone, client_for, police):
    client = client_for(someone(Role.ADMINISTRATOR, police))
    token = str(uuid.uuid4())
    assert client.post("/accounts/new", {"once": token}).status_code == 200
    assert not SentForm.objects.filter(token=token).exists()
    assert client.post("/accounts/new", NEW | {"once": token}).status_code == 302


@pytest.mark.django_db
def test_another_persons_token_leads_nowhere(someone, client_for, police):
    token = str(uuid.uuid4())
    client_for(someone(Role.ADMINISTRATOR, police)).post("/accounts/new", NEW | {"once": token})
    other = client_for(someone(Role.ADMINISTRATOR, police))
    assert other.post("/accounts/new", NEW | {"once": token, "email": "x@test.invalid"}).status_code == 409
    assert not User.objects.filter(email="x@test.invalid").exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_have_one_effect(someone, client_for, police):
    client = client_for(someone(Role.ADMINISTRATOR, police))
    token = str(uuid.uuid4())
    together, codes = threading.Barrier(2), []

    def send() -> None:
        mine = Client()
        mine.cookies = client.cookies
        together.wait()
        codes.append(mine.post("/accounts/new", NEW | {"once": token}).status_code)
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [302, 302]
    assert Membership.objects.filter(user__email="nia@test.invalid").count() == 1
