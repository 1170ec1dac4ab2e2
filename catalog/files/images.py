"""Photos: decoded once and written anew, which leaves behind whatever else the file held."""

import io
import re
import zipfile
from pathlib import Path

from PIL import Image, ImageOps

from catalog.files import limits
from catalog.files.sniffing import ACTIVE
from catalog.files.verdict import FileType, RefusedFile, Verdict

# Sizes are checked here before anything is decoded; Pillow's own warning comes later.
Image.MAX_IMAGE_PIXELS = None
_FORMATS = {"JPEG": FileType.JPEG, "MPO": FileType.JPEG, "PNG": FileType.PNG, "WEBP": FileType.WEBP}
_FOREIGN = re.compile(rb"%PDF-\d\.\d|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c")
_GREY = frozenset({"1", "L"})
_DEEP = frozenset({"I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
_SEE_THROUGH = frozenset({"LA", "La", "PA", "RGBA", "RGBa"})


def inspect_image(data: bytes, found: FileType, folder: Path) -> Verdict:
    """Check an image and write it anew to ``folder``: ``file`` and ``thumbnail``."""
    _refuse_second_file(data)
    if found is FileType.WEBP:
        # Its decoder takes the memory for the whole canvas as soon as it is opened.
        _require_pixels(*_webp_size(data), limits.WEBP_PIXELS)
    with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
        found = _FORMATS[str(image.format)]
        is_jpeg = found is FileType.JPEG
        _require_pixels(*image.size, limits.JPEG_PIXELS if is_jpeg else limits.IMAGE_PIXELS)
        if not is_jpeg and getattr(image, "is_animated", False):
            raise RefusedFile("animated")
        if image.width * image.height > limits.IMAGE_PIXELS:
            image.draft("RGB", (image.width // 2, image.height // 2))
        image.load()
        plain = _plain(ImageOps.exif_transpose(image))
    size = _write(plain, found, folder)
    return Verdict(type=found, width=size[0], height=size[1])


def _refuse_second_file(data: bytes) -> None:
    if ACTIVE.search(data) or _FOREIGN.search(data) or zipfile.is_zipfile(io.BytesIO(data)):
        raise RefusedFile("second_file")


def _require_pixels(width: int, height: int, most: int) -> None:
    if width * height > most:
        raise RefusedFile("too_many_pixels", width=width, height=height, most=most // 1_000_000)


def _webp_size(data: bytes) -> tuple[int, int]:
    """Read the canvas of the three kinds of WebP from the header."""
    kind, body = data[12:16], data[20:32]
    if len(body) < 10:
        raise RefusedFile("damaged")
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(
        body[8:10], "little"
    ) & 0x3FFF


def _plain(image: Image.Image) -> Image.Image:
    """Return the pixels in a common mode with nothing beside them: no EXIF, profile or comment."""
    if image.mode in _GREY:
        plain = image.convert("L")
    elif image.mode in _DEEP:
        plain = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode in _SEE_THROUGH or "transparency" in image.info:
        plain = image.convert("RGBA")
    else:
        plain = image.convert("RGB")
    plain.info.clear()
    return plain


def _write(plain: Image.Image, found: FileType, folder: Path) -> tuple[int, int]:
    size = plain.size
    if found is FileType.JPEG:
        plain.save(folder / "file", "JPEG", quality=90)
    elif found is FileType.PNG:
        plain.save(folder / "file", "PNG", compress_level=6)
    else:
        plain.save(folder / "file", "WEBP", quality=90, method=2)
    plain.thumbnail((limits.THUMBNAIL_SIDE, limits.THUMBNAIL_SIDE))
    if plain.mode == "RGBA":
        ground = Image.new("RGB", plain.size, "white")
        ground.paste(plain, mask=plain.getchannel("A"))
        plain = ground
    plain.save(folder / "thumbnail", "JPEG", quality=80)
    return size
