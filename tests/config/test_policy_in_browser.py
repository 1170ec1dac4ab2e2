"""Every page of the resolver, as each kind of user, in a browser that enforces the policy.

The table of the permission matrix says which pages there are and who sees them; Django's admin and
allauth are asked address by address. A page passes when it carries every security header, breaks
no rule of its content policy, says nothing on the console and loads all it asks for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from django.conf import settings as site
from django.contrib.auth import BACKEND_SESSION_KEY
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
)
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from config.headers import PERMISSIONS_POLICY
from tests.matrix.pages import Made, package_pages, seen_pages
from tests.matrix.roles import Role
from tests.matrix.world import World, build_world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROLES = (
    *(Role.ANONYMOUS, Role.STRANGER, Role.FACTORY_OWNER, Role.VENDOR_OWNER, Role.PARK_STAFF),
    *(Role.OFFICER, Role.PLATFORM_ADMIN),
)
# Those who meet the pages of packages: one without an account, one with, one with every right.
PACKAGES = (Role.ANONYMOUS, Role.FACTORY_OWNER, Role.PLATFORM_ADMIN)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": PERMISSIONS_POLICY,
}
DIRECTIVES = (
    *("default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'"),
    *("base-uri 'self'", "form-action 'self'", "frame-ancestors 'none'"),
)
_WITHOUT_PAGE = ("Download is starting", "ERR_HTTP_RESPONSE_CODE_FAILURE")
# The page's own script cannot reach the listener, and the policy does not apply to it.
LISTEN = """
document.addEventListener("securitypolicyviolation", event =>
  console.error(`policy broken: ${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Watch:
    """Opens pages in one context and notes what is wrong with them."""

    page: Page
    role: Role
    visited: int = 0
    found: list[str] = field(default_factory=list)
    _status: int = 0
    _path: str = ""

    def __post_init__(self) -> None:
        self._listen()

    def _listen(self) -> None:
        self.page.add_init_script(LISTEN)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._note(f"script failed: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    def visit(self, path: str) -> None:
        self._path = path
        self.visited += 1
        if path.endswith(".xml"):
            # Chromium draws these itself, with styles of its own.
            told = self.page.request.get(path)
            self._look(told.status, told.headers)
            return
        try:
            answer = self._open(path)
        except Error as error:
            # A file to keep, or a refusal without a page: their headers alone are looked at.
            if not any(reason in str(error) for reason in _WITHOUT_PAGE):
                raise
            told = self.page.request.get(path)
            self._look(told.status, told.headers)
            self._begin_anew()
        else:
            assert answer is not None
            self._look(answer.status, answer.headers)

    def _open(self, path: str) -> Response | None:
        try:
            return self.page.goto(path)
        except Error as error:
            if "interrupted by another navigation" not in str(error):
                raise
            self._begin_anew()
            return self.page.goto(path)

    def _begin_anew(self) -> None:
        """Take a fresh page: what the browser shows for a missing one comes late, over the next."""
        context = self.page.context
        self.page.close()
        self.page = context.new_page()
        self._listen()

    def _look(self, status: int, headers: Mapping[str, str]) -> None:
        if status >= 500 and not self._path.endswith("/healthz"):
            self._note(f"answered {status}")
        for name, wanted in HEADERS.items():
            if headers.get(name) != wanted:
                self._note(f"{name}: {headers.get(name)}")
        policy = headers.get("content-security-policy", "")
        rules = [rule.strip() for rule in policy.split(";")]
        if "unsafe" in policy or not set(DIRECTIVES) <= set(rules):
            self._note(f"policy: {policy}")
        if "content-security-policy-report-only" in headers:
            self._note("the policy is only reported")

    def _heard(self, message: ConsoleMessage) -> None:
        # A refused page is told on the console as well; what it loads is looked at below.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self._note(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        # What a page still asks for when the next one is opened is let go of.
        if not request.is_navigation_request() and request.failure != "net::ERR_ABORTED":
            self._note(f"not loaded: {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self._note(f"not loaded: {response.url}: {response.status}")

    def _note(self, what: str) -> None:
        self.found.append(f"{self._path} as {self.role}: {what}")


def signed_in(browser: Browser, server: LiveServer, user: User | None) -> BrowserContext:
    context = browser.new_context(base_url=server.url, locale="zh-CN")
    if user is not None:
        client = Client()
        client.force_login(user, backend=site.AUTHENTICATION_BACKENDS[1])
        assert BACKEND_SESSION_KEY in client.session
        session = client.cookies[site.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": site.SESSION_COOKIE_NAME, "value": session, "url": server.url}]
        )
    return context


@pytest.fixture
def world(settings: Settings) -> World:
    settings.EMBEDDER = "off"
    # So that the pages of the second factor open, not the one that asks for the password again.
    settings.ACCOUNT_REAUTHENTICATION_REQUIRED = False
    return build_world()


def _paths(world: World, role: Role, made: Made) -> Iterator[str]:
    yield from seen_pages(world, role, made)
    if role in PACKAGES:
        yield from package_pages(world, admin=role is Role.PLATFORM_ADMIN)
    yield from ("/admin/", "/nowhere/")


def test_no_page_breaks_the_policy_or_lacks_a_header(
    browser: Browser, live_server: LiveServer, world: World
) -> None:
    made: Made = {}
    paths_of = {role: list(_paths(world, role, made)) for role in ROLES}
    found, visited = [], 0
    for role, paths in paths_of.items():
        context = signed_in(browser, live_server, world.user(role))
        watch = Watch(context.new_page(), role)
        for path in paths:
            watch.visit(path)
        context.close()
        found += watch.found
        visited += watch.visited
    assert visited > 400
    assert not found, "\n".join(found)


def test_a_page_that_breaks_the_policy_is_noticed(
    browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context(base_url=live_server.url)
    watch = Watch(context.new_page(), Role.ANONYMOUS)

    def spoil(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        spoilt = answer.text().replace(
            "</main>", '<p style="color:red">x</p><script>1</script><img src="/gone.png"></main>'
        )
        route.fulfill(response=answer, body=spoilt)  # type: ignore[attr-defined]

    watch.page.route("**/privacy/", spoil)
    watch.visit("/privacy/")
    context.close()
    told = "\n".join(watch.found)
    assert "policy broken: style-src" in told
    assert "policy broken: script-src" in told
    assert "gone.png: 404" in told
