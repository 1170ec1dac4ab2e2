"""Which words and codes a listing is found by, and how much each tells of it.

A word's impact is BM25's saturated term frequency (Robertson and Zaragoza 2009), normalised by
the length of the text and scaled to whole thousandths:

    impact = 1000 * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / PIVOT))

so that, over a need's words, the sum of rarity * impact is a BM25 score. The pivot is a constant:
a listing's impacts never depend on other listings. Lengths are taken in steps of half an octave:
a word more or less leaves the other words' impacts, hence their rows, as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from math import log, log2

from catalog.search.lexicon import STOP_WORDS
from catalog.search.tokens import words
from matchmaking.engine.facts import ListingText, NeedFacts, SolutionFacts
from matchmaking.engine.table import need_text
from matchmaking.recall.frequencies import Frequencies

# Raise it with every change of terms or impacts: rows of another version are rebuilt.
TERMS_VERSION = 1
TITLE_WEIGHT = 3
K1 = 1.2
B = 0.5
# The length of a usual listing in words, the title's counted TITLE_WEIGHT times.
PIVOT = 100.0
# A listing is found by its most telling words only, and looked for by fewer.
WORDS_KEPT = 40
WORDS_ASKED = 12
UNIT = 1000

Facts = NeedFacts | SolutionFacts


def text_of(facts: Facts) -> ListingText:
    return need_text(facts) if isinstance(facts, NeedFacts) else facts.text


def counted(text: ListingText) -> Counter[str]:
    """How often each word occurs, the title's words TITLE_WEIGHT times."""
    found = Counter(words(f"{text.body}\n{text.extra}"))
    for word in words(text.title):
        found[word] += TITLE_WEIGHT
    for word in STOP_WORDS & found.keys():
        del found[word]
    return found


def key(catalogue_id: int, kind: str, term: str) -> int:
    """The signed 32-bit number that a term has among one side of one catalogue."""
    name = f"{catalogue_id} {kind} {term}".encode()
    return int.from_bytes(blake2b(name, digest_size=4).digest(), "little", signed=True)


def word_impacts(counts: Mapping[str, int], frequencies: Frequencies) -> dict[str, int]:
    """The most telling WORDS_KEPT words of a listing with their impacts."""
    if not counts:
        return {}
    length = 2 ** (round(2 * log2(sum(counts.values()))) / 2)
    damping = K1 * (1 - B + B * length / PIVOT)
    impacts = {word: often * (K1 + 1) / (often + damping) for word, often in counts.items()}
    telling = {word: impact * frequencies.rarity(word) for word, impact in impacts.items()}
    kept = sorted(telling, key=lambda word: (-telling[word], word))[:WORDS_KEPT]
    return {word: round(UNIT * impacts[word]) for word in kept}


def asked_words(counts: Mapping[str, int], frequencies: Frequencies) -> dict[str, float]:
    """The most telling WORDS_ASKED words to look for, each with its weight.

    A word that only one text had when words were counted is most likely nobody else's: it comes
    last (.667 of the good offers among the first 100 of the tech-transfer pool instead of .653).
    """
    weights = {word: (1 + log(often)) * frequencies.rarity(word) for word, often in counts.items()}
    kept = sorted(weights, key=lambda word: (frequencies.seen(word) < 2, -weights[word], word))
    return {word: weights[word] for word in kept[:WORDS_ASKED]}


def code_terms(facts: Facts) -> list[str]:
    """What a listing is found by besides words: scenarios, alone and together with an industry."""
    if isinstance(facts, NeedFacts):
        industries = [facts.industry] if facts.industry else []
    else:
        shown = {case.industry for case in facts.cases if case.industry}
        industries = sorted(facts.industries | shown)
    scenarios = sorted(facts.scenarios)
    return [
        *(f"scenario:{scenario}" for scenario in scenarios),
        *(f"scenario:{scenario} {industry}" for scenario in scenarios for industry in industries),
    ]


def postings(
    facts: Facts, *, catalogue_id: int, kind: str, frequencies: Frequencies
) -> dict[int, int]:
    """Everything ``facts`` is found by: term -> impact.

    A code tells the more, the fewer of its kind the listing names.
    """
    said = word_impacts(counted(text_of(facts)), frequencies)
    codes = code_terms(facts)
    shares = _shares(codes)
    impacts = {f"word:{word}": impact for word, impact in said.items()} | shares
    return {key(catalogue_id, kind, term): impact for term, impact in impacts.items()}


def _shares(codes: Sequence[str]) -> dict[str, int]:
    alone = sum(" " not in code for code in codes)
    pairs = len(codes) - alone
    return {
        code: round(UNIT / (pairs if " " in code else alone) ** 0.5) for code in codes[:WORDS_KEPT]
    }
