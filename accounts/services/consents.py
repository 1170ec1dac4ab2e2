"""Agreeing to the privacy notice and the terms."""

from django.db import transaction

from accounts.actors import Actor
from accounts.events import record
from accounts.legal import current, language, version_of
from accounts.models import Consent, User
from accounts.permissions import require


@transaction.atomic
def give_consent(*, actor: Actor, user: User, versions: str) -> None:
    """Keep that ``user`` agreed to the texts of ``versions``; nobody agrees for another.

    The versions are those of the page the person saw: newer ones are asked for again.
    """
    require(actor.user_id == user.pk)
    if versions != current() or user.agreed_to == versions:
        return
    for document in Consent.Document:
        consent, created = Consent.objects.get_or_create(
            user=user,
            document=document,
            version=version_of(document),
            defaults={"language": language()},
        )
        if created:
            record(actor, "consent.given", consent, document=document, version=consent.version)
    user.agreed_to = versions
    user.save(update_fields=["agreed_to"])
