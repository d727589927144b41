"""Addresses of repeats, of reversed roles, and of transfers."""

from __future__ import annotations

from django.urls import path

from wraparound.response.marac.views import repeats, transfers

urlpatterns = [
    path("repeats", repeats.repeat_list, name="repeats"),
    path("repeats/<uuid:pk>", repeats.repeat, name="repeat"),
    path("roles/<uuid:pk>", repeats.role_review, name="role-review"),
    path("referrals/<uuid:pk>/move", transfers.transfer_out, name="transfer-out"),
    path("referrals/<uuid:pk>/came-from", transfers.transfer_in, name="transfer-in"),
    path("moves", transfers.transfer_list, name="transfers"),
    path("moves/<uuid:pk>", transfers.transfer, name="transfer"),
    path("moves/<uuid:pk>/pack", transfers.transfer_pack, name="transfer-pack"),
    path("moves/<uuid:pk>/send", transfers.transfer_send, name="transfer-send"),
    path("moves/<uuid:pk>/receipt", transfers.transfer_receipt, name="transfer-receipt"),
    path("moves/<uuid:pk>/call-off", transfers.transfer_call_off, name="transfer-call-off"),
    path("moves/<uuid:pk>/hand-over", transfers.transfer_hand_over, name="transfer-hand-over"),
]
