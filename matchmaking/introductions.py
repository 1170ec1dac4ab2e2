"""Introductions as one side may read them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Organization
from catalog.choices import ListingState
from catalog.content import NeedContent, SolutionContent
from catalog.disclosure import BUDGET_FIELDS, Disclosed, Disclosure, disclose, is_confidential
from catalog.disclosure.contacts import Contact, disclose_contact
from catalog.models import Listing, Need, Solution
from catalog.permissions import can_see_listing
from catalog.reading import need_content, solution_content, whole_needs, whole_solutions
from catalog.wording.names import joined
from catalog.wording.stages import opened_by
from matchmaking.models import Introduction
from matchmaking.pairs import PairLook
from matchmaking.permissions import acting_side, can_begin, side_of

Side, State = Introduction.Side, Introduction.State
_REACHED = {State.ACCEPTED: Disclosure.ACCEPTED, State.AGREED: Disclosure.AGREED}
# What an introduction's own pages have room for of a confidential need.
_SHOWN = ("organization", "situation", "district", *BUDGET_FIELDS)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: titles and the other side, as far as this side may know."""

    introduction: Introduction
    side: Introduction.Side
    need: Disclosed
    other: Organization | None
    waits_for_us: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What happened, in words that name nobody who is not to be named yet."""

    at: datetime
    title: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the other side of the need reads at a stage, and whether it has come to that."""

    title: str
    fields: list[str]
    reached: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Something this side may do now, with the words that say what follows."""

    verb: str
    label: str
    question: str
    confirm: str
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    row: Row
    contact: Contact | None
    steps: list[Step]
    openings: list[Opening]
    choices: list[Choice] = field(default_factory=list)
    need_is_visible: bool = True


def of_actor(actor: Actor) -> QuerySet[Introduction]:
    return (
        Introduction.objects.visible_to(actor)
        .select_related("solution__organization", "need_contact", "solution_contact")
        .prefetch_related(
            Prefetch("need", whole_needs(Need.objects.select_related("organization")))
        )
    )


def of_need(actor: Actor, need: Listing) -> list[Introduction]:
    """Return the introductions of a need to solutions of the actor's organization."""
    own = actor.organization_id
    if own is None or own == need.organization_id:
        return []
    rows = Introduction.objects.visible_to(actor).filter(need=need.pk, solution__organization=own)
    return list(rows.select_related("solution"))


def counts(actor: Actor) -> dict[str, int]:
    rows = Introduction.objects.visible_to(actor).order_by().values("state")
    return dict(rows.annotate(n=Count("pk")).values_list("state", "n"))


def row_of(actor: Actor, introduction: Introduction) -> Row:
    side = side_of(actor, introduction)
    if side is None:
        raise LookupError("an introduction is read by its two sides")
    told = disclose(actor, introduction.need, need_content(introduction.need), shown=_SHOWN)
    other: Organization | None = introduction.solution.organization
    if side == Side.SOLUTION:
        other = introduction.need.organization if told.shows_organization else None
    return Row(introduction, side, told, other, _waits_for(introduction, side))


def _waits_for(introduction: Introduction, side: Introduction.Side) -> bool:
    if introduction.state == State.INTERESTED:
        return introduction.begun_by != side
    return introduction.state == State.ACCEPTED and introduction.confirmed_at(side) is None


def look_at(actor: Actor, introduction: Introduction) -> Look:
    """Return everything the page of an introduction shows to ``actor``'s side."""
    row = row_of(actor, introduction)
    visible = can_see_listing(actor, introduction.need) and can_see_listing(
        actor, introduction.solution
    )
    content = need_content(introduction.need)
    return Look(
        row=row,
        contact=_contact(introduction, row.side, content) if visible else None,
        steps=_steps(introduction, row.side),
        openings=_openings(introduction, content),
        choices=_choices(actor, introduction, content),
        need_is_visible=visible,
    )


def _contact(
    introduction: Introduction, side: Introduction.Side, content: NeedContent
) -> Contact | None:
    reached = _REACHED.get(State(introduction.state), Disclosure.SUMMARY)
    if side == Side.NEED:
        listing: Need | Solution = introduction.solution
        person, confidential = introduction.solution_contact, False
    else:
        listing, person = introduction.need, introduction.need_contact
        confidential = is_confidential(content)
    return disclose_contact(listing, person, reached, confidential=confidential)


def _steps(introduction: Introduction, side: Introduction.Side) -> list[Step]:
    """Tell the way so far, newest first; people are named by their side alone."""

    def who(one: str) -> str:
        return _("我方") if one == side else _("对方")

    begun_by = Side(introduction.begun_by)
    steps = [Step(introduction.begun_at, _("%(who)s表达对接意向") % {"who": who(begun_by)})]
    if introduction.accepted_at:
        title = _("%(who)s接受对接") % {"who": who(begun_by.other)}
        steps.append(Step(introduction.accepted_at, title, "ok"))
    for one in Side:
        at = introduction.confirmed_at(one)
        if at is not None:
            steps.append(Step(at, _("%(who)s确认保密约定") % {"who": who(one)}))
    if introduction.agreed_at:
        steps.append(Step(introduction.agreed_at, _("双方都已确认保密约定"), "ok"))
    if introduction.ended_at:
        words = {
            State.DECLINED: _("%(who)s婉拒"),
            State.WITHDRAWN: _("%(who)s撤回"),
        }[State(introduction.state)]
        title = words % {"who": who(introduction.ended_by)}
        steps.append(Step(introduction.ended_at, title, "bad"))
    return sorted(steps, key=lambda step: step.at, reverse=True)


