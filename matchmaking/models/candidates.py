"""What recall and scoring read instead of the content: narrow rows derived from it.

The content is the truth. These rows exist for published listings only, are written by
`matchmaking.services.indexing` and may be thrown away and rebuilt at any time.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField, HnswIndex

from catalog.choices import ListingKind
from catalog.models import DIMENSIONS, Catalogue, Listing

_SOLUTIONS = Q(kind=ListingKind.SOLUTION)
# Scalar columns that a must may ask about, and those that hold codes.
SCALAR_FILTERS = (
    "price_low",
    "lead_time_low",
    "domestic_share",
    "response_hours",
    "on_site",
    "vendor_district",
)
CODE_FILTERS = ("scenarios", "project_types", "integration_forms", "case_industries")
# A case whose industry is not stated: it shows that there are cases, and none in an industry.
NO_INDUSTRY = "-"


def _codes() -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=60), default=list)


class Candidate(models.Model):
    """A published listing as recall finds it: what it means, and what a must can be held against.

    A null column or an empty list is unknown, as everywhere.
    """

    listing = models.OneToOneField(
        Listing, on_delete=models.CASCADE, primary_key=True, related_name="candidate"
    )
    kind = models.CharField(max_length=10, choices=ListingKind)
    catalogue = models.ForeignKey(
        Catalogue, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    # Plain numbers: nothing is ever joined through them.
    organization_id = models.BigIntegerField()
    space_id = models.BigIntegerField(null=True)
    content_version = models.PositiveIntegerField()
    # What the row was made from (services/indexing): while it is the same, nothing is written.
    basis = models.CharField(max_length=32)
    meaning = HalfVectorField(dimensions=DIMENSIONS, null=True)
    price_low = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    lead_time_low = models.PositiveSmallIntegerField(null=True)
    domestic_share = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    response_hours = models.PositiveIntegerField(null=True)
    on_site = models.BooleanField(null=True)
    vendor_district = models.CharField(max_length=60, null=True)  # noqa: DJ001 - null: unknown
    scenarios = _codes()
    project_types = _codes()
    integration_forms = _codes()
    case_industries = _codes()

    class Meta:
        verbose_name = _("候选条目")
        verbose_name_plural = _("候选条目")
        indexes = [
            models.Index(fields=["catalogue", "kind", "listing"], name="candidate_hall"),
            *(
                # A graph a kind: a search wants one kind only, and would throw the other away.
                HnswIndex(
                    name=f"candidate_{kind}_meaning",
                    fields=["meaning"],
                    condition=Q(kind=kind),
                    m=16,
                    ef_construction=64,
                    opclasses=["halfvec_ip_ops"],
                )
                for kind in ListingKind.values
            ),
            *(
                models.Index(fields=[column], condition=_SOLUTIONS, name=f"candidate_{column}")
                for column in SCALAR_FILTERS
            ),
            *(
                GinIndex(fields=[column], condition=_SOLUTIONS, name=f"candidate_{column}")
                for column in CODE_FILTERS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.listing_id}"


class PackedFacts(models.Model):
    """The facts of a published listing as the engine takes them, in few bytes (facts/packing.py).

    The three parts lie in one row that stays on one page: a few hundred of them are read for
    every need. See the migration for how they are stored.
    """

    listing = models.OneToOneField(
        Listing, on_delete=models.CASCADE, primary_key=True, related_name="packed_facts"
    )
    kind = models.CharField(max_length=10, choices=ListingKind)
    content_version = models.PositiveIntegerField()
    # Of the three parts: equal digests mean equal facts, so a worker may keep what it decoded.
    digest = models.BigIntegerField()
    facts = models.BinaryField()
    profile = models.BinaryField()
    vectors = models.BinaryField()

    class Meta:
        verbose_name = _("事实包")
        verbose_name_plural = _("事实包")

    def __str__(self) -> str:
        return f"{self.kind} {self.listing_id}"


class Posting(models.Model):
    """One telling word (or scenario) of a published listing, found by how much it tells there.

    The primary key is all of the row, so reading a term's heaviest listings touches the index
    only. ``term`` is a hash of catalogue, kind and word: two words may share one, which adds a
    few strangers to a list of candidates and is told apart by the score.
    """

    pk = models.CompositePrimaryKey("term", "impact", "listing")
    term = models.IntegerField()
    impact = models.IntegerField()
    # No constraint: it would be checked forty times a listing, and rebuilding is always possible.
    listing = models.ForeignKey(
        Listing, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )

    class Meta:
        verbose_name = _("召回词条")
        verbose_name_plural = _("召回词条")

    def __str__(self) -> str:
        return f"{self.term} {self.impact} {self.listing_id}"


class WordStatistics(models.Model):
    """In how many listings of a catalogue a word occurs; pinned, so nothing counts at query time.

    ``frequencies`` is a count-min sketch, see recall/statistics.py.
    """

    catalogue = models.OneToOneField(
        Catalogue, on_delete=models.CASCADE, primary_key=True, related_name="word_statistics"
    )
    version = models.PositiveIntegerField(default=1)
    documents = models.PositiveIntegerField()
    frequencies = models.BinaryField()
    counted_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("词频统计")
        verbose_name_plural = _("词频统计")
        ordering: ClassVar[list[str]] = ["catalogue"]

    def __str__(self) -> str:
        return f"{self.catalogue_id} v{self.version}"
