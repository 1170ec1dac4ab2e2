"""What the strict Content-Security-Policy and the look's own limits ask of every template."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static").rglob("*.css"))
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
