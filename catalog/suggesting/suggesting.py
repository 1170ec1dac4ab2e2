"""All suggesters over one text."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from catalog.suggesting.amounts import budgets, deadlines, lead_times
from catalog.suggesting.demands import parameters, requirements
from catalog.suggesting.labels import Found, ranked
from catalog.suggesting.lexicon import Cues, Lexicon
from catalog.suggesting.reading import Reading
from catalog.suggesting.suggestion import Field, Suggestion

# Raise it with every change of what is suggested: measured figures belong to a version.
SUGGESTER_VERSION = 1

# A firm pattern is enough; faint ones must be several.
ENOUGH = 0.8
MOST_SCENARIOS = 3
# A scenario far behind the best is named by the way.
BEHIND = 0.45
# Beyond this a scenario is meant for certain, and more words for it say nothing of the others.
CERTAIN = 2.0
MOST_GAPS = 4

_BY_HAND = re.compile(
    r"纸质|手写|手抄|手工|人工|人眼|目检|excel|word|靠(?:人|老|师傅|经验|吼)|全靠|微信群|没人知道|说不清|打印|凭感觉"
)
_APART = re.compile(r"不通|各管各|孤岛|对不上|没打通|还没对接")
_LARGER_WISH = re.compile(r"预测|预警|自动|智能|优化|无人|黑灯")

_GREETING = re.compile(
    r"^(?:\s|@\S+\s|急+[!,。]*|(?:大家|各位|你们?|您)好[,。!]?|hi[,。!]?|在吗[,。?]?|请问[,。]?|"
    r"[^\s::]{1,12}\s+[0-9/\-: ]{4,16}\r?\n|[^\s::]{1,8}[::](?!//))+",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[。！？!?;；\n]")
_COMMA = re.compile(r"[,，]")
TITLE_LENGTH = 40


def suggest(written: str, lexicon: Lexicon, today: date) -> list[Suggestion]:
    """Return what the words of ``written`` suggest about the need, field by field."""
    reading = Reading.of(written)
    scenarios = _scenarios(reading, lexicon)
    kind = _best(reading, lexicon.project_types)
    found: list[Suggestion] = [_code(Field.SCENARIO, each) for each in scenarios]
    industry = _best(reading, lexicon.industries)
    district = _best(reading, lexicon.districts)
    single = ((Field.INDUSTRY, industry), (Field.PROJECT_TYPE, kind), (Field.DISTRICT, district))
    found += [_value(field, each) for field, each in single if each is not None]
    found += budgets(reading)
    found += deadlines(reading, today)
    found += lead_times(reading)
    found += requirements(reading, lexicon)
    if kind is not None:
        found += parameters(reading, lexicon, kind.code)
    found += list(_gaps(reading, lexicon))[:MOST_GAPS]
    return found


def _scenarios(reading: Reading, lexicon: Lexicon) -> list[Found]:
    found = [each for each in ranked(reading, lexicon.scenarios) if each.weight >= ENOUGH]
    if not found:
        return []
    least = min(found[0].weight, CERTAIN) * BEHIND
    return [each for each in found[:MOST_SCENARIOS] if each.weight >= least]


def _best(reading: Reading, cues: Mapping[str, Cues]) -> Found | None:
    found = ranked(reading, cues)
    return found[0] if found else None


def _code(field: Field, found: Found) -> Suggestion:
    return Suggestion(field, found.code, found.spans)


def _value(field: Field, found: Found) -> Suggestion:
    """A field that holds one code: its key does not change with the code."""
    return Suggestion(field, "", found.spans, choice=found.code)


def _gaps(reading: Reading, lexicon: Lexicon) -> Iterator[Suggestion]:
    """Yield sub-domains that a clause describes as done by hand, or by systems that stand apart."""
    for domain, pattern in lexicon.maturity.items():
        for match in reading.find(pattern):
            start, end = reading.clause(*match.span())
            by_hand = _BY_HAND.search(reading.text, start, end)
            apart = _APART.search(reading.text, start, end)
            sign = by_hand or apart
            if sign is None:
                continue
            current = 1 if by_hand else 2
            target = 4 if _LARGER_WISH.search(reading.text) and current > 1 else 3
            spans = sorted({reading.span(*match.span()), reading.span(*sign.span())})
            yield Suggestion(Field.MATURITY, domain, tuple(spans), level=current, target=target)
            break


def title_of(written: str) -> str:
    """Return the first thing the text says, short enough for a title, else nothing."""
    text = _GREETING.sub("", written.strip())
    first = next((part.strip() for part in _SENTENCE.split(text) if part.strip()), "")
    title = ""
    for part in _COMMA.split(first):
        longer = f"{title}，{part.strip()}" if title else part.strip()
        if title and len(longer) > TITLE_LENGTH:
            break
        title = longer
    return " ".join(title.split())[:TITLE_LENGTH].strip()
