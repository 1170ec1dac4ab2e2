"""The demo site's pages that people open most, and whom they are opened by."""

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from catalog.choices import ListingState
from catalog.demo import load_demo
from catalog.demo_files import read_demo
from catalog.models import Need, Solution
from matchmaking.services import score_listing
from tests.builders import make_vocabulary, restore_migrated_rows


def demo_pages() -> dict[str, tuple[str, str]]:
    """Load the demo site: the address of each page, and as whom it is opened."""
    restore_migrated_rows()
    make_vocabulary()
    load_demo(read_demo())
    owner, park = "steel@example.com", "park@example.com"
    need = Need.objects.get(external_id="demo:hugang-arc")
    # A solution is a candidate once it was scored itself.
    for listing in (*Solution.objects.filter(state=ListingState.PUBLISHED), need):
        score_listing(listing_id=listing.pk)
    assert need.matches.filter(in_need_list=True).count() > 1
    solution = Solution.objects.filter(state="published", cases__isnull=False).earliest("pk")
    facets = "industry=C36&scenario=inline_inspection"
    return {
        "home": ("/", ""),
        "needs hall": (f"/needs/?{facets}", ""),
        "solutions hall": (f"/solutions/?{facets}", ""),
        "need": (need.get_absolute_url(), owner),
        "solution": (solution.get_absolute_url(), owner),
        "organization": (solution.organization.get_absolute_url(), ""),
        "matches": (reverse("matchmaking:need_matches", args=[need.public_id]), owner),
        "moderation": (reverse("catalog:moderation_queue"), park),
    }


def context_of(browser: Browser, server: LiveServer, email: str, **more: object) -> BrowserContext:
    context = browser.new_context(
        base_url=server.url,
        bypass_csp=True,
        locale="zh-CN",
        **more,  # type: ignore[arg-type]
    )
    if email:
        client = Client()
        client.force_login(User.objects.get(email=email))
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}]
        )
    return context
