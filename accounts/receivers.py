"""What accounts does when something else happened."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa.models import Authenticator
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import connections
from django.db.models.signals import post_delete, post_migrate, post_save
from django.dispatch import Signal, receiver

from accounts.actors import Actor
from accounts.events import record
from accounts.models import User

# What people do to their accounts happens inside Django and allauth, which tell of it so.
ACCOUNT_VERBS: dict[Signal, str] = {
    user_logged_in: "user.logged_in",
    user_logged_out: "user.logged_out",
    account_signals.user_signed_up: "user.signed_up",
    account_signals.password_set: "user.password_set",
    account_signals.password_changed: "user.password_changed",
    account_signals.password_reset: "user.password_reset",
    account_signals.email_added: "user.email_added",
    account_signals.email_changed: "user.email_changed",
    account_signals.email_removed: "user.email_removed",
}

RESUME = """
DO $$
DECLARE
    reached bigint := GREATEST(
        (SELECT MAX(written_in) + 1 FROM accounts_event),
        (SELECT MAX(horizon) FROM accounts_auditseal)
    );
    next bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint + accounts_audit_offset();
BEGIN
    IF reached > next THEN
        EXECUTE format(
            'CREATE OR REPLACE FUNCTION accounts_audit_offset() RETURNS bigint'
            ' LANGUAGE sql STABLE AS ''SELECT %s::bigint''',
            accounts_audit_offset() + reached - next
        );
    END IF;
END $$;
"""


@receiver(post_migrate, dispatch_uid="accounts.resume_audit")
def resume_audit(sender: AppConfig, using: str, **_: Any) -> None:
    """Let transaction numbers go on where a restored dump's end: a new cluster counts anew.

    In the cluster that wrote the events no number has ever reached the next one, so there
    this does nothing.
    """
    if sender.name != "accounts":
        return
    connection = connections[using]
    with connection.cursor() as cursor:
        # Absent while migrating back to before the chain.
        cursor.execute(
            "SELECT to_regproc('accounts_audit_offset'), to_regclass('accounts_auditseal')"
        )
        if None not in cursor.fetchone():
            cursor.execute(RESUME)


def _recorder(verb: str) -> Any:
    def account_changed(user: User | None = None, **_: Any) -> None:
        # A log-out may come without anybody logged in.
        if user is not None:
            record(Actor(user=user), verb, user)

    return account_changed


for _signal, _verb in ACCOUNT_VERBS.items():
    _signal.connect(_recorder(_verb), weak=False, dispatch_uid=f"accounts.{_verb}")


@receiver(account_signals.email_confirmed, dispatch_uid="accounts.email_confirmed")
def email_confirmed(email_address: Any, **_: Any) -> None:
    record(Actor(user=email_address.user), "user.email_confirmed", email_address.user)


# Rows rather than allauth's own signals, which come only after the commit: an event is written in
# the transaction of what it tells.
@receiver(post_save, sender=Authenticator, dispatch_uid="accounts.second_factor_added")
def second_factor_added(instance: Any, created: bool, **_: Any) -> None:
    if created:
        person = instance.user
        record(Actor(user=person), "user.second_factor_added", person, kind=instance.type)


@receiver(post_delete, sender=Authenticator, dispatch_uid="accounts.second_factor_removed")
def second_factor_removed(instance: Any, **_: Any) -> None:
    person = instance.user
    record(Actor(user=person), "user.second_factor_removed", person, kind=instance.type)
