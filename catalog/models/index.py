"""What search looks things up in: words and vectors, derived from the content."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField, VectorField

from catalog.models.listings import Listing

DIMENSIONS = 384


class ListingWords(models.Model):
    """The words of a listing, segmented by the application.

    ``public`` holds summary-stage fields and serves search and facets. What is found by private
    words is matchmaking's to know, so searching never tells what a page would not.
    """

    listing = models.OneToOneField(
        Listing, on_delete=models.CASCADE, primary_key=True, related_name="words"
    )
    public = SearchVectorField(null=True)
    tokenizer_version = models.PositiveSmallIntegerField()
    content_version = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("条目词表")
        verbose_name_plural = _("条目词表")
        indexes = [
            GinIndex(fields=["public"], name="listing_words_public"),
        ]

    def __str__(self) -> str:
        return str(self.listing_id)


class EmbeddingSpace(models.Model):
    """Vectors that may be compared: one model, one preparation. Exactly one space serves."""

    code = models.SlugField(_("代码"), max_length=60, unique=True)
    model = models.CharField(_("模型"), max_length=120)
    dimensions = models.PositiveSmallIntegerField(default=DIMENSIONS)
    is_serving = models.BooleanField(_("使用中"), default=False)
    # The mean that meanings are measured from; fitted once, since stored meanings rest on it.
    centre = VectorField(dimensions=DIMENSIONS, null=True, editable=False)
    centred_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("向量空间")
        verbose_name_plural = _("向量空间")
        constraints = [
            models.UniqueConstraint(
                fields=["is_serving"],
                condition=models.Q(is_serving=True),
                name="embedding_space_one_serving",
            )
        ]

    def __str__(self) -> str:
        return self.code


class ListingVector(models.Model):
    class View(models.TextChoices):
        TITLE = "title", _("标题")
        BODY = "body", _("正文")

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="vectors")
    space = models.ForeignKey(EmbeddingSpace, on_delete=models.CASCADE)
    view = models.CharField(max_length=8, choices=View)
    content_hash = models.CharField(max_length=64)
    vector = HalfVectorField(dimensions=DIMENSIONS)

    class Meta:
        verbose_name = _("条目向量")
        verbose_name_plural = _("条目向量")
        constraints = [
            models.UniqueConstraint(fields=["listing", "space", "view"], name="listing_vector_once")
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.view}"
