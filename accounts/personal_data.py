"""Every field that holds something about a person: why, for how long, and what erasure does.

The page about one's own data, the export and the erasure are all made from this list, and
tests/accounts/test_personal_data.py fails on a field of a model that nobody declared. Models are
named by label, so that the apps above can be listed without being imported.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Erasure(StrEnum):
    CLEARED = "cleared"  # the row stays as a bare number, the field is emptied
    DELETED = "deleted"  # the whole row goes
    NUMBER_KEPT = "number_kept"  # points to the emptied account: says that somebody did it
    KEPT_BY_LAW = "kept_by_law"


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as rows know them: by the account, or by an address or number that was typed."""

    user_id: int
    addresses: tuple[str, ...]
    phone: str

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.addresses, self.phone) if self.phone else self.addresses


@dataclass(frozen=True, slots=True)
class Holding:
    """Fields of one model about one person, found by ``about``."""

    model: str
    fields: tuple[str, ...]
    about: Callable[[Subject], Q]
    title: "_StrPromise"
    purpose: "_StrPromise"
    retention: "_StrPromise"
    erasure: Erasure
    # Never shown, not even to the person: the means to log in.
    secret: frozenset[str] = frozenset()

    @property
    def model_class(self) -> type[Model]:
        return apps.get_model(self.model)

    def rows(self, subject: Subject) -> QuerySet[Model]:
        found: QuerySet[Model] = self.model_class._default_manager.filter(self.about(subject))
        return found.order_by("pk")

    @property
    def shown(self) -> list[str]:
        return [name for name in self.fields if name not in self.secret]


def subject_of(user: User) -> Subject:
    rows = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    addresses = sorted({user.email.lower(), *(str(row).lower() for row in rows)})
    return Subject(user.pk, tuple(addresses), user.phone)


def _by(path: str) -> Callable[[Subject], Q]:
    return lambda subject: Q(**{path: subject.user_id})


def _addressed(path: str) -> Callable[[Subject], Q]:
    """Rows that name one of the person's addresses or numbers, in any spelling."""

    def about(subject: Subject) -> Q:
        found = Q(pk__in=())
        for name in subject.names:
            found |= Q(**{f"{path}__iexact": name})
        return found

    return about


def _either(*ways: Callable[[Subject], Q]) -> Callable[[Subject], Q]:
    def about(subject: Subject) -> Q:
        found = Q(pk__in=())
        for way in ways:
            found |= way(subject)
        return found

    return about


_ACCOUNT_LIFE = _("直至注销账号")
_SIX_MONTHS = _("至少六个月，到期由平台清除")
_WITH_RECORD = _("与所属业务记录相同")

_LOGGING_IN = _("登录、找回账号和联系您")
_WHO_DID_IT = _("说明这项操作由谁完成")
_SECURITY = _("防止他人试探您的密码")


def _deeds() -> Iterator[Holding]:
    """Rows that name who did something: what stays is the number of an emptied account."""
    for model, fields in (
        ("accounts.Organization", ("verified_by",)),
        ("accounts.Verification", ("verified_by", "ended_by")),
        ("accounts.Invitation", ("invited_by",)),
        ("accounts.JoinRequest", ("decided_by",)),
        ("accounts.Restriction", ("created_by",)),
        ("catalog.Listing", ("created_by",)),
        ("catalog.Revision", ("created_by", "claimed_by", "decided_by")),
        ("catalog.ModerationEntry", ("by",)),
        ("catalog.StoredFile", ("uploaded_by",)),
        ("catalog.ProofRequest", ("asked_by", "decided_by")),
        ("catalog.CaseConfirmation", ("asked_by", "answered_by")),
        ("catalog.Report", ("handled_by",)),
        ("catalog.Mandate", ("recorded_by", "revoked_by")),
        ("catalog.VisitDraft", ("drafted_by", "confirmed_by")),
        ("matchmaking.RelationFlag", ("handled_by",)),
        ("matchmaking.WeightSetEvaluation", ("requested_by",)),
        ("matchmaking.Impression", ("viewer",)),
        ("catalog.DisclosureView", ("viewer",)),
        ("matchmaking.Introduction", ("need_contact", "solution_contact")),
        ("admin.LogEntry", ("user",)),
    ):
        for field in fields:
            yield Holding(
                model,
                (field,),
                _by(field),
                _("您完成的操作"),
                _WHO_DID_IT,
                _WITH_RECORD,
                Erasure.NUMBER_KEPT,
            )


