"""What an answer holds, field by field. Nothing is passed through that is not declared here.

Everything is read from the same views as the pages: what a page hides from a viewer is null,
banded or absent here.
"""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matchmaking.engine.headline import Headline
from matchmaking.engine.portfolio import Label
from matchmaking.engine.results import Side, Verdict
from matchmaking.engine.weights import Criterion
from matchmaking.lists import ListState, Row
from matchmaking.pairs import Standing
from matchmaking.permissions import Viewpoint
from matchmaking.render import Speaks

# Serializers only read; DRF's generic parameter is the instance's type.
_Reads = serializers.Serializer[Any]


class Points(serializers.DecimalField):
    """Points of 100 with two decimals, as text, so that they add up exactly."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=5, decimal_places=2, **options)


class OrganizationSerializer(_Reads):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="__str__")
    is_verified = serializers.BooleanField()


class ListingSerializer(_Reads):
    id = serializers.UUIDField(source="public_id")
    code = serializers.CharField()
    url = serializers.CharField(source="get_absolute_url")


class ReasonSerializer(_Reads):
    """The engine's code, stable, and its words in the caller's language."""

    code = serializers.CharField()
    words = serializers.CharField()


class PartSerializer(_Reads):
    """One criterion. ``points`` is null for what the other side keeps to itself."""

    criterion = serializers.CharField()
    name = serializers.CharField()
    weight = serializers.IntegerField(help_text="Percent of what was asked.")
    points = Points(source="shown_points", allow_null=True)
    maximum = Points()
    is_assumed = serializers.BooleanField(
        source="assumed", help_text="Rests, at least in part, on the platform's median."
    )
    is_hidden = serializers.BooleanField(source="hidden")
    reasons = ReasonSerializer(many=True)


class ConstraintSerializer(_Reads):
    """One hard condition. ``unknown`` blocks an award, not a conversation."""

    code = serializers.CharField()
    verdict = serializers.ChoiceField(choices=[v.value for v in Verdict])
    verdict_label = serializers.CharField(source="label")
    words = serializers.CharField()


class MissingSerializer(_Reads):
    """A field nobody filled, and by how many points of 100 it would help at most."""

    side = serializers.ChoiceField(source="owner", choices=[s.value for s in Side])
    field = serializers.CharField(source="code")
    field_label = serializers.CharField(source="field")
    criterion = serializers.ChoiceField(choices=[c.value for c in Criterion])
    gain_at_most = Points(source="gain")


class TotalSerializer(_Reads):
    """A sum of points: exact, or only the band of ten when parts of it are hidden."""

    points = Points(source="shown_points", allow_null=True)
    band = serializers.CharField()


class WishesSerializer(_Reads):
    """How the need suits what the vendor wants; for the vendor alone."""

    total = TotalSerializer()
    parts = PartSerializer(many=True)


class LeadingSerializer(_Reads):
    """A reason that matters most: a hard condition or a criterion, by its code and in words."""

    code = serializers.CharField()
    name = serializers.CharField()
    speaks = serializers.ChoiceField(choices=[speaks.value for speaks in Speaks])
    words = serializers.CharField()


class HeadlineSerializer(_Reads):
    headline = serializers.ChoiceField(
        source="headline.code",
        choices=[h.value for h in Headline],
        help_text="Never strong while a hard condition is unknown.",
    )
    headline_label = serializers.CharField(source="headline.label")
    is_unsettled = serializers.BooleanField(help_text="Whether a hard condition is unknown.")
    leading = LeadingSerializer(many=True, help_text="At most three, the most telling first.")
    confidence = serializers.IntegerField(help_text="Percent of what matters that is known.")


class ScoreSerializer(HeadlineSerializer):
    """A whole explanation as the caller's side may read it."""

    total = TotalSerializer()
    parts = PartSerializer(many=True)
    constraints = ConstraintSerializer(many=True)
    missing = MissingSerializer(many=True)
    has_hidden = serializers.BooleanField()
    wishes = WishesSerializer(allow_null=True)


