"""Addresses of checks and of customers' confirmations; catalog/urls.py adds them to its own."""

from django.urls import path

from catalog.views import proofs

urlpatterns = [
    path("organizations/<uuid:public_id>/proofs/", proofs.proofs, name="proofs"),
    path("organizations/<uuid:public_id>/proofs/ask/", proofs.proof_ask, name="proof_ask"),
    path(
        "organizations/<uuid:public_id>/confirmations/ask/",
        proofs.confirmation_ask,
        name="confirmation_ask",
    ),
    path("proofs/<uuid:public_id>/", proofs.proof, name="proof"),
    path("proofs/<uuid:public_id>/decide/", proofs.proof_decide, name="proof_decide"),
    path("proofs/files/<uuid:public_id>/", proofs.proof_file, name="proof_file"),
    path("moderation/proofs/", proofs.proof_queue, name="proof_queue"),
    path("confirmations/<uuid:public_id>/", proofs.confirmation, name="confirmation"),
    path(
        "confirmations/<uuid:public_id>/answer/",
        proofs.confirmation_answer,
        name="confirmation_answer",
    ),
]
