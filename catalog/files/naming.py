"""Names of files as people gave them: shown, never used for a path."""

import re
import unicodedata

LENGTH = 120
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FORBIDDEN = re.compile(r'[<>:"|?*]+')


def shown_name(given: str) -> str:
    """Return ``given`` without folders, invisible and direction characters, of bearable length."""
    last = re.split(r"[\\/]", given)[-1]
    plain = unicodedata.normalize("NFC", last)
    plain = "".join(" " if each.isspace() else each for each in plain)
    plain = "".join(each for each in plain if unicodedata.category(each) not in _UNSEEN)
    plain = _FORBIDDEN.sub("_", " ".join(plain.split())).strip(" .")
    stem, dot, extension = plain.rpartition(".")
    if not stem:
        return plain[:LENGTH]
    return f"{stem[: LENGTH - len(extension) - 1].rstrip()}{dot}{extension}"[:LENGTH]


def extension_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
