"""The reasons of the vendor's own score."""

from __future__ import annotations

from matchmaking.engine.evidence.kinds import kind

KINDS = (
    # -- the vendor's wishes
    kind(
        "wish.size_fits",
        "the budget fits the project size the vendor wants",
        "",
        "need.budget solution.wishes.project_size",
        "platform",
    ),
    kind(
        "wish.size_partly",
        "part of the budget range fits the size the vendor wants",
        "percent",
        "need.budget solution.wishes.project_size",
        "platform",
    ),
    kind(
        "wish.size_misses",
        "the budget lies outside the size the vendor wants",
        "",
        "need.budget solution.wishes.project_size",
        "platform",
    ),
    kind(
        "wish.size_unknown",
        "the need states no budget",
        "",
        "need.budget solution.wishes.project_size",
        "platform",
    ),
    kind(
        "wish.industry_fits",
        "the need's industry is one the vendor wants",
        "industry",
        "need.industry solution.wishes.industries",
        "vendor",
    ),
    kind(
        "wish.industry_near",
        "the need's industry is related to one the vendor wants",
        "industry",
        "need.industry solution.wishes.industries",
        "vendor",
    ),
    kind(
        "wish.industry_misses",
        "the vendor wants other industries",
        "industry",
        "need.industry solution.wishes.industries",
        "vendor",
    ),
    kind(
        "wish.industry_unknown",
        "the need states no industry",
        "",
        "need.industry solution.wishes.industries",
        "vendor",
    ),
    kind(
        "wish.district_fits",
        "the need's district is one the vendor wants",
        "district",
        "need.district solution.wishes.districts",
        "vendor",
    ),
    kind(
        "wish.district_misses",
        "the vendor wants other districts",
        "district",
        "need.district solution.wishes.districts",
        "vendor",
    ),
    kind(
        "wish.district_unknown",
        "the need states no district",
        "",
        "need.district solution.wishes.districts",
        "vendor",
    ),
    kind(
        "wish.capacity_free",
        "the vendor can take on this many more projects now",
        "spare",
        "solution.capacity",
        "vendor",
    ),
    kind(
        "wish.capacity_in_time",
        "the vendor's capacity is taken, and free again by the wanted start",
        "",
        "need.wanted_start solution.capacity solution.earliest_start",
        "vendor",
    ),
    kind(
        "wish.capacity_late",
        "the vendor's capacity is taken until this many days after the wanted start",
        "late_days",
        "need.wanted_start solution.capacity solution.earliest_start",
        "vendor",
    ),
    kind(
        "wish.capacity_taken",
        "the vendor's capacity is taken, until nobody knows when",
        "",
        "solution.capacity solution.earliest_start",
        "vendor",
    ),
    kind(
        "wish.capacity_unknown",
        "how much of the vendor's capacity is taken is not stated",
        "",
        "solution.capacity",
        "vendor",
    ),
)
