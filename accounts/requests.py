"""What ActorMiddleware adds to a request, in types."""

from django.http import HttpRequest

from accounts.actors import Actor
from accounts.models import Membership


class ActorRequest(HttpRequest):
    """Every request that reaches a view carries who acts; views annotate it with this class."""

    actor: Actor
    memberships: list[Membership]
