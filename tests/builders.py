"""Makes rows for tests: each builder fills in what its test does not care about."""

from datetime import timedelta
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from stdnum.cn import uscc

from accounts.actors import SYSTEM, Actor, actor_for
from accounts.legal import current
from accounts.models import (
    AuditSeal,
    District,
    DistrictOfficer,
    Invitation,
    JoinRequest,
    Membership,
    Organization,
    Park,
    ParkStaff,
    User,
)
from catalog.choices import AttachmentKind, FileFormat, ListingKind, MandateWay, ProofSubject
from catalog.models import (
    Attachment,
    Catalogue,
    Listing,
    Mandate,
    Need,
    ProofFile,
    ProofRequest,
    Revision,
    Solution,
    StoredFile,
)
from catalog.services import create_listing, publish_revision, submit_listing
from catalog.vocabulary_loader import load_vocabulary
from matchmaking.engine.weights import DEFAULT_WEIGHTS
from matchmaking.models import Introduction, WeightSet

_numbers = count(1)
PASSWORD = "a long enough phrase"

# --- People and organizations ---


def make_credit_code(number: int | None = None) -> str:
    """Return a code whose check digit is right."""
    body = f"91310115MA{number or next(_numbers):07d}"
    return body + uscc.calc_check_digit(body)


