"""Addresses of the pages of cases and of imports."""

from __future__ import annotations

from django.urls import include, path

from wraparound.response.cases.views import case, facts

app_name = "cases"
urlpatterns = [
    path("", case.case_list, name="list"),
    path("<uuid:pk>", case.case, name="case"),
    path("<uuid:pk>/chronology", case.chronology, name="chronology"),
    path("<uuid:pk>/people", case.people, name="people"),
    path("<uuid:pk>/sharing", case.sharing, name="sharing"),
    path("<uuid:pk>/sharing/new", case.disclosure_new, name="disclosure-new"),
    path("<uuid:pk>/notes/new", case.note_new, name="note-new"),
    path("<uuid:pk>/i-know-someone", case.exclude_me, name="exclude-me"),
    path("<uuid:pk>/exclude", case.exclude, name="exclude"),
    path("<uuid:pk>/exclude/<uuid:exclusion>/lift", case.lift_exclusion, name="exclusion-lift"),
    path("standing/ending", facts.facts_ending, name="facts-ending"),
    path("standing/<uuid:pk>/change", facts.fact_change, name="fact-change"),
    path("standing/<uuid:pk>/end", facts.fact_end, name="fact-end"),
    path("<uuid:pk>/standing", facts.facts, name="facts"),
    path("<uuid:pk>/standing/new/<slug:kind>", facts.fact_new, name="fact-new"),
    path("", include("wraparound.response.cases.import_urls")),
]
