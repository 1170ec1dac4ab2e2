"""A world in which every confidential field carries a token that stands nowhere else."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.actors import Actor, actor_for
from accounts.models import Membership, Organization, Park, Restriction, User
from accounts.services import add_restriction, invite, request_to_join, verify_organization
from catalog.choices import AttachmentKind, FileFormat, ListingKind, ProofSubject
from catalog.models import (
    Attachment,
    Listing,
    Need,
    ProofFile,
    ProofRequest,
    Revision,
    Solution,
    StoredFile,
)
from catalog.services import (
    answer_return,
    archive_listing,
    create_listing,
    escalate_revision,
    publish_revision,
    return_revision,
    submit_listing,
    update_draft,
)
from catalog.services.searches import save_search
from matchmaking.models import Introduction
from matchmaking.services import introductions, score_listing
from tests.builders import (
    make_district,
    make_district_officer,
    make_member,
    make_organization,
    make_park,
    make_park_staff,
    make_platform_admin,
    make_user,
    make_vocabulary,
    restore_migrated_rows,
)
from tests.leak.secrets import Secrets
from tests.leak.viewers import (
    AT_ACCEPTED,
    AT_AGREED,
    CHECKED,
    MODERATORS,
    OWNER_ONLY,
    PLATFORM,
    VENDORS,
    Viewer,
)

V = Viewer
NEED: dict[str, Any] = {
    "scenarios": ["inline_inspection"],
    "industry": "C36",
    "project_type": "vision_inspection",
    "district": "jinshan",
    "confidentiality": "confidential",
}


@dataclass
class World:
    secrets: Secrets
    park: Park
    factory: Organization
    people: dict[Viewer, User] = field(default_factory=dict)
    needs: dict[str, Listing] = field(default_factory=dict)
    solutions: dict[Viewer, Listing] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)

    def actor(self, viewer: Viewer) -> Actor:
        return actor_for(self.people[viewer])


def build_world() -> World:
    restore_migrated_rows()
    make_vocabulary()
    secrets = Secrets()
    park = make_park(district=make_district())
    factory = make_organization(
        park=park,
        legal_name=f"上海{secrets.word('the factory, a public profile', Viewer)}制造有限公司",
        legal_representative=secrets.word("legal representative", PLATFORM),
        shareholders=secrets.word("shareholders", PLATFORM),
        short_name="",
    )
    world = World(secrets, park, factory)
    _people(world)
    _factory_papers(world)
    _needs(world)
    _vendors(world)
    _introductions(world)
    _attachments(world)
    for listing in (*world.needs.values(), *world.solutions.values()):
        score_listing(listing_id=listing.pk)
    return world


def _people(world: World) -> None:
    secrets = world.secrets
    owner = make_user(
        # Its park writes to an organization that it checks, and reads who handed something in.
        email=f"{secrets.word('contact e-mail', AT_ACCEPTED)}@example.com",
        phone=secrets.phone("contact phone", AT_ACCEPTED - {V.PARK}),
        display_name=secrets.word("contact name", AT_ACCEPTED | {V.INVITED}),
    )
    make_member(world.factory, owner)
    colleague = make_user(
        email=f"{secrets.word('colleague e-mail', PLATFORM)}@example.com",
        phone=secrets.phone("colleague phone", {V.ADMIN}),
        display_name=secrets.word("colleague name", PLATFORM),
    )
    make_member(world.factory, colleague, role=Membership.Role.VIEWER)
    world.people = {
        V.OWNER: owner,
        V.STRANGER: make_user(),
        V.MEMBER: make_member(make_organization(park=make_park())).user,
        V.PARK: make_park_staff(world.park).user,
        V.OTHER_PARK: make_park_staff().user,
        V.OFFICER: make_district_officer(world.park.district).user,
        V.CLERK: make_user(is_staff=True),
        V.ADMIN: make_platform_admin(),
    }


def _factory_papers(world: World) -> None:
    """What an organization keeps beside its listings."""
    secrets, owner = world.secrets, world.actor(V.OWNER)
    add_restriction(
        actor=owner,
        organization=world.factory,
        other=make_organization(),
        kind=Restriction.Kind.BLACKLIST,
        note=secrets.word("restriction note", OWNER_ONLY),
    )
    invite(
        actor=owner,
        organization=world.factory,
        email=f"{secrets.word('invited e-mail', PLATFORM)}@example.com",
        role=Membership.Role.EDITOR,
        link_base="http://testserver",
    )
    request_to_join(
        actor=actor_for(make_user(email=f"{secrets.word('asking e-mail', PLATFORM)}@example.com")),
        organization=world.factory,
        message=secrets.word("join request message", PLATFORM),
    )
    save_search(
        actor=owner,
        kind=ListingKind.SOLUTION,
        query=f"q={secrets.word('saved search query', OWNER_ONLY)}",
        name=secrets.word("saved search name", OWNER_ONLY),
    )
    verify_organization(
        actor=world.actor(V.PARK),
        organization=world.factory,
        checks=["registry"],
        note=secrets.word("verification note", MODERATORS),
        facts_version=world.factory.facts_version,
    )


def _words(world: World, what: str, readers: frozenset[Viewer], **more: Any) -> dict[str, Any]:
    """Return content of a confidential need whose own words only ``readers`` may read."""
    secrets = world.secrets
    return {
        **NEED,
        "title": f"缸体检测改造 {what}",
        "situation": f"现状 {secrets.word(f'{what}: situation', readers)}",
        "goal": secrets.word(f"{what}: goal", readers),
        "decision_date": secrets.day(f"{what}: decision date", readers).isoformat(),
        "wanted_start": secrets.day(f"{what}: wanted start", readers).isoformat(),
        "wanted_end": secrets.day(f"{what}: wanted end", readers).isoformat(),
        "parameters": [
            {
                "parameter": "vision_inspection.existing_mes",
                "text": secrets.word(f"{what}: parameter", readers),
            }
        ],
        **(
            _private_money(world, what, readers)
            if more.get("budget_visibility") != "public"
            else {}
        ),
        **more,
    }


def _private_money(world: World, what: str, readers: frozenset[Viewer]) -> dict[str, Any]:
    """Return what an owner says of money for the matching alone."""
    secrets = world.secrets
    requirement = secrets.amount(f"{what}: budget requirement", OWNER_ONLY, 4)
    return {
        "requirements": [
            {
                "level": "should",
                "kind": "text",
                "text": secrets.word(f"{what}: requirement", readers),
            },
            {"level": "should", "kind": "budget_max", "number": str(requirement)},
        ],
        "budget_low": str(secrets.amount(f"{what}: budget low", OWNER_ONLY, 2)),
        "budget_high": str(secrets.amount(f"{what}: budget high", OWNER_ONLY, 4)),
    }


def _draft(world: World, payload: dict[str, Any]) -> Revision:
    return create_listing(
        actor=world.actor(V.OWNER),
        kind=ListingKind.NEED,
        organization=world.factory,
        payload=payload,
    )


def _submitted(world: World, payload: dict[str, Any]) -> Revision:
    draft = _draft(world, payload)
    return submit_listing(actor=world.actor(V.OWNER), listing=draft.listing, acknowledged=True)


def _published(world: World, payload: dict[str, Any]) -> Listing:
    return publish_revision(actor=world.actor(V.PARK), revision=_submitted(world, payload))


def _needs(world: World) -> None:
    secrets, park, owner = world.secrets, world.actor(V.PARK), world.actor(V.OWNER)
    main = _published(world, _words(world, "published", AT_ACCEPTED))
    secrets.link(
        "whose need it is",
        ["缸体检测改造 published", str(main.public_id), main.code],
        [world.factory.legal_name, str(world.factory.public_id)],
        AT_ACCEPTED,
    )
    words = _words(world, "edit under way", PLATFORM)
    words["title"] = f"缸体检测改造 {secrets.word('edit under way: title', PLATFORM)}"
    update_draft(actor=owner, listing=main, changes=words)
    words = _words(world, "told budget", AT_ACCEPTED, budget_visibility="public")
    for bound, millions in (("low", 2), ("high", 4)):
        amount = secrets.amount(f"published budget {bound}", AT_AGREED, millions)
        words[f"budget_{bound}"] = str(amount)
    told = _published(world, words)
    draft = _words(world, "draft", PLATFORM)
    draft["title"] = f"缸体检测改造 {secrets.word('draft: title', PLATFORM)}"
    draft["summary"] = secrets.word("draft: summary", PLATFORM)
    waiting = _words(world, "waiting", CHECKED)
    waiting["title"] = f"缸体检测改造 {secrets.word('waiting: title', CHECKED)}"
    passed_on = _submitted(world, _words(world, "escalated", CHECKED))
    escalate_revision(
        actor=park, revision=passed_on, note=secrets.word("escalation note", MODERATORS)
    )
    archived = _published(world, _words(world, "archived", CHECKED))
    archive_listing(actor=owner, listing=archived)
    world.needs = {
        "main": main,
        "told": told,
        "draft": _draft(world, draft).listing,
        "waiting": _submitted(world, waiting).listing,
        "returned": _returned(world),
        "escalated": passed_on.listing,
        "archived": archived,
        "open": _open(world),
    }


def _open(world: World) -> Listing:
    """A need that everybody reads, but for its budget; another factory's."""
    secrets, alone = world.secrets, frozenset({V.MEMBER})
    payload = {
        **NEED,
        "title": "缸体检测改造 open",
        "situation": "缸体缺陷依赖人工目检，现状人人可读。",
        "confidentiality": "open",
        "budget_low": str(secrets.amount("open: budget low", alone, 2)),
        "budget_high": str(secrets.amount("open: budget high", alone, 4)),
    }
    actor = world.actor(V.MEMBER)
    draft = create_listing(actor=actor, kind=ListingKind.NEED, payload=payload)
    revision = submit_listing(actor=actor, listing=draft.listing)
    return publish_revision(actor=world.actor(V.ADMIN), revision=revision)


