"""The Celery application. Its settings are the CELERY_* names in config/settings.py."""

import os
import signal
from typing import Any

from celery import Celery, Task
from celery.signals import task_prerun, worker_process_init
from django.db import connections

from config import lifeline
from matchmaking.collecting import collect_rarely
from matchmaking.stack import with_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class RoomyTask(Task):  # type: ignore[type-arg]
    """A task begins deep in Celery's calls; the engine's loops are to have room all the same."""

    @with_room
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.run(*args, **kwargs)


app = Celery("zhipei", task_cls=RoomyTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def _end_with_the_worker(**_: object) -> None:
    """A pool process whose worker was killed would wait for its pipe for ever."""
    lifeline.follow_parent_under_the_local_runner(signal.SIGKILL)


@worker_process_init.connect
def _collect_rarely(**_: object) -> None:
    collect_rarely()


@task_prerun.connect
def drop_broken_connections(**_: Any) -> None:
    """Let a task begin with a connection that works.

    CELERY_DB_REUSE_MAX keeps connections over many tasks; one that a database's restart cut
    would otherwise fail every task of this process until it is due.
    """
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()
