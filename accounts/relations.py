"""What connects two organizations that should compete: pure, over what each states of itself.

A person or a firm is compared by its name as people write it, in one spelling; addresses and
numbers exactly. A shared name is a reason to look, never a proof.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from django.db import models
from django.utils.translation import gettext_lazy as _

_NOISE = re.compile(r"[\s·.,，。、()（）\-—_]+")


class Link(models.TextChoices):
    REPRESENTATIVE = "representative", _("法定代表人相同")
    SHAREHOLDER = "shareholder", _("有共同股东")
    CROSSED = "crossed", _("一方的法定代表人是另一方的股东")
    HOLDING = "holding", _("一方是另一方的股东")
    CONTACT = "contact", _("联系方式相同")


def spelled(name: str) -> str:
    """Return ``name`` in the one spelling that names are compared in."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    # Once more: letters and accents that stood apart have become neighbours.
    return unicodedata.normalize("NFKC", _NOISE.sub("", plain))


@dataclass(frozen=True, slots=True)
class Ties:
    """What is known of one organization; every word in its compared spelling."""

    key: int
    name: str = ""
    representative: str = ""
    shareholders: frozenset[str] = field(default=frozenset())
    contacts: frozenset[str] = field(default=frozenset())

    @classmethod
    def of(
        cls,
        key: int,
        *,
        name: str,
        representative: str = "",
        shareholders: Iterable[str] = (),
        contacts: Iterable[str] = (),
    ) -> "Ties":
        return cls(
            key,
            spelled(name),
            spelled(representative),
            frozenset(filter(None, map(spelled, shareholders))),
            frozenset(each.strip().casefold() for each in contacts if each.strip()),
        )


def links(one: Ties, other: Ties) -> frozenset[Link]:
    """Return every way in which two organizations are connected; the order never matters."""
    found = {
        Link.REPRESENTATIVE: bool(one.representative)
        and one.representative == other.representative,
        Link.SHAREHOLDER: bool(one.shareholders & other.shareholders),
        Link.CROSSED: one.representative in other.shareholders
        or other.representative in one.shareholders,
        Link.HOLDING: one.name in other.shareholders or other.name in one.shareholders,
        Link.CONTACT: bool(one.contacts & other.contacts),
    }
    return frozenset(link for link, holds in found.items() if holds)


def connected(ties: Iterable[Ties]) -> dict[tuple[int, int], frozenset[Link]]:
    """Return the connected pairs among ``ties`` by their keys, the smaller key first."""
    ordered = sorted(ties, key=lambda each: each.key)
    return {
        (one.key, other.key): found
        for one, other in combinations(ordered, 2)
        if (found := links(one, other))
    }
