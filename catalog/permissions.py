"""Who may do what with a listing. Roles come from accounts; nothing else decides."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from accounts.actors import Actor
from accounts.models import Organization, Park
from accounts.permissions import can_edit_for, is_member_of, moderates, overseen
from catalog.choices import ListingState

if TYPE_CHECKING:
    from catalog.models import Listing, SavedSearch


def can_create_listing(actor: Actor) -> bool:
    return actor.is_system or (
        actor.organization_id is not None and can_edit_for(actor, actor.organization_id)
    )


def can_edit_listing(actor: Actor, listing: "Listing") -> bool:
    return actor.is_system or can_edit_for(actor, listing.organization_id)


def can_moderate_listing(actor: Actor, listing: "Listing") -> bool:
    return moderates(actor, listing.organization)


def can_take_over_claim(actor: Actor) -> bool:
    """Take a submission from whoever is working on it."""
    return actor.is_platform_admin


def can_decide_escalated(actor: Actor) -> bool:
    """Decide a submission that its moderators passed on."""
    return actor.is_platform_admin


def can_see_unpublished(actor: Actor, listing: "Listing") -> bool:
    return is_member_of(actor, listing.organization_id) or can_moderate_listing(actor, listing)


def can_see_listing(actor: Actor, listing: "Listing") -> bool:
    shown = listing.state == ListingState.PUBLISHED and listing.organization.suspended_at is None
    return shown or actor.is_platform_admin or can_see_unpublished(actor, listing)


def can_see_matches(actor: Actor, listing: "Listing") -> bool:
    """A side's list is its own: members of the owning organization and platform admins."""
    return is_member_of(actor, listing.organization_id) or actor.is_platform_admin


def can_request_scoring(actor: Actor, listing: "Listing") -> bool:
    return actor.is_platform_admin or can_edit_listing(actor, listing)


def shown_listings(prefix: str = "") -> Q:
    """Return the condition under which everybody may know that a listing exists."""
    return Q(
        **{
            f"{prefix}state": ListingState.PUBLISHED,
            f"{prefix}organization__suspended_at__isnull": True,
        }
    )


def visible_listings(actor: Actor, prefix: str = "") -> Q:
    """Return the condition under which ``actor`` may know that a listing exists."""
    if actor.is_system or actor.is_platform_admin:
        return Q()
    visible = shown_listings(prefix)
    if actor.organization_id is not None:
        visible |= Q(**{f"{prefix}organization_id": actor.organization_id})
    if actor.park_ids:
        visible |= Q(**{f"{prefix}organization__park_id__in": actor.park_ids}) & ~Q(
            **{f"{prefix}state": ListingState.DRAFT}
        )
    return visible


def is_private_side(actor: Actor, listing: "Listing") -> bool:
    """Whether owner-only fields of ``listing`` may be shown: to the owner's people alone."""
    return actor.is_system or is_member_of(actor, listing.organization_id)


def can_see_drafts(actor: Actor, listing: "Listing") -> bool:
    """Whether ``actor`` may read words that were never submitted."""
    return actor.is_platform_admin or is_private_side(actor, listing)


def can_see_viewers(actor: Actor, listing: "Listing") -> bool:
    """Who looked at a listing is its owner's to know."""
    return is_member_of(actor, listing.organization_id)


def can_let_in(actor: Actor, listing: "Listing", organization: Organization) -> bool:
    """Let ``organization`` read more of ``listing``, or less again.

    Whoever acts for either side: that both agreed is what an introduction establishes first.
    """
    return (
        actor.is_system
        or can_edit_for(actor, listing.organization_id)
        or can_edit_for(actor, organization.pk)
    )


def can_seek_introduction(actor: Actor, listing: "Listing") -> bool:
    """Approach the other side of ``listing`` on behalf of one's own organization."""
    return (
        listing.state == ListingState.PUBLISHED
        and not listing.catalogue.is_external
        and actor.organization_id is not None
        and actor.organization_id != listing.organization_id
        and can_edit_for(actor, actor.organization_id)
    )


def can_ask_for_proof(actor: Actor, organization: Organization) -> bool:
    """Have its facts, a certificate or a case checked, or a customer asked about a case."""
    return can_edit_for(actor, organization.pk)


def can_decide_proof(actor: Actor, organization: Organization) -> bool:
    return moderates(actor, organization)


def can_see_proofs(actor: Actor, organization: Organization) -> bool:
    """What an organization sent to be checked: its own people's, and those who check it."""
    return is_member_of(actor, organization.pk) or moderates(actor, organization)


def can_answer_confirmation(actor: Actor, customer: Organization) -> bool:
    """Speak for the customer of a case. An unchecked organization's word proves nothing."""
    return customer.is_verified and can_edit_for(actor, customer.pk)


def can_see_confirmation(actor: Actor, vendor_id: int, customer_id: int) -> bool:
    """The two sides: the vendor that asked and the customer that was named."""
    return is_member_of(actor, vendor_id) or is_member_of(actor, customer_id)


def can_report(actor: Actor, organization: Organization) -> bool:
    """Say that something is wrong with what others show: every reader, never of one's own."""
    return not is_member_of(actor, organization.pk)


def can_decide_report(actor: Actor, organization: Organization) -> bool:
    return moderates(actor, organization)


def can_record_mandate(actor: Actor, organization: Organization) -> bool:
    """Write down what a company allowed, and write needs for it: those who check it."""
    return moderates(actor, organization)


def can_revoke_mandate(actor: Actor, organization: Organization) -> bool:
    return can_edit_for(actor, organization.pk) or moderates(actor, organization)


def can_import_listings(actor: Actor) -> bool:
    """Files of listings skip moderation, so only the platform itself loads them."""
    return actor.is_system or actor.is_platform_admin


def moderated_revisions(actor: Actor) -> Q:
    """Return the condition under which ``actor`` may decide a revision: ``moderates`` for many."""
    return overseen(actor, "listing__organization__")


def overseen_proofs(actor: Actor) -> Q:
    """Return the condition under which ``actor`` may decide a request: ``moderates`` for many."""
    return overseen(actor, "organization__")


def overseen_reports(actor: Actor) -> Q:
    """Return the condition under which ``actor`` may decide a report: ``moderates`` for many."""
    return overseen(actor, "organization__")


def is_own_search(actor: Actor, search: "SavedSearch") -> bool:
    """A saved search is the person's own, whatever organization they act for."""
    return search.user_id == actor.user_id


def own_searches(actor: Actor) -> Q:
    """Return the condition under which a search is ``actor``'s: ``is_own_search`` for many."""
    return Q(user_id=actor.key)


def decisions_in_parks(actor: Actor) -> Q:
    """Return the condition under which a decision counts in the figures that ``actor`` reads."""
    return Q() if actor.is_platform_admin else Q(park__in=actor.park_ids)


def moderated_parks(actor: Actor) -> QuerySet[Park]:
    """Return the parks whose figures ``actor`` may read: one's own, all for the platform."""
    if actor.is_platform_admin:
        return Park.objects.all()
    return Park.objects.filter(pk__in=actor.park_ids)
