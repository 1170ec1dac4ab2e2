"""What the strict Content-Security-Policy and the look's own limits ask of every template."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static").rglob("*.css"))
ENGLISH = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
MOST_CSS = 40 * 1024


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_inline_style_script_or_handler(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\sstyle\s*=", source)
    assert "<style" not in source
    assert not re.search(r"<[^>]*\son\w+\s*=", source)
    for tag in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in tag or "application/json" in tag


def test_the_styles_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in STYLES) <= MOST_CSS


def _names(file: str) -> set[str]:
    text = (ROOT / "static" / "css" / file).read_text()
    return set(re.findall(r"(?m)^ +(--[\w-]+):", text))


def test_dark_colours_stand_for_light_ones() -> None:
    assert _names("dark.css")
    assert _names("dark.css") <= _names("tokens.css")


def test_every_name_that_styles_use_is_defined() -> None:
    used = {name for path in STYLES for name in re.findall(r"var\((--[\w-]+)", path.read_text())}
    assert used <= _names("tokens.css")


# Written by Django's forms, by drawing.py as fill-{tone}, and by htmx.
WRITTEN_ELSEWHERE = {"nonfield", "htmx-request"}


def _styled() -> set[str]:
    found: set[str] = set()
    for path in STYLES:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        for selectors in re.findall(r"([^{}]+)\{", text):
            found |= set(re.findall(r"\.([a-zA-Z][\w-]*)", selectors))
    return found


def _written_in_templates() -> set[str]:
    """Whole names only: what a variable completes is looked at from the styles' side."""
    found: set[str] = set()
    for path in TEMPLATES:
        # The pages of Django's admin wear its own styles.
        if path.relative_to(ROOT / "templates").parts[0] == "admin":
            continue
        text = re.sub(r"\{%.*?%\}", " ", re.sub(r"\{\{.*?\}\}", "\0", path.read_text()))
        for names in re.findall(r'class="([^"]*)"', text):
            found |= {name for name in names.split() if "\0" not in name}
    return found


def test_every_class_of_a_template_is_styled() -> None:
    # A fragment's prefix is completed by a tag: fill-{% ... %}.
    named = {name for name in _written_in_templates() if not name.endswith("-")}
    assert named - _styled() == set()


def test_every_style_is_worn_somewhere() -> None:
    sources = [
        *TEMPLATES,
        *(ROOT / "static").rglob("*.js"),
        *(
            path
            for app in ("accounts", "catalog", "matchmaking")
            for path in (ROOT / app).rglob("*.py")
        ),
    ]
    words = set(re.findall(r"[a-zA-Z][\w-]*", "\n".join(path.read_text() for path in sources)))
    unworn = _styled() - words - WRITTEN_ELSEWHERE
    assert {name for name in unworn if not name.startswith("fill-")} == set()


CHINESE_BESIDE_ASCII = re.compile(r"[\u4e00-\u9fff][,;:!?()][ ]?[\u4e00-\u9fff]")


def test_chinese_words_are_parted_by_chinese_marks() -> None:
    with ENGLISH.open("rb") as stream:
        said = [message.id for message in read_po(stream) if isinstance(message.id, str)]
    assert len(said) > 500
    assert [text for text in said if CHINESE_BESIDE_ASCII.search(text)] == []