def make_user(**overrides: Any) -> User:
    """Return a user whose address is verified; ``verified=False`` leaves that out."""
    number = next(_numbers)
    verified = overrides.pop("verified", True)
    fields: dict[str, Any] = {
        "email": f"person{number}@example.com",
        "display_name": f"张三{number}",
        "password": None,
        "agreed_to": current(),
        **overrides,
    }
    user = User.objects.create_user(**fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


def make_platform_admin(**overrides: Any) -> User:
    return make_user(is_staff=True, is_superuser=True, **overrides)


def make_district(**overrides: Any) -> District:
    number = next(_numbers)
    return District.objects.create(
        **{"code": f"district-{number}", "name_zh": f"第{number}区", **overrides}
    )


def make_park(**overrides: Any) -> Park:
    number = next(_numbers)
    return Park.objects.create(
        **{"code": f"park-{number}", "name_zh": f"第{number}园区", **overrides}
    )


def make_park_staff(park: Park | None = None, user: User | None = None) -> ParkStaff:
    return ParkStaff.objects.create(park=park or make_park(), user=user or make_user())


def make_district_officer(
    district: District | None = None, user: User | None = None
) -> DistrictOfficer:
    return DistrictOfficer.objects.create(
        district=district or make_district(), user=user or make_user()
    )


def make_organization(**overrides: Any) -> Organization:
    """Return a claimed organization; ``verified=True`` makes it a verified one."""
    number = next(_numbers)
    fields: dict[str, Any] = {
        "legal_name": f"上海第{number}智能装备有限公司",
        "short_name": f"第{number}装备",
        "credit_code": make_credit_code(number),
        **overrides,
    }
    if fields.pop("verified", False):
        fields.setdefault("verified_at", timezone.now())
    if fields.get("verified_at"):
        fields.setdefault("verified_until", timezone.localdate() + timedelta(days=365))
    return Organization.objects.create(**fields)


def make_member(
    organization: Organization | None = None, user: User | None = None, **overrides: Any
) -> Membership:
    return Membership.objects.create(
        **{
            "organization": organization or make_organization(),
            "user": user or make_user(),
            "role": Membership.Role.OWNER,
            **overrides,
        }
    )


def make_actor(
    role: Membership.Role | str | None = Membership.Role.OWNER,
    organization: Organization | None = None,
    **user_overrides: Any,
) -> Actor:
    """Return a new person acting for ``organization`` (a new one when not given) in ``role``.

    Without a role the person belongs to no organization.
    """
    user = make_user(**user_overrides)
    if role is None:
        return actor_for(user)
    membership = make_member(organization, user, role=Membership.Role(role))
    return actor_for(user, membership.organization)


def make_staff_actor(park: Park | None = None) -> Actor:
    return actor_for(make_park_staff(park).user)


def make_admin_actor() -> Actor:
    return actor_for(make_platform_admin())


def make_invitation(organization: Organization | None = None, **overrides: Any) -> Invitation:
    owner = organization or make_organization()
    fields: dict[str, Any] = {
        "organization": owner,
        "email": f"guest{next(_numbers)}@example.com",
        "role": Membership.Role.EDITOR,
        "expires_at": timezone.now() + timedelta(days=14),
        **overrides,
    }
    fields.setdefault("invited_by", make_user())
    return Invitation.objects.create(**fields)


def make_join_request(organization: Organization | None = None, **overrides: Any) -> JoinRequest:
    fields: dict[str, Any] = {"organization": organization or make_organization(), **overrides}
    fields.setdefault("user", make_user())
    return JoinRequest.objects.create(**fields)


def make_seal(**overrides: Any) -> AuditSeal:
    """Return a batch row by itself; what it says of events is made up."""
    number = next(_numbers)
    fields: dict[str, Any] = {
        "number": number,
        **dict.fromkeys(("lower", "horizon", "first_id", "last_id", "count"), 1),
        **dict.fromkeys(("rows_hash", "previous", "hash"), f"{number:064d}"),
        "sealed_at": timezone.now(),
        **overrides,
    }
    return AuditSeal.objects.create(**fields)


# --- Listings ---


def make_vocabulary() -> None:
    """Load the real vocabularies; the second call of a test costs next to nothing."""
    load_vocabulary()


def need_payload(**overrides: Any) -> dict[str, Any]:
    """Return the least a need says, plus ``overrides``."""
    number = next(_numbers)
    return {
        "title": f"铸件表面缺陷在线检测 {number}",
        "situation": "后处理产线依赖人工目检，漏检率偏高，希望引入在线视觉检测。",
        **overrides,
    }


def solution_payload(**overrides: Any) -> dict[str, Any]:
    """Return the least a solution says, plus ``overrides``."""
    number = next(_numbers)
    return {
        "title": f"铸件外观视觉检测单元 {number}",
        "summary": "面向铸件与机加面的在线视觉检测，支持与 MES 对接。",
        **overrides,
    }


def make_draft(kind: ListingKind, organization: Organization, payload: dict[str, Any]) -> Revision:
    return create_listing(actor=SYSTEM, kind=kind, organization=organization, payload=payload)


def publish(revision: Revision) -> Listing:
    submit_listing(actor=SYSTEM, listing=revision.listing)
    revision.refresh_from_db()
    return publish_revision(actor=SYSTEM, revision=revision)


def make_need(organization: Organization | None = None, **overrides: Any) -> Need:
    """Return a published need; ``overrides`` are fields of its content."""
    owner = organization or make_organization()
    listing = publish(make_draft(ListingKind.NEED, owner, need_payload(**overrides)))
    return Need.objects.get(pk=listing.pk)


def make_solution(organization: Organization | None = None, **overrides: Any) -> Solution:
    """Return a published solution; ``overrides`` are fields of its content."""
    owner = organization or make_organization()
    listing = publish(make_draft(ListingKind.SOLUTION, owner, solution_payload(**overrides)))
    return Solution.objects.get(pk=listing.pk)


def make_introduction(
    need: Need | None = None, solution: Solution | None = None, **overrides: Any
) -> Introduction:
    """Return an introduction that the vendor began; ``overrides`` are columns."""
    fields: dict[str, Any] = {"begun_by": Introduction.Side.SOLUTION, **overrides}
    return Introduction.objects.create(
        need=need or make_need(), solution=solution or make_solution(), **fields
    )


def make_file(organization: Organization, *, path: str = "", **overrides: Any) -> StoredFile:
    """Return a photo of ``organization``; its bytes are few and lie under ``path``."""
    storage = storages["private"]
    if not path or not storage.exists(path):
        path = storage.save(path or f"te/st/{next(_numbers)}", ContentFile(b"photo"))
    return StoredFile.objects.create(
        **{
            "organization": organization,
            "path": path,
            "thumbnail_path": path,
            "original_name": "车间现场.jpg",
            "format": FileFormat.JPEG,
            "size": 5,
            "sha256": "0" * 64,
            **overrides,
        }
    )


def make_mandate(organization: Organization, **overrides: Any) -> Mandate:
    """Return an authorization in force that the organization gave its park."""
    today = timezone.localdate()
    return Mandate.objects.create(
        **{
            "organization": organization,
            "park": organization.park,
            "given_by": "设备部经理",
            "way": MandateWay.PAPER,
            "given_on": today,
            "valid_until": today + timedelta(days=30),
            **overrides,
        }
    )


def make_proof(organization: Organization, **overrides: Any) -> ProofRequest:
    """Return a request to check the organization's facts, without files."""
    return ProofRequest.objects.create(
        **{"organization": organization, "subject": ProofSubject.ORGANIZATION, **overrides}
    )


def make_proof_file(request: ProofRequest, *, path: str = "", **overrides: Any) -> ProofFile:
    file = make_file(request.organization, path=path, **overrides)
    return ProofFile.objects.create(request=request, file=file)


def make_attachment(listing: Listing, *, path: str = "", **overrides: Any) -> Attachment:
    """Return a photo of ``listing``; its bytes are few and lie under ``path``."""
    file = make_file(listing.organization, path=path)
    return Attachment.objects.create(
        **{"listing": listing, "file": file, "kind": AttachmentKind.PHOTO, **overrides}
    )


def restore_migrated_rows() -> None:
    """Create the rows that migrations make, where a flush took them."""
    Catalogue.objects.get_or_create(code=Catalogue.MAIN, defaults={"name_zh": "智配供需库"})
    WeightSet.objects.get_or_create(
        version=1, defaults={"weights": DEFAULT_WEIGHTS.to_json(), "is_serving": True}
    )
