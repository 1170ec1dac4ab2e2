"""Published and scored pairs for the tests of what is shown of them."""

from dataclasses import dataclass
from typing import Any

from accounts.actors import SYSTEM, Actor
from accounts.models import District, Membership, Organization
from catalog.choices import ListingKind
from catalog.models import (
    CapabilityDomain,
    Industry,
    Listing,
    Parameter,
    ProjectType,
    Scenario,
    Stage,
)
from catalog.services import create_listing, publish_revision, submit_listing
from matchmaking.models import Match
from matchmaking.services import score_listing
from tests.builders import make_actor, make_organization

NEED: dict[str, Any] = {
    "title": "铸件表面缺陷在线检测",
    "situation": "三条后处理产线依赖人工目检，漏检率偏高。",
    "goal": "在线识别气孔和裂纹，并与现有系统对接。",
    "scenarios": ["inspection", "tracing"],
    "industry": "C36",
    "project_type": "aoi",
    "budget_low": "3000000",
    "budget_high": "5000000",
    "wanted_start": "2027-01-01",
    "wanted_end": "2027-12-31",
    "district": "pudong",
    "integration_forms": ["vertical"],
    "factory_goals": ["smart"],
    "parameters": [{"parameter": "aoi.size", "number": "300"}],
    "maturity": [{"domain": "equipment", "current": 1, "target": 3}],
    "requirements": [
        {"level": "must", "kind": "lead_time_max", "number": "30"},
        {"level": "should", "kind": "on_site"},
    ],
}
SOLUTION: dict[str, Any] = {
    "title": "铸件表面缺陷在线检测系统",
    "description": "机器视觉在线识别气孔、裂纹等缺陷，可与现有系统对接。",
    "scenarios": ["inspection"],
    "industries": ["C36"],
    "project_types": ["aoi"],
    "limits": [{"parameter": "aoi.size", "high": "500"}],
    "price_low": "2800000",
    "price_high": "4500000",
    "price_basis": "project",
    "lead_time_low": 8,
    "lead_time_high": 16,
    "capacity": 4,
    "capacity_taken": 1,
    "earliest_start": "2026-12-01",
    "on_site": True,
    "nationwide": True,
    "integration_forms": ["vertical"],
    "factory_goals": ["smart"],
    "maturity": [{"domain": "equipment", "level": 3}],
    "cases": [{"industry": "C36", "year": 2025, "result": "漏检率降到 0.3%"}],
}


@dataclass(frozen=True)
class Pair:
    """A need and a solution with somebody who acts for each side."""

    need: Listing
    solution: Listing
    owner: Actor
    vendor: Actor

    @property
    def match(self) -> Match:
        return Match.objects.get(need_id=self.need.pk, solution_id=self.solution.pk)


def make_vocabulary() -> None:
    """Make the few rows that NEED and SOLUTION name."""
    stage = Stage.objects.get_or_create(code="quality", defaults={"name_zh": "质量管控"})[0]
    for code, name, english in (
        ("inspection", "智能在线检测", "Online inspection"),
        ("tracing", "质量精准追溯", "Quality tracing"),
    ):
        Scenario.objects.get_or_create(
            code=code, defaults={"name_zh": name, "name_en": english, "stage": stage}
        )
    Industry.objects.get_or_create(code="C36", defaults={"name_zh": "汽车制造业"})
    District.objects.get_or_create(code="pudong", defaults={"name_zh": "浦东新区"})
    CapabilityDomain.objects.get_or_create(
        code="equipment", defaults={"name_zh": "设备管理", "element": "制造"}
    )
    project_type = ProjectType.objects.get_or_create(
        code="aoi", defaults={"name_zh": "机器视觉检测"}
    )[0]
    Parameter.objects.get_or_create(
        code="aoi.size",
        defaults={
            "name_zh": "最大工件",
            "kind": "number",
            "unit": "mm",
            "comparison": "at_most",
            "project_type": project_type,
        },
    )


def make_submitted(kind: ListingKind, organization: Organization, **content: Any) -> Listing:
    """Return a listing that waits for a moderator."""
    make_vocabulary()
    base = NEED if kind == ListingKind.NEED else SOLUTION
    payload = {"kind": str(kind), **base, **content}
    revision = create_listing(actor=SYSTEM, kind=kind, payload=payload, organization=organization)
    submit_listing(actor=SYSTEM, listing=revision.listing)
    return Listing.objects.get(pk=revision.listing_id)


def make_published(
    kind: ListingKind, organization: Organization | None = None, **content: Any
) -> Listing:
    listing = make_submitted(kind, organization or make_organization(), **content)
    publish_revision(actor=SYSTEM, revision=listing.revisions.get())
    return Listing.objects.get(pk=listing.pk)


def make_pair(need: dict[str, Any] | None = None, solution: dict[str, Any] | None = None) -> Pair:
    """Return a published pair, scored from both sides."""
    owner = make_actor(Membership.Role.OWNER)
    vendor = make_actor(Membership.Role.OWNER)
    wanted = make_published(ListingKind.NEED, owner.organization, **(need or {}))
    offered = make_published(ListingKind.SOLUTION, vendor.organization, **(solution or {}))
    rescore(wanted, offered)
    return Pair(
        need=Listing.objects.get(pk=wanted.pk),
        solution=Listing.objects.get(pk=offered.pk),
        owner=owner,
        vendor=vendor,
    )


def rescore(*listings: Listing) -> None:
    """Do what a worker would, until nothing waits: each run may ask for the other side's."""
    for _round in range(2):
        for listing in listings:
            score_listing(listing_id=listing.pk)
