"""Pictures of every page of a running demo site, to be looked at one by one.

    make run                  # in another terminal
    make screenshots          # ARGS="--address http://127.0.0.1:8131 --only catalog"

Each demo account follows the links it is shown; the first address of every named page is kept in
four forms: wide and narrow, light and dark, Chinese and English. Pages nobody was led to are named.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.urls import Resolver404, get_resolver, resolve
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# As the demo data's accounts have it.
DEMO_PASSWORD = "zhipei-demo-pass"
# In the order in which they are asked: whoever comes first has its picture taken of a page.
VISITOR = ""
ACCOUNTS = (
    VISITOR,
    *("factory@example.com", "vendor@example.com", "park@example.com", "admin@example.com"),
)
# Where links alone do not lead.
BEGINNINGS = ("/", "/accounts/login/", "/accounts/signup/", "/nowhere/")
# So many addresses of one name are followed, for the links that only some of them carry.
MOST_OF_A_NAME = 3
MOST_PAGES = 400
# A link in a drawing has no text for its address, so the attribute is read.
LINKS = """links => [...new Set(links.map(a => new URL(a.getAttribute("href"), location).href))]
  .filter(href => href.startsWith(location.origin))"""
# Not pages: what is kept as a file, answers a program, or ends the session.
SKIPPED = ("api:", "_pdf", "_xlsx", "logout", "export", "picture_workbook", "attachment", "healthz")


@dataclass(frozen=True)
class Form:
    """How a page is looked at."""

    name: str
    width: int
    scheme: str
    language: str

    def options(self) -> dict[str, object]:
        return {
            "viewport": {"width": self.width, "height": 900},
            "color_scheme": self.scheme,
            "locale": self.language,
        }


FORMS = (
    Form("wide", 1366, "light", "zh-CN"),
    Form("narrow", 390, "light", "zh-CN"),
    Form("wide-dark", 1366, "dark", "zh-CN"),
    Form("narrow-dark-en", 390, "dark", "en"),
)


@dataclass
class Walk:
    """Follows links as one account and notes the first address of each name."""

    address: str
    found: dict[str, str] = field(default_factory=dict)

    def go(self, page: Page) -> None:
        waiting = list(BEGINNINGS)
        asked: dict[str, int] = {}
        seen = set(waiting)
        while waiting and sum(asked.values()) < MOST_PAGES:
            path = waiting.pop(0)
            name = name_of(path)
            if name is None or asked.get(name, 0) >= MOST_OF_A_NAME:
                continue
            asked[name] = asked.get(name, 0) + 1
            answer = page.goto(self.address + path)
            if answer is None or "text/html" not in answer.headers.get("content-type", ""):
                continue
            if answer.ok or name == NOWHERE:
                self.found.setdefault(name, path)
            for link in page.eval_on_selector_all("a[href]", LINKS):
                parts = urlsplit(link)
                following = parts.path + (f"?{parts.query}" if parts.query else "")
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)


NOWHERE = "nowhere"


def name_of(path: str) -> str | None:
    """Return the name of the page at ``path``; None for what is none."""
    try:
        name = resolve(urlsplit(path).path).view_name
    except Resolver404:
        return NOWHERE if path == "/nowhere/" else None
    return None if any(part in name for part in SKIPPED) else name


def log_in(context: BrowserContext, address: str, account: str) -> Page:
    page = context.new_page()
    if account:
        page.goto(f"{address}/accounts/login/")
        page.locator("input[name=login]").fill(account)
        page.locator("input[name=password]").fill(DEMO_PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/accounts/login/" not in url)
    return page


def take(browser: Browser, address: str, folder: Path, only: str) -> set[str]:
    """Take all pictures; return the names of the pages that have one."""
    taken: dict[str, tuple[str, str]] = {}
    for account in ACCOUNTS:
        with browser.new_context(locale="zh-CN") as context:
            walk = Walk(address)
            walk.go(log_in(context, address, account))
        for name, path in walk.found.items():
            taken.setdefault(name, (account, path))
    for form in FORMS:
        for account in ACCOUNTS:
            chosen = [
                (name, path)
                for name, (who, path) in sorted(taken.items())
                if who == account and only in name
            ]
            if chosen:
                _shoot(browser, form, folder, address, account, chosen)
    return set(taken)


def _shoot(
    browser: Browser,
    form: Form,
    folder: Path,
    address: str,
    account: str,
    chosen: list[tuple[str, str]],
) -> None:
    with browser.new_context(**form.options()) as context:  # type: ignore[arg-type]
        page = log_in(context, address, account)
        for name, path in chosen:
            page.goto(address + path)
            page.wait_for_load_state("networkidle")
            file = folder / f"{name.replace(':', '-')}.{form.name}.png"
            page.screenshot(path=file, full_page=True)
            say(file.name)


def named_pages() -> Iterator[str]:
    """Return the names of all addresses but those that are never a page."""

    def names(resolver: object, space: str) -> Iterator[str]:
        for each in getattr(resolver, "url_patterns", ()):
            inner = getattr(each, "namespace", None)
            if hasattr(each, "url_patterns"):
                yield from names(each, f"{space}{inner}:" if inner else space)
            elif each.name:
                yield f"{space}{each.name}"

    return (
        name
        for name in names(get_resolver(), "")
        if not any(part in name for part in (*SKIPPED, "admin:"))
    )


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--folder", type=Path, default=Path("var/screenshots"))
    parser.add_argument("--only", default="", help="pages with this in their name")
    asked = parser.parse_args()
    django.setup()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        taken = take(browser, asked.address, asked.folder, asked.only)
    say("without a picture: " + " ".join(sorted(set(named_pages()) - taken)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