def _returned(world: World) -> Listing:
    secrets = world.secrets
    revision = _submitted(world, _words(world, "returned", CHECKED))
    reason = secrets.word("return reason", CHECKED)
    return_revision(actor=world.actor(V.PARK), revision=revision, reason=reason)
    answer_return(
        actor=world.actor(V.OWNER),
        listing=revision.listing,
        text=secrets.word("answer to a return", CHECKED),
    )
    return revision.listing


def _vendors(world: World) -> None:
    secrets = world.secrets
    for viewer in VENDORS:
        vendor = make_organization()
        user = make_user(
            email=f"{secrets.word(f'{viewer}: e-mail', _vendor_contact(viewer))}@example.com",
            phone=secrets.phone(f"{viewer}: phone", _vendor_contact(viewer)),
            display_name=f"供方{len(world.solutions)}",
        )
        make_member(vendor, user)
        world.people[viewer] = user
        alone = frozenset({viewer})
        draft = create_listing(
            actor=world.actor(viewer),
            kind=ListingKind.SOLUTION,
            organization=vendor,
            payload={
                "title": f"缸体外观检测单元 {len(world.solutions)}",
                "summary": "面向缸体的在线检测。",
                "description": "机器视觉在线识别气孔、裂纹等缺陷。",
                "scenarios": ["inline_inspection"],
                "industries": ["C36"],
                "project_types": ["vision_inspection"],
                "price_low": str(secrets.amount(f"{viewer}: price low", alone, 2)),
                "price_high": str(secrets.amount(f"{viewer}: price high", alone, 4)),
                "price_basis": "project",
                "price_visibility": "owner",
                "price_scope": secrets.word(f"{viewer}: price scope", alone),
                "wished_project_low": str(secrets.amount(f"{viewer}: wished low", alone, 1)),
                "wished_project_high": str(secrets.amount(f"{viewer}: wished high", alone, 6)),
            },
        )
        revision = submit_listing(actor=world.actor(viewer), listing=draft.listing)
        world.solutions[viewer] = publish_revision(actor=world.actor(V.ADMIN), revision=revision)


