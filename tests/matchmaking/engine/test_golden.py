from __future__ import annotations

import json

from tests.matchmaking.engine.golden import FILE, pairs


def test_drawn_pairs_score_as_they_did() -> None:
    known = json.loads(FILE.read_text(encoding="utf-8"))
    found = pairs()

    assert found.keys() == known.keys()
    changed = {name: (known[name], found[name]) for name in known if known[name] != found[name]}
    assert changed == {}
