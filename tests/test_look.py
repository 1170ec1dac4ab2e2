"""What the strict Content-Security-Policy and the look's own limits ask of every template."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
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


def test_the_two_dark_themes_are_one() -> None:
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text()
    asked, chosen = tokens.split("@media")[1].split(':root[data-theme="dark"]')
    pairs = [
        re.findall(r"(?m)^ +(--[\w-]+|color-scheme): (.+);$", text) for text in (asked, chosen)
    ]
    assert pairs[0]
    assert pairs[0] == pairs[1]
