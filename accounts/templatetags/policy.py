"""The policy as templates ask it; a page without an actor (an error page) allows nobody."""

from django import template

from accounts import permissions
from accounts.actors import Actor

register = template.Library()


@register.filter
def can_moderate_somewhere(actor: object) -> bool:
    return isinstance(actor, Actor) and permissions.can_moderate_somewhere(actor)


@register.filter
def can_read_in_admin(actor: object) -> bool:
    return isinstance(actor, Actor) and permissions.can_read_in_admin(actor)
