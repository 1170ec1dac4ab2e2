"""What two answers differ in for reasons of their own, taken out before they are compared."""

import re

Noise = re.Pattern[str]

TOKENS: tuple[Noise, ...] = (
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(r'"X-CSRFToken": "[^"]*"'),
)
# The second at which each of two worlds was made, and how long ago that is.
MOMENTS: tuple[Noise, ...] = (re.compile(r"<time [^>]*>[^<]*</time>"),)
DATES: tuple[Noise, ...] = (re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d[.\d+:Z]*)?)?"),)
IDENTITIES: tuple[Noise, ...] = (
    re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    re.compile(r"(XQ|FA)-\d{4}-\d{5}"),
)
# How builders name people and organizations.
MADE_NAMES: tuple[Noise, ...] = (
    re.compile(r"person\d+@example\.com|张三\d+"),
    re.compile(r"(上海)?第\d+(智能装备有限公司|装备)"),
)


def quiet(text: str, *noise: Noise) -> str:
    """Return ``text`` without tokens, moments and what matches ``noise``."""
    for pattern in (*TOKENS, *MOMENTS, *noise):
        text = pattern.sub("", text)
    return text