def _openings(introduction: Introduction, content: NeedContent) -> list[Opening]:
    """Say stage by stage what the vendor reads of a confidential need; of an open one all."""
    reached = _REACHED.get(State(introduction.state), Disclosure.SUMMARY)
    if not is_confidential(content):
        contact = opened_by(Disclosure.ACCEPTED, budget_is_public=False)[1:2]
        return [Opening(_("双方接受后"), contact, reached >= Disclosure.ACCEPTED)]
    public = content.budget_visibility == "public"
    return [
        Opening(
            _("双方接受后"),
            opened_by(Disclosure.ACCEPTED, budget_is_public=public),
            reached >= Disclosure.ACCEPTED,
        ),
        Opening(
            _("双方确认保密约定后"),
            opened_by(Disclosure.AGREED, budget_is_public=public),
            reached >= Disclosure.AGREED,
        ),
    ]


def _choices(actor: Actor, introduction: Introduction, content: NeedContent) -> list[Choice]:
    side = acting_side(actor, introduction)
    if side is None:
        return []
    if introduction.state == State.INTERESTED and introduction.begun_by != side:
        accepting = accept_words(side, content)
        return [
            Choice("accept", _("接受对接"), accepting, _("接受")),
            Choice(
                "decline",
                _("婉拒"),
                _("对方会看到“已婉拒”，%(n)s 天内不能再次发起；不会看到其他内容。") % {"n": 30},
                _("婉拒"),
                danger=True,
            ),
        ]
    choices = []
    if introduction.state == State.ACCEPTED and introduction.confirmed_at(side) is None:
        question = confirm_words(side, content)
        choices.append(Choice("confirm", _("确认保密约定"), question, _("我方确认")))
    if introduction.is_open:
        question = _("撤回后，对方不再看到因这次对接公开的内容；已经看过的无法收回。")
        choices.append(Choice("withdraw", _("撤回对接"), question, _("撤回"), danger=True))
    return choices


def interest_words(side: Introduction.Side, content: NeedContent | None) -> str:
    """Say what the other side sees when ``side`` shows interest, and when that is accepted."""
    if side == Side.SOLUTION:
        return _(
            "对方会看到：贵企业名称和所选方案。对方接受后，双方互相看到联系人的姓名、邮箱和电话；"
            "在此之前，您看到的内容不变。"
        )
    if content is not None and is_confidential(content):
        return _("对方会看到：需求摘要，看不到贵企业名称。对方接受后会看到：%(fields)s。") % {
            "fields": joined(_accepting_opens(content))
        }
    return _("对方会看到：贵企业名称和这条需求。对方接受后，双方互相看到联系人的姓名、邮箱和电话。")


def accept_words(side: Introduction.Side, content: NeedContent) -> str:
    if side == Side.NEED and is_confidential(content):
        return _("接受后，对方会看到：%(fields)s。仅本企业可见的内容始终不公开。") % {
            "fields": joined(_accepting_opens(content))
        }
    return _("接受后，对方会看到您的姓名、邮箱和电话，您也会看到对方的。")


def confirm_words(side: Introduction.Side, content: NeedContent) -> str:
    agreement = _(
        "保密约定：因这次对接看到的内容只用于评估和洽谈本项目，不转给第三方；结束后不再使用。"
    )
    if not is_confidential(content):
        return agreement
    opened = joined(
        opened_by(Disclosure.AGREED, budget_is_public=content.budget_visibility == "public")
    )
    if side == Side.NEED:
        return agreement + _("双方都确认后，对方还会看到：%(fields)s。") % {"fields": opened}
    return agreement + _("双方都确认后，您还会看到：%(fields)s。") % {"fields": opened}


def _accepting_opens(content: NeedContent) -> list[str]:
    return opened_by(Disclosure.ACCEPTED, budget_is_public=content.budget_visibility == "public")


def own_candidates(actor: Actor, kind: type[Need] | type[Solution], catalogue_id: int) -> Any:
    """Return the actor's published listings that an introduction may be made for."""
    own = {
        "organization": actor.organization,
        "state": ListingState.PUBLISHED,
        "catalogue_id": catalogue_id,
    }
    whole: Any = (
        whole_needs(Need.objects.filter(**own))
        if kind is Need
        else whole_solutions(Solution.objects.filter(**own))
    )
    return whole.order_by("-published_at", "-pk")


def content_of(listing: Need | Solution) -> NeedContent | SolutionContent:
    return need_content(listing) if isinstance(listing, Need) else solution_content(listing)


def beginning(actor: Actor, look: PairLook) -> dict[str, Any]:
    """Return what a pair's page needs: the introduction under way, or the words to begin one."""
    side = Side(look.side.value)
    content = look.need_told.content
    if not can_begin(actor, look.need, look.solution, side):
        return {}
    under_way = Introduction.objects.visible_to(actor).open()
    found = under_way.filter(need_id=look.need.pk, solution_id=look.solution.pk).first()
    told = content if isinstance(content, NeedContent) else None
    return {"open_introduction": found, "begin_words": interest_words(side, told)}
