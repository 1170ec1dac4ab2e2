"""Keeps the compiled translations (.mo) in step with their sources (.po), without msgfmt.

Bare machines lack gettext's tools, so the compiled files are committed; this notices when one was
forgotten, and `--write` compiles them.
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent.parent / "locale"


def compiled(source: Path) -> bytes:
    with source.open("rb") as stream:
        catalog = read_po(stream)
    output = BytesIO()
    write_mo(output, catalog)
    return output.getvalue()


def _entries(binary: bytes) -> dict[str, str]:
    """Compilers order and pad differently; only what is said counts, without the header."""
    return {
        f"{message.context} {message.id}": repr(message.string)
        for message in read_mo(BytesIO(binary))
        if message.id
    }


def _is_complete(message: Message) -> bool:
    forms = message.string or ()
    return bool(forms) and all(forms)


def complaints(source: Path) -> list[str]:
    with source.open("rb") as stream:
        catalog = read_po(stream)
    found = [
        f"{source}:{message.lineno}: {'unsure' if message.fuzzy else 'untranslated'}: {message.id}"
        for message in catalog
        if message.id and (message.fuzzy or not _is_complete(message))
    ]
    target = source.with_suffix(".mo")
    if not target.is_file() or _entries(target.read_bytes()) != _entries(compiled(source)):
        found.append(f"{target} is older than its source; run: make messages")
    return found


def main(arguments: list[str]) -> int:
    sources = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))
    if "--write" in arguments:
        for source in sources:
            source.with_suffix(".mo").write_bytes(compiled(source))
        return 0
    found = [line for source in sources for line in complaints(source)]
    print("\n".join(found) if found else f"{len(sources)} translations are compiled.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
