"""Setting up a second factor in a browser, each of its pages looked at, and the pages of refusals."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache

from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.partners.services import add_membership, add_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long enough passphrase"  # of an invented account


def test_setting_up_a_second_factor_and_its_recovery_codes(walk, police):
    cache.clear()
    user = add_user(email="officer@test.invalid", name="Olu Officer", password=PASSWORD, by=system("test"))
    add_membership(user=user, organisation=police, role=Role.PRACTITIONER, by=system("test"))
    walker = walk().go("/sign-in").fill(login=user.email, password=PASSWORD).click("Sign in")
    walker.sees_heading("Today").go("/account/second-factor").sees("Not set up").is_accessible()
    walker.click("Set up an authenticator app").sees_heading("Set up an authenticator app").is_accessible()
    walker.fill(code="000000").click("Turn it on").sees("There is a problem").is_accessible()
    secret = walker.page.locator(".app-key").inner_text()
    walker.fill(code=format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))
    walker.click("Turn it on").sees_heading("Confirm that it is you").is_accessible()
    walker.fill(password=PASSWORD).click("Confirm").sees_heading("Your recovery codes").is_accessible()
    code = walker.page.locator(".app-codes code").first.inner_text()
    walker.go("/account/second-factor").sees(re.compile("10 left")).is_accessible()
    walker.go("/account/recovery-codes/new").sees_heading("Make new recovery codes?").is_accessible()
    walker.go("/account/authenticator/remove").sees_heading("Remove your authenticator app?").is_accessible()
    walker.go("/sign-in/confirm").sees_heading("Confirm that it is you").is_accessible()
    walker.go("/sign-in/confirm-code").sees_heading("Confirm that it is you").is_accessible()
    walker.go("/sign-out").sees_heading("Sign out?").is_accessible()
    walker.page.locator("main").get_by_role("button", name="Sign out").click()
    walker.sees_heading("Sign in").fill(login=user.email, password=PASSWORD).click("Sign in")
    walker.sees_heading("Enter your code").is_accessible()
    walker.fill(code=code).click("Sign in").sees_heading("Today")


def test_what_is_not_there_is_said_calmly(walk, someone, police):
    walker = walk(someone(Role.PRACTITIONER, police)).go("/nothing-here")
    walker.messages.clear()  # the browser itself notes the 404
    walker.sees_heading("nothing here").is_accessible()
