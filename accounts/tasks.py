"""Celery's entry points: one service call, a count out. No logic lives here."""

from celery import shared_task

from accounts import services


@shared_task(name="accounts.seal_events")
def seal_events() -> int:
    return services.seal_events()


@shared_task(name="accounts.end_due_verifications")
def end_due_verifications() -> int:
    return services.end_due_verifications()
