"""Addresses of the MARAC's pages. Sessions have theirs in `session_urls`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from wraparound.response.marac.views import flags, prompts, referrals, referring, screening, tellings

app_name = "marac"
urlpatterns: list[URLPattern | URLResolver] = [
    path("refer", referring.start, name="refer-start"),
    path("refer/<uuid:pk>", referring.draft, name="refer-draft"),
    path("refer/<uuid:pk>/check", referring.check, name="refer-check"),
    path("refer/<uuid:pk>/delete", referring.discard, name="refer-discard"),
    path("refer/<uuid:pk>/<slug:key>", referring.step, name="refer-step"),
    path("refer/<uuid:pk>/<slug:key>/save", referring.autosave, name="refer-save"),
    path("refer/<uuid:pk>/<slug:key>/remove", referring.remove_row, name="refer-remove"),
    path("refer/<uuid:pk>/<slug:key>/<str:row>", referring.row, name="refer-row"),
    path("referrals", referrals.mine, name="referrals"),
    path("referrals/<uuid:pk>", referrals.referral, name="referral"),
    path("referrals/<uuid:pk>/challenge", referrals.challenge, name="challenge"),
    path("referrals/<uuid:pk>/contact", tellings.contact, name="contact"),
    path("case/<uuid:pk>", referrals.of_case, name="case"),
    path("screening", screening.to_screen, name="screening-list"),
    path("screening/<uuid:pk>", screening.screen, name="screen"),
    path("screening/<uuid:pk>/list", screening.list_on, name="list"),
    path("screening/<uuid:pk>/take-off", screening.take_off, name="take-off"),
    path("contacts", tellings.contacts, name="contacts"),
    path("flags", flags.flags, name="flags"),
    path("flags/<uuid:pk>", flags.flag, name="flag"),
    path("flags/<uuid:pk>/removed", flags.flag_removed, name="flag-removed"),
    path("tellings", tellings.tellings, name="tellings"),
    path("tellings/<uuid:pk>", tellings.telling, name="telling"),
    path("tellings/<uuid:pk>/end", tellings.end, name="telling-end"),
    path("tellings/<uuid:pk>/take", tellings.take, name="telling-take"),
    path("prompts", prompts.prompts, name="prompts"),
    path("prompts/<uuid:pk>", prompts.prompt, name="prompt"),
    path("prompts/<uuid:pk>/refer", prompts.refer, name="prompt-refer"),
    path("", include("wraparound.response.marac.repeat_urls")),
    path("", include("wraparound.response.marac.research_urls")),
    path("", include("wraparound.response.marac.return_urls")),
    path("", include("wraparound.response.marac.session_urls")),
]
