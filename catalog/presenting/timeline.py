"""What happened to a listing, as its owner's people read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from catalog.choices import RevisionState
from catalog.models import Listing, ModerationEntry, ReturnReason, Revision

_TONES = {
    ModerationEntry.Kind.SUBMITTED: "now",
    ModerationEntry.Kind.RETURNED: "bad",
    ModerationEntry.Kind.PUBLISHED: "ok",
}


@dataclass(frozen=True, slots=True)
class Happened:
    at: datetime | None
    title: str
    text: str = ""
    tone: str = ""


def entries_of(revision: Revision) -> list[ModerationEntry]:
    """Return the steps that the owner may know of, from the prefetched rows."""
    return [each for each in revision.entries.all() if each.kind in ModerationEntry.FOR_OWNERS]


def history(
    listing: Listing, revisions: list[Revision], reasons: Iterable[ReturnReason]
) -> list[Happened]:
    """Tell a listing's life from its versions, newest first."""
    names = {reason.code: reason.name for reason in reasons}
    told: list[Happened] = []
    for each in revisions:
        told.append(Happened(each.created_at, _("第 %(n)s 版开始编写") % {"n": each.number}))
        steps = entries_of(each)
        told += [_step(each, step, names) for step in steps]
        # Files of listings are published without a moderator, so no step tells of it.
        if each.state == RevisionState.APPROVED and not steps:
            title = _("第 %(n)s 版通过并发布") % {"n": each.number}
            told.append(Happened(each.decided_at, title, tone="ok"))
    if listing.archived_at:
        told.append(Happened(listing.archived_at, _("归档")))
    return sorted(told, key=_moment, reverse=True)


def _step(revision: Revision, step: ModerationEntry, names: dict[str, str]) -> Happened:
    kind = ModerationEntry.Kind(step.kind)
    words = {
        ModerationEntry.Kind.SUBMITTED: _("第 %(n)s 版提交审核"),
        ModerationEntry.Kind.WITHDRAWN: _("第 %(n)s 版已撤回"),
        ModerationEntry.Kind.RETURNED: _("第 %(n)s 版被退回"),
        ModerationEntry.Kind.ANSWERED: _("对第 %(n)s 版退回的回复"),
        ModerationEntry.Kind.PUBLISHED: _("第 %(n)s 版通过并发布"),
    }
    text = [*(names.get(code, code) for code in step.reasons), step.text]
    return Happened(
        step.at,
        words[kind] % {"n": revision.number},
        "\n".join(line for line in text if line),
        _TONES.get(kind, ""),
    )


def _moment(event: Happened) -> float:
    return event.at.timestamp() if event.at else 0