class MadeBySerializer(_Reads):
    """What made the score: the same three give the same score again."""

    engine = serializers.CharField(source="engine_version")
    weights = serializers.IntegerField(source="weight_set.version")
    corpus = serializers.CharField(source="corpus.fingerprint")


class MoveSerializer(_Reads):
    """Why a row stands elsewhere than its score alone would put it."""

    code = serializers.ChoiceField(choices=[label.value for label in Label])
    places = serializers.IntegerField(help_text="By how many places it moved up.")
    words = serializers.CharField()


class OfferSerializer(_Reads):
    """A solution as the need's side may read it; of a row of a list."""

    id = serializers.UUIDField(source="listing.public_id")
    code = serializers.CharField(source="listing.code")
    url = serializers.CharField(source="listing.get_absolute_url")
    title = serializers.CharField(source="other.content.title")
    organization = OrganizationSerializer()
    price = serializers.CharField(allow_null=True)
    lead_time = serializers.CharField(allow_null=True)


class DemandSerializer(_Reads):
    """A need as the vendor may read it; of a row of a list."""

    id = serializers.UUIDField(source="listing.public_id")
    code = serializers.CharField(source="listing.code")
    url = serializers.CharField(source="listing.get_absolute_url")
    title = serializers.CharField(source="other.content.title")
    organization = OrganizationSerializer(
        allow_null=True, help_text="Null while the need keeps its name to itself."
    )
    budget = serializers.CharField(allow_null=True)


class FoldedSerializer(_Reads):
    """A near-duplicate of the same vendor, held back under the row."""

    solution = OfferSerializer(source="*")
    total = TotalSerializer(source="view.total")
    move = MoveSerializer()


class SolutionRowSerializer(_Reads):
    """One solution in a need's list."""

    place = serializers.IntegerField()
    solution = OfferSerializer(source="*")
    score = ScoreSerializer(source="view")
    move = MoveSerializer(allow_null=True)
    folded = FoldedSerializer(many=True)
    made_by = MadeBySerializer(source="match")


class NeedRowSerializer(_Reads):
    """One need in a solution's list: by word and band, as on the vendor's page."""

    need = DemandSerializer(source="*")
    headline = serializers.ChoiceField(
        source="view.headline.code", choices=[headline.value for headline in Headline]
    )
    headline_label = serializers.CharField(source="view.headline.label")
    is_unsettled = serializers.BooleanField(source="view.is_unsettled")
    leading = LeadingSerializer(source="view.leading", many=True)
    band = serializers.CharField(source="view.total.band")
    confidence = serializers.IntegerField(source="view.confidence")
    wishes_headline = serializers.SerializerMethodField()
    missing = MissingSerializer(source="view.own_missing", many=True)
    made_by = MadeBySerializer(source="match")

    @extend_schema_field(OpenApiTypes.STR)
    def get_wishes_headline(self, row: Row) -> str | None:
        return row.view.wishes.total.headline.code.value if row.view.wishes else None


class _PageSerializer(_Reads):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    state = serializers.ChoiceField(
        choices=[state.value for state in ListState],
        help_text="current: made of what both sides say now; waiting: being scored again; "
        "failed: the last scoring did not finish, the rows are those of the one before.",
    )


class NeedMatchesSerializer(_PageSerializer):
    results = SolutionRowSerializer(many=True)


class SolutionMatchesSerializer(_PageSerializer):
    results = NeedRowSerializer(many=True)


class PairSerializer(_Reads):
    """One pair scored now, ranked or not: "why not this vendor?"."""

    side = serializers.ChoiceField(choices=[side.value for side in Viewpoint])
    need = ListingSerializer()
    solution = ListingSerializer()
    standing = serializers.ChoiceField(
        choices=[standing.value for standing in Standing],
        allow_null=True,
        help_text="Where the pair stands in the need's list; the vendor's side is not told.",
    )
    rank = serializers.IntegerField(allow_null=True, help_text="By rank key, from 1.")
    score = ScoreSerializer(source="view")
    made_by = MadeBySerializer()