HOLDINGS: tuple[Holding, ...] = (
    Holding(
        "accounts.User",
        ("email", "display_name", "phone", "phone_verified_at", "language", "password"),
        _by("pk"),
        _("账号"),
        _LOGGING_IN,
        _ACCOUNT_LIFE,
        Erasure.CLEARED,
        secret=frozenset({"password"}),
    ),
    Holding(
        "account.EmailAddress",
        ("user", "email", "verified", "primary"),
        _by("user"),
        _("电子邮箱"),
        _LOGGING_IN,
        _ACCOUNT_LIFE,
        Erasure.DELETED,
    ),
    Holding(
        "account.EmailConfirmation",
        ("key", "created", "sent"),
        _by("email_address__user"),
        _("邮箱验证"),
        _LOGGING_IN,
        _ACCOUNT_LIFE,
        Erasure.DELETED,
        secret=frozenset({"key"}),
    ),
    Holding(
        "mfa.Authenticator",
        ("user", "type", "data", "created_at", "last_used_at"),
        _by("user"),
        _("两步验证"),
        _("登录时再次确认是您本人"),
        _ACCOUNT_LIFE,
        Erasure.DELETED,
        secret=frozenset({"data"}),
    ),
    Holding(
        "usersessions.UserSession",
        ("user", "ip", "user_agent", "created_at", "last_seen_at", "session_key", "data"),
        _by("user"),
        _("登录设备"),
        _("让您看到并结束其他登录"),
        _("直至退出登录或会话过期"),
        Erasure.DELETED,
        secret=frozenset({"session_key", "data"}),
    ),
    Holding(
        "catalog.Report",
        ("reporter", "reason", "words", "contact", "created_at", "state", "answer"),
        _either(_by("reporter"), _addressed("contact")),
        _("您的举报"),
        _("核对您举报的内容，并告诉您结果"),
        _ACCOUNT_LIFE,
        Erasure.DELETED,
    ),
    Holding(
        "accounts.Membership",
        ("user", "organization", "role", "created_at", "suspended_at"),
        _by("user"),
        _("企业成员身份"),
        _("决定您可以代表企业做什么"),
        _ACCOUNT_LIFE,
        Erasure.DELETED,
    ),
    Holding(
        "accounts.ParkStaff",
        ("user", "park", "created_at"),
        _by("user"),
        _("园区管理员身份"),
        _("决定您可以核验和审核什么"),
        _ACCOUNT_LIFE,
        Erasure.DELETED,
    ),
    Holding(
        "accounts.DistrictOfficer",
        ("user", "district", "created_at"),
        _by("user"),
        _("区级观察员身份"),
        _("决定您可以看到哪些汇总数据"),
        _ACCOUNT_LIFE,
        Erasure.DELETED,
    ),
    Holding(
        "catalog.SavedSearch",
        ("user", "kind", "query", "name", "created_at", "seen_at"),
        _by("user"),
        _("保存的搜索"),
        _("按您的要求再次搜索"),
        _ACCOUNT_LIFE,
        Erasure.DELETED,
    ),
    Holding(
        "accounts.JoinRequest",
        ("user", "organization", "message", "state", "created_at"),
        _by("user"),
        _("加入企业的申请"),
        _("由企业所有者处理您的申请"),
        _ACCOUNT_LIFE,
        Erasure.DELETED,
    ),
    Holding(
        "accounts.Invitation",
        ("email", "organization", "role", "created_at", "expires_at"),
        _addressed("email"),
        _("发给您的邀请"),
        _("把邀请送达您的邮箱"),
        _ACCOUNT_LIFE,
        Erasure.DELETED,
    ),
    Holding(
        "accounts.User_groups",
        ("user", "group"),
        _by("user"),
        _("后台权限组"),
        _("决定您在后台可以做什么"),
        _ACCOUNT_LIFE,
        Erasure.DELETED,
    ),
    Holding(
        "accounts.User_user_permissions",
        ("user", "permission"),
        _by("user"),
        _("后台权限"),
        _("决定您在后台可以做什么"),
        _ACCOUNT_LIFE,
        Erasure.DELETED,
    ),
    *(
        Holding(
            f"axes.{model}",
            ("username", "ip_address", "user_agent", "http_accept", "path_info", *more),
            _addressed("username"),
            _("登录记录"),
            _SECURITY,
            _ACCOUNT_LIFE,
            Erasure.DELETED,
            secret=frozenset(more),
        )
        for model, more in (
            ("AccessAttempt", ("get_data", "post_data")),
            ("AccessFailureLog", ()),
            ("AccessLog", ("session_hash",)),
        )
    ),
    Holding(
        "accounts.Consent",
        ("user", "document", "version", "language", "given_at"),
        _by("user"),
        _("同意记录"),
        _("证明您同意过哪个版本（《个人信息保护法》第十三条、第十四条）"),
        _("账号注销后仍保留，只含用户编号"),
        Erasure.KEPT_BY_LAW,
    ),
    Holding(
        "accounts.Event",
        ("user_id", "verb", "at", "subject_type", "subject_id", "data"),
        _by("user_id"),
        _("操作日志"),
        _("网络日志（《网络安全法》要求留存不少于六个月）；只含编号，不含姓名、邮箱和手机"),
        _SIX_MONTHS,
        Erasure.KEPT_BY_LAW,
    ),
    *_deeds(),
)

