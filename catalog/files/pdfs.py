"""PDF: one whole document that shows pages and does nothing else. Its bytes are kept as they are,
since signatures and seals must stay valid."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

import pikepdf

from catalog.files import limits
from catalog.files.sniffing import TAR_MARK, TAR_OFFSET
from catalog.files.verdict import FileType, RefusedFile, Verdict

# Comments and white space only before the first object: no page of another language.
_START = re.compile(rb"%PDF-[12]\.\d[ \t]*(?:%[^\r\n<]{0,100}(?=[\r\n])|[\s\0])*\d+ \d+ obj")
_END = b"%%EOF"
_SUSPECT = re.compile(
    rb"/(?:JS|JavaScript|AA|XFA|EF|EmbeddedFiles?|OpenAction|Launch|GoToR|GoToE|SubmitForm"
    rb"|ImportData|Rendition|Movie|Sound|RichMedia\w*|3D|Screen|FileAttachment|Collection"
    rb"|U3D|PRC|URI)(?![A-Za-z0-9])"
)
_KEYS = {
    "/JS": "pdf_script",
    "/JavaScript": "pdf_script",
    "/AA": "pdf_action",
    "/XFA": "pdf_form",
    "/EF": "pdf_embedded",
    "/EmbeddedFiles": "pdf_embedded",
    "/Collection": "pdf_embedded",
}
_ACTIONS = {
    "/JavaScript": "pdf_script",
    "/Launch": "pdf_action",
    "/GoToR": "pdf_action",
    "/GoToE": "pdf_embedded",
    "/SubmitForm": "pdf_action",
    "/ImportData": "pdf_action",
    "/Rendition": "pdf_media",
    "/Movie": "pdf_media",
    "/Sound": "pdf_media",
    "/RichMediaExecute": "pdf_media",
}
_SUBTYPES = {
    "/FileAttachment": "pdf_embedded",
    "/RichMedia": "pdf_media",
    "/Movie": "pdf_media",
    "/Sound": "pdf_media",
    "/Screen": "pdf_media",
    "/3D": "pdf_media",
}
_LINKS = ("http://", "https://", "mailto:", "tel:")
_DEPTH = 100


def inspect_pdf(data: bytes) -> Verdict:
    _require_one_file(data)
    try:
        # Repairing a broken file is guessing what another reader will make of it.
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise RefusedFile("encrypted")
            if len(pdf.objects) > limits.PDF_OBJECTS:
                raise RefusedFile("too_heavy")
            _require_still(pdf)
            if len(pdf.pages) == 0:
                raise RefusedFile("damaged")
    except pikepdf.PasswordError:
        raise RefusedFile("encrypted") from None
    return Verdict(type=FileType.PDF)


def _require_one_file(data: bytes) -> None:
    if not _START.match(data):
        raise RefusedFile("before_pdf")
    end = data.rfind(_END)
    if end < 0:
        raise RefusedFile("damaged")
    rest = data[end + len(_END) :]
    if len(rest) > limits.PDF_SLACK_BYTES or rest.strip(b"\r\n\t \0"):
        raise RefusedFile("after_end")
    is_tar = data[TAR_OFFSET : TAR_OFFSET + len(TAR_MARK)] == TAR_MARK
    if is_tar or zipfile.is_zipfile(io.BytesIO(data)):
        raise RefusedFile("second_file")


def _require_still(pdf: pikepdf.Pdf) -> None:
    """Refuse whatever runs, opens, sends or hides something, wherever in the file it lies."""
    unpacked = 0
    for each in pdf.objects:
        if isinstance(each, pikepdf.Stream):
            _require_plain_stream(each)
            unpacked += _unpacked(each, limits.PDF_STREAM_BYTES - unpacked)
            own: pikepdf.Dictionary | pikepdf.Array = each.stream_dict
        elif isinstance(each, (pikepdf.Dictionary, pikepdf.Array)):
            own = each
        else:
            continue
        # Written out, names carry no escapes any more; only suspects are worth a closer look.
        if _SUSPECT.search(own.unparse(resolved=True)):
            for inner in _dictionaries(own):
                _require_harmless(inner)


def _dictionaries(found: pikepdf.Object, depth: int = 0) -> Iterator[pikepdf.Dictionary]:
    """Yield ``found`` and the dictionaries written inside it; those it refers to come on their
    own."""
    if depth > _DEPTH:
        raise RefusedFile("too_heavy")
    if isinstance(found, pikepdf.Dictionary):
        yield found
        values = [value for _name, value in found.items()]
    elif isinstance(found, pikepdf.Array):
        values = list(found)
    else:
        return
    for value in values:
        if isinstance(value, (pikepdf.Dictionary, pikepdf.Array)) and not value.is_indirect:
            yield from _dictionaries(value, depth + 1)


def _require_harmless(found: pikepdf.Dictionary) -> None:
    for name, code in _KEYS.items():
        if name in found:
            raise RefusedFile(code)
    for name, codes in (("/S", _ACTIONS), ("/Subtype", _SUBTYPES), ("/Type", _SUBTYPES)):
        value = str(found.get(name, ""))
        if value in codes:
            raise RefusedFile(codes[value])
    if str(found.get("/Type", "")) == "/EmbeddedFile":
        raise RefusedFile("pdf_embedded")
    _require_harmless_opening(found.get("/OpenAction"))
    link = found.get("/URI")
    if isinstance(link, pikepdf.String) and not str(link).strip().lower().startswith(_LINKS):
        raise RefusedFile("pdf_action")


def _require_harmless_opening(action: object) -> None:
    """Going to a page of its own is the only thing a document may do when it is opened."""
    kind = str(action.get("/S", "")) if isinstance(action, pikepdf.Dictionary) else "/GoTo"
    if kind != "/GoTo":
        raise RefusedFile(_ACTIONS.get(kind, "pdf_action"))


def _require_plain_stream(stream: pikepdf.Stream) -> None:
    told = stream.stream_dict
    if "/F" in told:
        raise RefusedFile("pdf_action")
    if str(told.get("/Subtype", "")) == "/Image":
        width, height = int(told.get("/Width", 0)), int(told.get("/Height", 0))
        if width * height > limits.PDF_IMAGE_PIXELS:
            raise RefusedFile("too_heavy")


def _unpacked(stream: pikepdf.Stream, most: int) -> int:
    """Return how much a packed stream unpacks to, giving up at ``most``."""
    filters = stream.stream_dict.get("/Filter", pikepdf.Array())
    names = (
        [str(each) for each in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    )
    packings = sum(name in {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW"} for name in names)
    if packings > 1 or len(names) > 4:
        raise RefusedFile("bomb")
    if names[:1] not in (["/FlateDecode"], ["/Fl"]):
        return 0
    unpacking = zlib.decompressobj()
    total, waiting = 0, stream.read_raw_bytes()
    while waiting and not unpacking.eof:
        total += len(unpacking.decompress(waiting, limits.MEGABYTE))
        waiting = unpacking.unconsumed_tail
        if total > most:
            raise RefusedFile("bomb")
    return total
