"""The reasons of requirements (musts and shoulds) and of the other hard conditions."""

from __future__ import annotations

from matchmaking.engine.evidence.kinds import kind

KINDS = (
    # -- requirements, as constraints (must) and as items of a criterion (should)
    kind("requirement.met", "the requirement is met", "requirement kind", "need.requirements"),
    kind(
        "requirement.partly",
        "the requirement may be met: part of the stated range does",
        "requirement kind percent",
        "need.requirements",
    ),
    kind(
        "requirement.not_met", "the requirement is not met", "requirement kind", "need.requirements"
    ),
    kind(
        "requirement.unknown",
        "whether the requirement is met is not stated",
        "requirement kind",
        "need.requirements",
    ),
    kind(
        "requirement.text",
        "a requirement in free words: to be confirmed by people",
        "requirement kind",
        "need.requirements",
    ),
    kind(
        "requirement.certification_expired",
        "the certification asked for has expired",
        "requirement certification expires",
        "need.requirements solution.certifications",
    ),
    kind(
        "requirement.certification_unverified",
        "the certification is claimed, not verified",
        "requirement certification",
        "need.requirements solution.certifications",
    ),
    kind(
        "requirement.licence_valid",
        "the licence that the law asks for is verified and in date",
        "requirement certification",
        "need.requirements solution.certifications",
    ),
    kind(
        "requirement.licence_expired",
        "the licence that the law asks for has expired",
        "requirement certification expires",
        "need.requirements solution.certifications",
    ),
    kind(
        "requirement.licence_unverified",
        "the licence that the law asks for is claimed, not verified",
        "requirement certification",
        "need.requirements solution.certifications",
    ),
    kind(
        "requirement.licence_unknown",
        "whether the vendor holds the licence that the law asks for is not stated",
        "requirement certification",
        "need.requirements solution.certifications",
    ),
    kind(
        "requirement.price_met",
        "the price surely stays within the requirement's maximum",
        "requirement",
        "need.requirements need.budget solution.price",
        "need_owner",
    ),
    kind(
        "requirement.price_partly",
        "the price may exceed the requirement's maximum",
        "requirement percent",
        "need.requirements need.budget solution.price",
        "need_owner",
    ),
    kind(
        "requirement.price_not_met",
        "the price surely exceeds the requirement's maximum",
        "requirement",
        "need.requirements need.budget solution.price",
        "need_owner",
    ),
    kind(
        "requirement.price_unknown",
        "whether the price stays within the maximum is not stated",
        "requirement",
        "need.requirements need.budget solution.price",
        "need_owner",
    ),
    # -- constraints that no requirement states
    kind("constraint.own_organization", "both sides are one organization"),
    kind("constraint.other_work", "the solution is for another type of project and scenario"),
    kind(
        "constraint.blocked",
        "the need's owner will not work with this vendor",
        "",
        "need.blocked_organizations",
        "need_owner",
    ),
    kind(
        "constraint.conflict",
        "a conflict of interest between the need's owner and this vendor is declared",
        "",
        "need.conflicting_organizations",
        "need_owner",
    ),
    kind(
        "constraint.window_kept",
        "even at its longest the work fits the fixed window; days to spare",
        "spare_days",
        "need.wanted_end solution.lead_time",
    ),
    kind(
        "constraint.window_missed",
        "even at its shortest the work ends this many days after the fixed window",
        "late_days",
        "need.wanted_end solution.lead_time",
    ),
    kind(
        "constraint.window_unknown",
        "whether the work fits the fixed window is not certain",
        "",
        "need.wanted_end solution.lead_time",
    ),
    kind(
        "constraint.ceiling_kept",
        "the price surely stays within the formal ceiling",
        "",
        "need.budget solution.price",
        "need_owner",
    ),
    kind(
        "constraint.ceiling_exceeded",
        "the price surely exceeds the formal ceiling",
        "",
        "need.budget solution.price",
        "need_owner",
    ),
    kind(
        "constraint.ceiling_unknown",
        "whether the price stays within the formal ceiling is not stated",
        "",
        "need.budget solution.price",
        "need_owner",
    ),
)
