"""All checks of one submission: reads what they need, then asks each of them."""

from django.db.models import Aggregate, FloatField
from django.utils import timezone

from accounts.actors import ANONYMOUS, Actor
from catalog.checks.amounts import Common, amounts
from catalog.checks.contacts import contacts, masked
from catalog.checks.duplicates import (
    SAME_MEANING,
    SAME_WORDS,
    by_words,
    duplicates,
    neighbour_source,
)
from catalog.checks.evidence import case_evidence, certification_evidence
from catalog.checks.findings import Finding, FindingCode, Severity
from catalog.checks.forbidden import Forbidden, forbidden_words
from catalog.checks.risk import disclosure_changed, standing
from catalog.checks.texts import free_texts
from catalog.choices import ListingState, RevisionState
from catalog.content import Content, NeedContent, SolutionContent
from catalog.disclosure import disclose, public_text
from catalog.models import ForbiddenWord, Listing, Need, Revision
from catalog.reading import live_content, revision_content
from catalog.search.query import holding_all
from catalog.search.tokens import words

_COMPARED = 20
_TITLE_WORDS = 8
_ORDER = {severity: place for place, severity in enumerate(Severity)}


def check_content(listing: Listing, content: Content) -> list[Finding]:
    """Return everything the checks notice in ``content`` as the next version of ``listing``."""
    # Nobody looks at these: nothing of them is shown.
    public = disclose(ANONYMOUS, listing, content, shown=()).content
    texts = list(free_texts(public))
    found = [
        *_contacts(texts),
        *forbidden_words(texts, _forbidden()),
        *_duplicates(listing, content),
        *amounts(content, _common(listing, content)),
        *_standing(listing, content),
    ]
    if isinstance(content, SolutionContent):
        found += case_evidence(content)
        found += certification_evidence(content, timezone.localdate())
    hidden = disclose(_staff_of(listing), listing, content, shown=()).hidden
    marked = [
        Finding(each.code, each.severity, each.field, each.data, private=each.field in hidden)
        for each in found
    ]
    return sorted(marked, key=lambda each: _ORDER[each.severity])


def _staff_of(listing: Listing) -> Actor:
    """Somebody who moderates the listing and belongs to nobody: what may moderators read?"""
    park = listing.organization.park_id
    return Actor(park_ids=frozenset({park})) if park is not None else ANONYMOUS


def _contacts(texts: list[tuple[str, str]]) -> list[Finding]:
    return [
        Finding(
            FindingCode.CONTACT,
            Severity.SERIOUS,
            field,
            {"kind": contact.kind.value, "excerpt": masked(contact)},
        )
        for field, text in texts
        for contact in contacts(text)
    ]


def _forbidden() -> list[Forbidden]:
    rows = ForbiddenWord.objects.filter(retired=False).values_list("name_zh", "harmless_in")
    return [Forbidden(word, tuple(harmless)) for word, harmless in rows]


def _standing(listing: Listing, content: Content) -> list[Finding]:
    organization = listing.organization
    before = live_content(listing) if listing.published_at is not None else None
    published = before is not None or (
        Listing.objects.filter(organization=organization, published_at__isnull=False).exists()
    )
    return [
        *disclosure_changed(before, content),
        *standing(verified=organization.is_verified, published_before=published),
    ]


class _Quartile(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def _common(listing: Listing, content: Content) -> Common | None:
    """Return what published needs of the same project type say, as quartiles."""
    if not isinstance(content, NeedContent) or not content.project_type:
        return None
    rows = Need.objects.filter(
        state=ListingState.PUBLISHED,
        catalogue=listing.catalogue_id,
        project_type__code=content.project_type,
        budget_high__gt=0,
    ).exclude(pk=listing.pk)
    count = rows.count()
    if not count:
        return None
    found = rows.aggregate(
        lower=_Quartile("budget_high", share="0.25"), upper=_Quartile("budget_high", share="0.75")
    )
    return Common(count, found["lower"], found["upper"])


def _duplicates(listing: Listing, content: Content) -> list[Finding]:
    near = neighbour_source(listing, content)
    if near is not None:
        codes = dict(
            Listing.objects.filter(pk__in=[each.listing_id for each in near]).values_list(
                "pk", "code"
            )
        )
        return duplicates(near, codes, least=SAME_MEANING, by="meaning")
    others = _texts_like(listing, content)
    codes = {pk: code for pk, (code, _text) in others.items()}
    texts = {pk: text for pk, (_code, text) in others.items()}
    near = by_words("\n".join(public_text(content)), texts)
    return duplicates(near, codes, least=SAME_WORDS, by="words")


def _texts_like(listing: Listing, content: Content) -> dict[int, tuple[str, str]]:
    """Return code and public text of listings whose title has the words of this one's.

    Only those that every moderator of this listing may see: published ones, and what the same
    organization has submitted.
    """
    same = Listing.objects.filter(catalogue=listing.catalogue_id, kind=listing.kind).exclude(
        pk=listing.pk
    )
    asked = list(dict.fromkeys(words(content.title)))[:_TITLE_WORDS]
    found: dict[int, tuple[str, str]] = {}
    if asked:
        published = holding_all(same.filter(state=ListingState.PUBLISHED), asked)
        for row in published[:_COMPARED]:
            found[row.pk] = (row.code, "\n".join(public_text(live_content(row))))
    waiting = Revision.objects.filter(
        listing__in=same.filter(organization=listing.organization_id),
        state=RevisionState.SUBMITTED,
    ).select_related("listing")
    for revision in waiting[:_COMPARED]:
        text = "\n".join(public_text(revision_content(revision)))
        found[revision.listing_id] = (revision.listing.code, text)
    return found
