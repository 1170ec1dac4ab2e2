"""The list as a whole: what moved, why, and how far it may."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.engine.exposure import exposure_at, exposure_ratio, measure_portfolio
from matchmaking.engine.facts import CaseEvidence, ListingText
from matchmaking.engine.portfolio import (
    EMERGING_EVIDENCE,
    EMERGING_FIT,
    EMERGING_MARGIN,
    EMERGING_PLACE,
    FLOOR_MARGIN,
    PLACES,
    Label,
    Offer,
    Shown,
    alike,
    arrange,
    evidence_strength,
    fit_of,
    small_share,
)
from matchmaking.engine.results import Part, Status

MARGIN = {Label.SMALL_FIRM: FLOOR_MARGIN, Label.EMERGING: EMERGING_MARGIN}
_TEXTS = ("料箱机器人仓储系统", "料箱机器人仓储系统 V2", "铸件表面缺陷在线检测", "数字孪生平台")
_offer = st.builds(
    Offer,
    id=st.uuids().map(str),
    vendor=st.sampled_from("ABCDEFGH"),
    key=st.integers(0, 10_000) | st.integers(6_000, 7_000),
    total=st.integers(0, 10_000),
    small=st.sampled_from([True, False, None]),
    evidence=st.floats(0, 1),
    fit=st.integers(0, 10_000),
    text=st.sampled_from(_TEXTS).map(ListingText),
    ruled_out=st.booleans(),
)
_lists = st.lists(_offer, max_size=24, unique_by=lambda offer: offer.id)
examples = settings(max_examples=100, deadline=None)


def offer(name: str, key: int, **fields: object) -> Offer:
    """Return an offer of a vendor of its own that resembles no other."""
    base = Offer(id=name, vendor=name, key=key, small=False)
    return replace(base, **fields)  # type: ignore[arg-type]


def names(shown: tuple[Shown, ...]) -> list[str]:
    return [row.id for row in shown]


@examples
@given(_lists)
def test_every_row_stands_once_or_is_folded_and_none_that_is_ruled_out_appears(
    offers: list[Offer],
) -> None:
    shown = arrange(offers)
    held = [name for row in shown for name, _label in row.folded]

    assert sorted([*names(shown), *held]) == sorted(o.id for o in offers if not o.ruled_out)
    assert [row.place for row in shown] == list(range(1, len(shown) + 1))


@examples
@given(_lists)
def test_every_move_is_labelled_and_stays_within_its_margin(offers: list[Offer]) -> None:
    shown = arrange(offers)
    by_id = {one.id: one for one in offers}
    for place, row in enumerate(shown):
        for later in shown[place + 1 :]:
            lead = by_id[later.id].key - by_id[row.id].key
            if later.ranked < row.ranked:
                assert row.label is not None
                assert lead <= MARGIN[row.label]
            else:
                assert lead <= 0
        if row.label is Label.SMALL_FIRM:
            assert by_id[row.id].small
            assert any(later.ranked < row.ranked for later in shown[place + 1 :])
        if row.moved_up:
            assert row.label is not None


@examples
@given(_lists)
def test_at_most_one_emerging_solution_is_labelled_and_moves_only_to_its_place(
    offers: list[Offer],
) -> None:
    by_id = {one.id: one for one in offers}
    emerging = [row for row in arrange(offers) if row.label is Label.EMERGING]

    assert len(emerging) <= 1
    for row in emerging:
        assert by_id[row.id].evidence <= EMERGING_EVIDENCE
        assert by_id[row.id].fit >= EMERGING_FIT
        assert row.place == EMERGING_PLACE or (row.place < EMERGING_PLACE and not row.moved_up)


@examples
@given(_lists)
def test_only_the_same_vendors_like_rows_fold_under_a_better_one(offers: list[Offer]) -> None:
    by_id = {one.id: one for one in offers}
    for row in arrange(offers):
        head = by_id[row.id]
        for name, label in row.folded:
            held = by_id[name]
            assert label is Label.NEAR_DUPLICATE
            assert held.vendor == head.vendor
            assert alike(head, held)
            assert (held.key, held.total) <= (head.key, head.total)


@examples
@given(_lists)
def test_small_firms_have_their_share_of_every_first_places_or_none_was_within_the_margin(
    offers: list[Offer],
) -> None:
    shown = arrange(offers)
    by_id = {one.id: one for one in offers}
    heads = sorted((by_id[name] for name in names(shown)), key=lambda o: (-o.key, -o.total, o.id))
    share = small_share(heads)
    for place in range(1, min(PLACES, len(shown)) + 1):
        first, later = shown[:place], shown[place:]
        count = sum(bool(by_id[row.id].small) for row in first)
        last = first[-1]
        is_free = last.label is not Label.EMERGING and not by_id[last.id].small
        if count >= math.floor(share * place + 1e-9) or not is_free:
            continue
        keys = [by_id[row.id].key for row in later if by_id[row.id].small]
        assert all(key < by_id[last.id].key - FLOOR_MARGIN for key in keys)


@examples
@given(_lists, st.randoms())
def test_the_order_of_the_input_never_matters(offers: list[Offer], chance: random.Random) -> None:
    shuffled = [*offers]
    chance.shuffle(shuffled)
    assert arrange(shuffled) == arrange(offers)


def test_a_vendors_variants_fold_under_the_best_of_them() -> None:
    words = ListingText("料箱机器人仓储系统", "面向汽车零部件的密集存储，支持与 WMS 对接。")
    other = ListingText("铸件表面缺陷在线检测", "机器视觉识别气孔和裂纹。")
    variant = replace(words, title="料箱机器人仓储系统 V2")
    shown = arrange(
        [
            offer("a", 8_000, vendor="x", text=words),
            offer("b", 7_900, vendor="x", text=variant),
            offer("c", 7_800, vendor="y", text=variant),
            offer("d", 7_700, vendor="x", text=other),
        ]
    )
    assert names(shown) == ["a", "c", "d"]
    assert shown[0].folded == (("b", Label.NEAR_DUPLICATE),)


def test_other_words_with_the_same_meaning_fold_too() -> None:
    axis = np.eye(3, dtype=np.float32)
    one = offer("a", 8_000, text=ListingText("缺陷检测"), meaning=axis[0])
    same = offer("b", 7_000, text=ListingText("瑕疵识别"), meaning=axis[0])
    assert alike(one, same)
    assert not alike(one, replace(same, meaning=axis[1]))
    assert not alike(one, replace(same, meaning=None))


def test_a_small_firm_just_below_the_first_ten_moves_into_them() -> None:
    large = [offer(f"l{n:02}", 7_000 - n) for n in range(10)]
    shown = arrange([*large, offer("small", 6_900, small=True)])
    raised = next(row for row in shown if row.id == "small")
    assert (raised.place, raised.label, raised.moved_up) == (10, None, 0) or raised.place == 11

    several = [offer(f"s{n:02}", 6_900 - n, small=True) for n in range(10)]
    shown = arrange([*large, *several])
    first = shown[:PLACES]
    assert sum(row.id.startswith("s") for row in first) == 4
    assert [row.label for row in first if row.id.startswith("s")] == [Label.SMALL_FIRM] * 4


def test_a_small_firm_beyond_the_margin_stays_where_it_is() -> None:
    large = [offer(f"l{n:02}", 7_000) for n in range(10)]
    far = [offer(f"s{n}", 7_000 - FLOOR_MARGIN - 1, small=True) for n in range(10)]
    assert all(row.label is None for row in arrange([*large, *far]))


def test_the_slot_goes_to_the_best_fitting_newcomer_within_the_margin() -> None:
    known = [offer(f"k{n:02}", 8_000 - n) for n in range(12)]
    young = [
        offer("fits", 7_400, evidence=0.0, fit=9_000),
        offer("fits_less", 7_500, evidence=0.0, fit=7_000),
        offer("too_far", 6_900, evidence=0.0, fit=9_900),
        offer("proven", 7_600, evidence=0.5, fit=9_900),
    ]
    shown = arrange([*known, *young])
    assert shown[EMERGING_PLACE - 1].id == "fits"
    assert shown[EMERGING_PLACE - 1].label is Label.EMERGING
    assert sum(row.label is Label.EMERGING for row in shown) == 1


def test_a_newcomer_that_ranks_high_by_itself_takes_the_slot_without_moving() -> None:
    known = [offer(f"k{n:02}", 8_000 - n) for n in range(12)]
    young = [offer(f"y{n}", 7_999 - n, evidence=0.0, fit=9_000) for n in range(2)]
    emerging = [row for row in arrange([*known, *young]) if row.label is Label.EMERGING]
    assert [(row.id, row.moved_up) for row in emerging] == [("y0", 0)]


def test_evidence_grows_with_each_case_and_confirmed_outcome() -> None:
    assert evidence_strength([]) == 0.0
    assert evidence_strength([CaseEvidence.STATED]) == pytest.approx(0.24)
    assert evidence_strength([CaseEvidence.STATED] * 2) == pytest.approx(1 - 0.76**2)
    assert evidence_strength([], confirmed=1) == pytest.approx(0.6)


def test_fit_leaves_out_what_only_a_track_record_brings() -> None:
    def part(criterion: str, points: int) -> Part:
        return Part(criterion, 10, points / 2_000, points, 2_000, Status.KNOWN, 1.0, ())

    parts = [part("scenario", 1_500), part("budget", 1_000), part("industry", 0)]
    assert fit_of(parts) == 6_250
    assert fit_of([part("outcomes", 2_000)]) == 0


def test_exposure_falls_with_the_place_and_ends_after_ten() -> None:
    assert exposure_at(1) == 1.0
    assert exposure_at(3) == pytest.approx(0.5)
    assert exposure_at(PLACES + 1) == 0.0


def test_the_exposure_ratio_is_one_when_attention_follows_merit() -> None:
    pair = [offer("a", 5_000), offer("b", 5_000, small=True)]
    assert exposure_ratio([pair, pair[::-1]]) == pytest.approx(1.0)
    assert exposure_ratio([pair]) == pytest.approx(1 / math.log2(3))
    assert math.isnan(exposure_ratio([pair[:1]]))


def test_what_the_floor_gains_and_costs_is_measured() -> None:
    large = [offer(f"l{n:02}", 7_000 - n) for n in range(10)]
    small = [offer(f"s{n:02}", 6_900 - n, small=True) for n in range(10)]
    figures = measure_portfolio([[*large, *small]], gain=lambda one: float(one.key))
    assert figures["ratio_before"] == 0.0
    assert 0.4 < figures["ratio_after"] < 1.0
    assert figures["ndcg_before"] == 1.0
    assert 0.0 < figures["ndcg_cost"] < 0.01
    assert figures["moved"] == 4.0