def _vendor_contact(viewer: Viewer) -> frozenset[Viewer]:
    known = {viewer, V.ADMIN}
    return frozenset(known | {V.OWNER} if viewer in (V.ACCEPTED, V.AGREED) else known)


def _introductions(world: World) -> None:
    owner, side = world.actor(V.OWNER), Introduction.Side.SOLUTION
    for name in ("main", "told"):
        need = Need.objects.get(pk=world.needs[name].pk)
        for viewer in VENDORS[1:]:
            solution = Solution.objects.get(pk=world.solutions[viewer].pk)
            vendor = world.actor(viewer)
            row = introductions.express_interest(
                actor=vendor, need=need, solution=solution, side=side
            )
            if viewer is V.DECLINED:
                introductions.decline(actor=owner, introduction=row)
            if viewer in (V.ACCEPTED, V.AGREED, V.REVOKED):
                introductions.accept(actor=owner, introduction=row)
            if viewer in (V.AGREED, V.REVOKED):
                introductions.confirm_agreement(actor=vendor, introduction=row)
                introductions.confirm_agreement(actor=owner, introduction=row)
            if viewer is V.REVOKED:
                introductions.withdraw(actor=owner, introduction=row)


def _attachments(world: World) -> None:
    needs, everybody = world.needs, frozenset(Viewer)
    _attach(world, "file", needs["main"], AT_ACCEPTED, AT_AGREED, AttachmentKind.DRAWING)
    other = frozenset({V.MEMBER, V.ADMIN})
    _attach(world, "file nobody reviewed", needs["open"], other, other, AttachmentKind.DRAWING)
    _attach(world, "draft's file", needs["draft"], PLATFORM, PLATFORM, AttachmentKind.DRAWING)
    _attach(world, "waiting file", needs["waiting"], CHECKED, CHECKED, AttachmentKind.DRAWING)
    vendor = frozenset({V.AGREED, V.ADMIN})
    solution = world.solutions[V.AGREED]
    _attach(world, "case evidence", solution, vendor, vendor, AttachmentKind.CASE_EVIDENCE)
    _proof(world)
    reviewed = _attach(
        world, "public file", needs["open"], everybody, everybody, AttachmentKind.DRAWING
    )
    Attachment.objects.filter(pk=reviewed.pk).update(reviewed_at=timezone.now())


