"""Searches that people keep: saving one, looking at what is new, forgetting it."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import record
from accounts.models import User
from accounts.permissions import require
from catalog.choices import ListingKind
from catalog.models import SavedSearch
from catalog.permissions import is_own_search


@transaction.atomic
def save_search(*, actor: Actor, kind: ListingKind, query: str, name: str) -> SavedSearch:
    """Keep a search of the actor's own; the same one again only gets the new name."""
    if actor.user is None:
        raise PermissionDenied
    # One at a time for each person, or two tabs could save more than is allowed.
    User.objects.select_for_update().get(pk=actor.user.pk)
    name = name.replace("\0", "").strip()[:80]
    if not query or not name:
        raise ValidationError(_("先搜索或筛选，再保存。"), code="empty")
    if len(query) > 2000:
        raise ValidationError(_("条件太多，请去掉一些再保存。"), code="long")
    own = SavedSearch.objects.filter(user=actor.user)
    is_known = own.filter(kind=kind, query=query).exists()
    if not is_known and own.count() >= SavedSearch.MOST:
        raise ValidationError(
            _("最多保存 %(n)s 个搜索，请先删除一些。") % {"n": SavedSearch.MOST}, code="full"
        )
    search, _created = SavedSearch.objects.update_or_create(
        user=actor.user, kind=kind, query=query, defaults={"name": name}
    )
    record(actor, "search.saved", search)
    return search


@transaction.atomic
def see_search(*, actor: Actor, search: SavedSearch) -> None:
    """Note that its owner looks now: what comes later is new."""
    require(is_own_search(actor, search))
    SavedSearch.objects.filter(pk=search.pk).update(seen_at=timezone.now())
    record(actor, "search.seen", search)


@transaction.atomic
def delete_search(*, actor: Actor, search: SavedSearch) -> None:
    require(is_own_search(actor, search))
    record(actor, "search.deleted", search)
    search.delete()