# Found by reading them, since they name nobody in a column: services/erasing.py deals with them.
READ_THROUGH: dict[str, tuple[str, ...]] = {
    "sessions.Session": ("session_key", "session_data"),
    "admin.LogEntry": ("object_id", "object_repr", "change_message"),
}

_VOCABULARY = "terms of a published vocabulary"
_OF_ORGANIZATION = "what an organization states about itself, its needs and its solutions"
_DERIVED = "made from listings, or about the engine"
_TECHNICAL = "codes, numbers and settings of the software"

# Models whose text says nothing about a user. Fields that point to a user or hold an address are
# asked about all the same.
IMPERSONAL: dict[str, str] = {
    **dict.fromkeys(
        [
            *(
                "accounts.District",
                "accounts.DistrictGroup",
                "accounts.Park",
                "catalog.Stage",
                "catalog.Scenario",
            ),
            *("catalog.Industry", "catalog.CapabilityDomain", "catalog.CapabilityLevel"),
            *("catalog.Certification", "catalog.ProjectType", "catalog.Parameter"),
            *("catalog.Synonym", "catalog.Catalogue", "catalog.ReturnReason"),
            "catalog.ForbiddenWord",
        ],
        _VOCABULARY,
    ),
    **dict.fromkeys(
        [
            *("accounts.Organization", "accounts.Verification", "accounts.Restriction"),
            *("catalog.Listing", "catalog.Revision", "catalog.Need", "catalog.NeedParameter"),
            *("catalog.Requirement", "catalog.Solution", "catalog.SolutionLimit", "catalog.Case"),
            *("catalog.ModerationEntry", "catalog.StoredFile", "catalog.Attachment"),
            *("catalog.ProofRequest", "catalog.ProofFile", "catalog.CaseConfirmation"),
            *("catalog.Mandate", "catalog.VisitDraft"),
        ],
        _OF_ORGANIZATION,
    ),
    **dict.fromkeys(
        [
            *("catalog.EmbeddingSpace", "catalog.ListingVector", "matchmaking.Candidate"),
            *("matchmaking.PackedFacts", "matchmaking.WordStatistics", "matchmaking.WeightSet"),
            *("matchmaking.WeightSetEvaluation", "matchmaking.CorpusStatistics"),
            *("matchmaking.Match", "matchmaking.MatchRun", "matchmaking.RelationFlag"),
        ],
        _DERIVED,
    ),
    **dict.fromkeys(
        [
            *("accounts.AuditSeal", "catalog.CodeCounter", "auth.Permission", "auth.Group"),
            *("contenttypes.ContentType", "accounts.User", "catalog.DisclosureView"),
            *("matchmaking.Introduction", "catalog.SuggestionKey"),
        ],
        _TECHNICAL,
    ),
}


def declared_fields() -> set[str]:
    """Return every field of the list, as ``app.Model.field``."""
    held = {f"{holding.model}.{name}" for holding in HOLDINGS for name in holding.fields}
    read = {f"{model}.{name}" for model, names in READ_THROUGH.items() for name in names}
    return held | read


def export(user: User) -> dict[str, list[dict[str, Any]]]:
    """Return everything the site holds about ``user``, by model."""
    subject = subject_of(user)
    found: dict[str, list[dict[str, Any]]] = {}
    for holding in HOLDINGS:
        for row in holding.rows(subject).iterator(chunk_size=1000):
            told = {"pk": row.pk, **{name: _plain(row, name) for name in holding.shown}}
            found.setdefault(holding.model, []).append(told)
    return found


def _plain(row: Model, name: str) -> object:
    """Return a value as it is kept; for what it points to, its name as well."""
    field = row._meta.get_field(name)
    if not field.is_relation or field.related_model is User:
        return getattr(row, getattr(field, "attname", name))
    pointed = getattr(row, name)
    return {"id": pointed.pk, "name": str(pointed)} if pointed else None
