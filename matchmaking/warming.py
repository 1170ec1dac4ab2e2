"""What a worker does before it takes its first request, so that nobody waits for it.

Templates are compiled, addresses resolved and the public figures counted once. Whatever fails here
fails again, and is reported, when somebody asks for it: a worker starts all the same.
"""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from wsgiref.types import WSGIApplication
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.db import connections
from django.template import TemplateSyntaxError
from django.template.loader import get_template
from django.urls import reverse

logger = logging.getLogger(__name__)

# The pages whose figures take longest.
_PAGES = ("home", "catalog:need_list", "catalog:solution_list")


def warm(application: WSGIApplication) -> None:
    _compile_templates()
    for name in _PAGES:
        status = _ask(application, reverse(name))
        if status != HTTPStatus.OK:
            logger.warning("Warming up, %s answered %s.", name, status)
    # This thread asks the database nothing more.
    connections.close_all()


def _compile_templates() -> None:
    for folder in _folders():
        for path in sorted(folder.rglob("*.html")):
            name = str(path.relative_to(folder))
            try:
                get_template(name)
            except TemplateSyntaxError:
                logger.warning("Warming up, %s could not be compiled.", name)


def _folders() -> Iterable[Path]:
    return (Path(folder) for engine in settings.TEMPLATES for folder in engine["DIRS"])


def _ask(application: WSGIApplication, path: str) -> int:
    """Ask for a page as a visitor would, through the whole application; return the status."""
    statuses: list[int] = []

    def started(status: str, *_rest: object) -> object:
        statuses.append(int(status.split(maxsplit=1)[0]))
        return None

    environ: dict[str, object] = {"PATH_INFO": path, "HTTP_HOST": _host(), "REMOTE_ADDR": "::1"}
    environ |= {"wsgi.url_scheme": "https", "HTTP_X_FORWARDED_PROTO": "https"}
    setup_testing_defaults(environ)
    answer = application(environ, started)  # type: ignore[arg-type]
    for _part in answer:
        pass
    close = getattr(answer, "close", None)
    if close is not None:
        close()
    return statuses[0]


def _host() -> str:
    named = (host.lstrip(".") for host in settings.ALLOWED_HOSTS)
    return next((host for host in named if "*" not in host), "localhost")
