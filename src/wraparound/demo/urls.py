"""Addresses of the demo: files to try the import with."""

from __future__ import annotations

from django.urls import path

from wraparound.demo import views

app_name = "demo"
urlpatterns = [
    path("files", views.files, name="files"),
    path("files/<str:name>", views.file, name="file"),
]
