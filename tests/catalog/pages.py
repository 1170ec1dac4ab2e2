"""What the tests of the catalog's pages share."""

from collections.abc import Mapping
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.actors import ANONYMOUS, Actor
from catalog.models import Listing


def client_of(actor: Actor = ANONYMOUS) -> Client:
    client = Client()
    if actor.user is not None:
        client.force_login(actor.user)
    return client


def status(url: str, actor: Actor = ANONYMOUS) -> int:
    return client_of(actor).get(url).status_code


def text_of(url: str, actor: Actor = ANONYMOUS, params: Mapping[str, Any] | None = None) -> str:
    response = client_of(actor).get(url, params or {})
    assert response.status_code == 200
    return response.content.decode()


def context_of(
    name: str, actor: Actor = ANONYMOUS, params: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what a hall gives its template."""
    response = client_of(actor).get(reverse(f"catalog:{name}"), params or {})
    assert response.status_code == 200
    return {key: response.context[key] for key in ("cards", "facets", "chips", "page", "total")}


def titles(context: Mapping[str, Any]) -> list[str]:
    return [card.title for card in context["cards"]]


def counts(context: Mapping[str, Any], facet: str) -> dict[str, int]:
    """Return the counts of one facet by code; empty when the facet is not offered."""
    return {
        option.value: option.count
        for each in context["facets"]
        if each.name == facet
        for group in each.groups
        for option in group.options
    }


def url_of(listing: Listing) -> str:
    return reverse(f"catalog:{listing.kind}_detail", args=[listing.public_id])
