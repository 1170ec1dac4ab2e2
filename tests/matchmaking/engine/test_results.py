"""How a stored score is written: pages, the API and rows of years ago rest on these names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from matchmaking.engine.evidence import because
from matchmaking.engine.results import (
    Constraint,
    Missing,
    PairScore,
    Part,
    Side,
    Status,
    VendorScore,
    Verdict,
)
from matchmaking.engine.weights import Criterion

SHARE = because("domestic.share", percent=62)
UNKNOWN = because("domestic.unknown")

PART = Part(
    criterion="domestic",
    weight=20,
    value=2 / 3,
    points=6667,
    points_max=10_000,
    status=Status.KNOWN,
    known_share=1 / 3,
    evidence=(SHARE,),
)
WISH = Part("wish_size", 1, 0.5, 5000, 10_000, Status.ASSUMED, 0.0, (UNKNOWN,))
SCORE = PairScore(
    need_id="1",
    solution_id="2",
    total=6667,
    confidence=2 / 7,
    parts=(PART,),
    constraints=(
        Constraint("load", Verdict.FAIL, SHARE, "r1"),
        Constraint("precision", Verdict.UNKNOWN, UNKNOWN),
        Constraint("reach", Verdict.PASS, SHARE),
    ),
    missing=(Missing(Side.SOLUTION, "solution.price", Criterion.BUDGET, 410),),
    vendor=VendorScore(5000, (WISH,)),
    rank_key=6100,
)
EVIDENCE = {"share": SHARE.to_json(), "unknown": UNKNOWN.to_json()}
WRITTEN: dict[str, Any] = {
    "need": "1",
    "solution": "2",
    "total": 6667,
    "confidence": 0.285714,
    "parts": [
        {
            "criterion": "domestic",
            "weight": 20,
            "value": 0.666667,
            "points": 6667,
            "points_max": 10_000,
            "status": "known",
            "known_share": 0.333333,
            "evidence": [EVIDENCE["share"]],
        }
    ],
    "constraints": [
        {"code": "load", "verdict": "fail", "evidence": EVIDENCE["share"], "requirement": "r1"},
        {
            "code": "precision",
            "verdict": "unknown",
            "evidence": EVIDENCE["unknown"],
            "requirement": None,
        },
        {"code": "reach", "verdict": "pass", "evidence": EVIDENCE["share"], "requirement": None},
    ],
    "missing": [
        {"side": "solution", "field": "solution.price", "criterion": "budget", "gain": 410}
    ],
    "vendor": {
        "total": 5000,
        "parts": [
            {
                "criterion": "wish_size",
                "weight": 1,
                "value": 0.5,
                "points": 5000,
                "points_max": 10_000,
                "status": "assumed",
                "known_share": 0.0,
                "evidence": [EVIDENCE["unknown"]],
            }
        ],
    },
    "rank_key": 6100,
}


def rounded(score: PairScore) -> PairScore:
    part = replace(PART, value=0.666667, known_share=0.333333)
    return replace(score, confidence=0.285714, parts=(part,))


def test_a_score_is_written_under_these_names() -> None:
    assert SCORE.to_json() == WRITTEN


def test_what_is_written_is_read_to_six_decimals() -> None:
    assert PairScore.from_json(WRITTEN) == rounded(SCORE)


def test_a_score_by_the_owners_weights_carries_the_platforms_beside_it() -> None:
    told = replace(SCORE, total=6000)
    both = replace(SCORE, by_platform=told)
    written = {**WRITTEN, "by_platform": {**WRITTEN, "total": 6000}}

    assert both.to_json() == written
    assert PairScore.from_json(written) == replace(rounded(SCORE), by_platform=rounded(told))
    assert both.for_vendor is told
    assert SCORE.for_vendor is SCORE


def test_a_vendor_that_wishes_nothing_has_no_score_of_its_own() -> None:
    quiet = replace(SCORE, vendor=None)

    assert quiet.to_json() == {**WRITTEN, "vendor": None}
    assert PairScore.from_json({**WRITTEN, "vendor": None}).vendor is None


def test_only_what_fails_rules_out() -> None:
    failed, unknown, passed = SCORE.constraints

    assert SCORE.failed == (failed,)
    assert SCORE.unconfirmed == (unknown,)
    assert SCORE.ruled_out
    assert not replace(SCORE, constraints=(unknown, passed)).ruled_out


@pytest.mark.parametrize(
    ("path", "word"),
    [("status", "maybe"), ("verdict", "maybe"), ("side", "both"), ("criterion", "luck")],
)
def test_a_word_that_the_engine_does_not_know_is_refused(path: str, word: str) -> None:
    readers: dict[str, Callable[[], object]] = {
        "status": lambda: Part.from_json({**WRITTEN["parts"][0], "status": word}),
        "verdict": lambda: Constraint.from_json({**WRITTEN["constraints"][0], "verdict": word}),
        "side": lambda: Missing.from_json({**WRITTEN["missing"][0], "side": word}),
        "criterion": lambda: Missing.from_json({**WRITTEN["missing"][0], "criterion": word}),
    }

    with pytest.raises(ValueError, match=word):
        readers[path]()
