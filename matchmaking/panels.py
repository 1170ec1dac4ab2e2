"""What this app shows on the pages of the apps below it."""

from django.urls import reverse

from accounts.actors import Actor
from accounts.models import Park
from accounts.panels import Context
from catalog.models import Listing
from catalog.wording.names import Names
from matchmaking.introductions import of_need
from matchmaking.pictures import PICTURES


def park(_actor: Actor, shown: Park) -> Context:
    """Which scenarios the park's organizations offer and ask for, as the public may see it."""
    address = reverse("matchmaking:picture", args=["park"])
    return {
        "picture": PICTURES["park"].make({"park": shown.code}, Names.load()),
        "href": f"{address}?park={shown.code}",
        "code": shown.code,
    }


def need(actor: Actor, listing: Listing) -> Context:
    """How far the viewer's organization has come with somebody else's need."""
    return {"introductions": of_need(actor, listing)}