def _proof(world: World) -> None:
    """The factory has sent its licence to be checked."""
    factory = world.needs["main"].organization
    ProofFile.objects.create(
        request=ProofRequest.objects.create(
            organization=factory,
            subject=ProofSubject.ORGANIZATION,
            note=world.secrets.word("proof: note", CHECKED),
        ),
        file=_file(world, "proof", factory, CHECKED, CHECKED),
    )


def _attach(
    world: World,
    what: str,
    listing: Listing,
    named: frozenset[Viewer],
    opened: frozenset[Viewer],
    kind: AttachmentKind,
) -> Attachment:
    return Attachment.objects.create(
        listing=listing,
        file=_file(world, what, listing.organization, named, opened),
        kind=kind,
        description=world.secrets.word(f"{what}: description", opened),
    )


def _file(
    world: World,
    what: str,
    organization: Organization,
    named: frozenset[Viewer],
    opened: frozenset[Viewer],
) -> StoredFile:
    secrets, storage = world.secrets, storages["private"]
    content = f"{secrets.word(f'{what}: content', opened)}\n".encode()
    return StoredFile.objects.create(
        organization=organization,
        path=storage.save(f"le/ak/{secrets.word(f'{what}: path', ())}", ContentFile(content)),
        original_name=f"{secrets.word(f'{what}: name', named)}.txt",
        format=FileFormat.TEXT,
        charset="utf-8",
        size=len(content),
        sha256=secrets.word(f"{what}: digest", ()),
        created_at=timezone.now() - timedelta(minutes=1),
    )
