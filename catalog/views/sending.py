"""Private bytes on their way to somebody who may have them."""

from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from catalog.files.storage import private

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


def send_file(path: str, content_type: str, name: str, *, inline: bool) -> HttpResponseBase:
    """Answer with private bytes; the caller has asked whether the actor may have them."""
    response: HttpResponseBase
    if settings.FILES_ACCEL_PREFIX:
        # nginx sends the bytes; everything else about the answer is decided here.
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = f"{settings.FILES_ACCEL_PREFIX}{path}"
    else:
        try:
            size = private().size(path)
        except FileNotFoundError:
            raise Http404 from None
        response = StreamingHttpResponse(_pieces(path), content_type=content_type)
        response["Content-Length"] = str(size)
    disposition = content_disposition_header(not inline, name)
    if disposition:
        response["Content-Disposition"] = disposition
    for header, value in _HEADERS.items():
        response[header] = value
    return response


def _pieces(path: str) -> Iterator[bytes]:
    """Open the file only when it is sent: an answer to HEAD never does."""
    with private().open(path) as opened:
        yield from opened.chunks()
