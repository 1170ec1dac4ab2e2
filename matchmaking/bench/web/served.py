"""The site as it is served for a measurement: its own pages, and one that is empty.

The empty page passes the same middleware and reads nothing: what a Django page costs at least.
"""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from matchmaking.bench.web.server import EMPTY
from matchmaking.collecting import collect_rarely
from matchmaking.stack import with_room
from matchmaking.warming import warm


def empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>empty</title>")


settings.ROOT_URLCONF = __name__
application = with_room(get_wsgi_application())
# The site's addresses may be read only once its apps are there.
urlpatterns = [path(EMPTY.removeprefix("/"), empty), path("", include("config.urls"))]
collect_rarely()
warm(application)
