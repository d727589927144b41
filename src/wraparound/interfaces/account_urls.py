"""Addresses of sign-in, of one's own account, of roles, and of accounts that an administrator keeps."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from wraparound.foundation.access.web import account_page, public
from wraparound.interfaces import account_views as views

accounts = (
    [
        path("", views.membership_list, name="list"),
        path("new", views.membership_new, name="new"),
        path("<uuid:pk>/end", views.membership_end, name="end"),
    ],
    "accounts",
)
partners = ([path("act-as", views.act_as, name="act-as")], "partners")

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in", public(account.LoginView.as_view()), name="account_login"),
    path("sign-out", account_page(account.LogoutView.as_view()), name="account_logout"),
    path("sign-in/confirm", account_page(account.ReauthenticateView.as_view()), name="account_reauthenticate"),
    path("sign-in/code", public(mfa.AuthenticateView.as_view()), name="mfa_authenticate"),
    path("sign-in/confirm-code", account_page(mfa.ReauthenticateView.as_view()), name="mfa_reauthenticate"),
    path("account/second-factor", account_page(mfa.IndexView.as_view()), name="mfa_index"),
    path("account/authenticator", account_page(totp.ActivateTOTPView.as_view()), name="mfa_activate_totp"),
    path("account/authenticator/remove", account_page(totp.DeactivateTOTPView.as_view()), name="mfa_deactivate_totp"),
    path(
        "account/recovery-codes", account_page(recovery.ViewRecoveryCodesView.as_view()), name="mfa_view_recovery_codes"
    ),
    path(
        "account/recovery-codes/new",
        account_page(recovery.GenerateRecoveryCodesView.as_view()),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/recovery-codes/download",
        account_page(recovery.DownloadRecoveryCodesView.as_view()),
        name="mfa_download_recovery_codes",
    ),
    path("accounts/", include(accounts)),
    path("roles/", include(partners)),
    # allauth asks for these names; nobody signs up or changes an address here.
    path("sign-in/closed", public(views.closed), name="account_signup"),
    path("sign-in/new-password", public(views.closed), name="account_reset_password"),
    path("account/email", account_page(views.closed), name="account_email"),
    path("sign-in/inactive", public(views.closed), name="account_inactive"),
]
if settings.PERSONAS:
    urlpatterns += [
        path("demo/personas", public(views.personas), name="personas"),
        path("demo/personas/<uuid:pk>", public(views.persona_sign_in), name="persona-sign-in"),
    ]
