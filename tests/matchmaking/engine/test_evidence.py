"""The table of evidence codes is whole, and says who may read what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import matchmaking.engine
from matchmaking.engine.evidence import EVIDENCE, Evidence, because

ENGINE = Path(matchmaking.engine.__file__).parent


def test_evidence_carries_exactly_the_references_of_its_kind() -> None:
    with pytest.raises(ValueError, match="carries"):
        because("service.reaches", district="minhang")
    with pytest.raises(KeyError):
        because("no.such.code")


def test_evidence_survives_json() -> None:
    reason = because("scenario.covered", scenarios=("a", "b"), of=3)

    assert Evidence.from_json(reason.to_json()) == reason


def test_every_reason_that_rests_on_the_budget_is_kept_from_the_vendor() -> None:
    for kind in EVIDENCE.values():
        if "need.budget" in kind.fields:
            assert kind.private_to in {"need_owner", "platform"}, kind.code


def test_every_code_in_the_table_is_used_by_the_engine() -> None:
    sources = [
        path.read_text(encoding="utf-8")
        for path in ENGINE.rglob("*.py")
        if path.parent.name != "evidence"
    ]
    # Codes are written whole, or end in a computed word: f"wish.industry_{words}".
    whole = "\n".join(sources)
    prefixes = set(re.findall(r'f"([a-z_.]+)\{', whole)) | {"scenario.", "integration.", "goals."}
    for code in EVIDENCE:
        assert f'"{code}"' in whole or any(code.startswith(prefix) for prefix in prefixes), code
