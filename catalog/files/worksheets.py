"""A sent workbook as text, read in a confined process and thrown away."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from accounts.errors import Refused
from catalog.files.inspecting import read_cells
from catalog.files.limits import MEGABYTE
from catalog.files.sentences import sentence
from catalog.files.verdict import RefusedFile


def cells_of(upload: "UploadedFile[bytes]") -> list[list[str]]:
    """Return the cells of the first sheet, or raise Refused with the reason."""
    megabytes = settings.FILE_MEGABYTES
    try:
        if (upload.size or 0) > megabytes * MEGABYTE:
            raise RefusedFile("too_large", megabytes=megabytes)
        with tempfile.TemporaryDirectory(prefix="zhipei-") as folder:
            sent = Path(folder) / "sent"
            with sent.open("wb") as opened:
                for piece in upload.chunks():
                    opened.write(piece)
            return read_cells(sent)
    except RefusedFile as refusal:
        raise Refused(sentence(refusal), code=refusal.code) from None
