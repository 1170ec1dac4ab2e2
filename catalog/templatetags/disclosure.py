"""What templates may say of rows that no view model stands before."""

from django import template

from catalog.disclosure import told_place as place_of
from catalog.models import Need

register = template.Library()


@register.filter
def told_place(need: Need) -> str:
    """Say where a need lies as anybody may read it; empty while that is nothing."""
    place = place_of(need)
    return str(place) if place is not None else ""
