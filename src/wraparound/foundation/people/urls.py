"""Addresses of the pages about people."""

from __future__ import annotations

from django.urls import path

from wraparound.foundation.people.views import emergencies, links, pages

app_name = "people"
urlpatterns = [
    path("<uuid:pk>/", pages.person, name="person"),
    path("<uuid:pk>/contact/add", pages.add_contact, name="contact-add"),
    path("contact/<uuid:pk>/confirm", pages.confirm_contact, name="contact-confirm"),
    path("contact/<uuid:pk>/tried", pages.tried_contact, name="contact-tried"),
    path("<uuid:pk>/addresses/add", pages.add_address, name="address-add"),
    path("addresses/<uuid:pk>/type", pages.type_address, name="address-type"),
    path("addresses/<uuid:pk>/read", pages.read_address, name="address-read"),
    path("<uuid:pk>/equality/<slug:characteristic>", pages.equality, name="equality"),
    path("<uuid:pk>/relationships/add", pages.add_relationship, name="relationship-add"),
    path("links/", links.queue, name="link-queue"),
    path("links/history", links.history, name="link-history"),
    path("links/<uuid:pk>", links.pair, name="link-review"),
    path("links/<uuid:pk>/know-someone", links.know_someone, name="link-know-someone"),
    path("links/decisions/<uuid:pk>/undo", links.undo, name="link-undo"),
    path("emergency/", emergencies.look, name="emergency"),
    path("emergency/nothing", emergencies.nothing, name="emergency-nothing"),
    path("emergency/looks/", emergencies.look_list, name="emergency-looks"),
    path("emergency/looks/<uuid:pk>", emergencies.review, name="emergency-look"),
]
