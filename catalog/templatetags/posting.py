"""What templates ask before they offer to publish something."""

from django import template

from accounts.actors import Actor
from catalog.permissions import can_create_listing

register = template.Library()


@register.filter
def may_begin_listing(actor: object) -> bool:
    """Whether “publish” leads on: to the form, to the log-in or to one's first organization."""
    if not isinstance(actor, Actor) or actor.organization_id is None:
        return True
    return can_create_listing(actor)
