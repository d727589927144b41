"""Addresses of risk assessments."""

from __future__ import annotations

from django.urls import path

from wraparound.response.risk.views import answering, assessments, instruments, signing

app_name = "risk"
urlpatterns = [
    path("", assessments.drafts, name="drafts"),
    path("case/<uuid:pk>/", assessments.history, name="history"),
    path("case/<uuid:pk>/begin", assessments.begin, name="begin"),
    path("<uuid:pk>/", assessments.assessment, name="assessment"),
    path("<uuid:pk>/form", answering.form, name="form"),
    path("<uuid:pk>/autosave", answering.autosave, name="autosave"),
    path("<uuid:pk>/judgement", signing.judgement, name="judgement"),
    path("<uuid:pk>/check", signing.check, name="check"),
    path("<uuid:pk>/abandon", assessments.abandon, name="abandon"),
    path("<uuid:pk>/take-over", assessments.take_over, name="take-over"),
    path("instruments/", instruments.instruments, name="instruments"),
    path("instruments/<int:pk>/", instruments.wording, name="wording"),
]
