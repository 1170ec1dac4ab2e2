"""The one way an event is written."""

from django.db import models

from accounts.actors import Actor
from accounts.models import Event
from accounts.visitors import note_event


def record(actor: Actor, verb: str, subject: models.Model, **ids: int | str | None) -> Event:
    """Append an event about ``subject``; ``ids`` are references and codes, never content."""
    event = Event.objects.create(
        verb=verb,
        user_id=actor.user_id,
        organization_id=actor.organization_id,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        data=ids,
    )
    note_event(verb)
    return event
