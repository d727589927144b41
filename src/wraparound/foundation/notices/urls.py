"""The addresses of notices."""

from __future__ import annotations

from django.urls import path

from wraparound.foundation.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notice_list, name="list"),
    path("read", views.read_all, name="read-all"),
    path("<uuid:pk>/open", views.open_notice, name="open"),
]
