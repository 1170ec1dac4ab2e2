"""Facts, profiles and vectors as bytes, and back, exactly.

Facts are MessagePack (msgspec) of the fields that differ from their defaults, numbers as decimal
text. They carry neither text nor vectors: those come as a profile (characters counted) and as
the raw vectors in the half precision they are stored in, which is all that scoring reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.facts import (
    DIMENSIONS,
    NeedFacts,
    ParameterSpec,
    SolutionFacts,
    StatedParameter,
    Value,
    Vectors,
)
from matchmaking.engine.text import MOST_COUNTED, Profile, parted

# Raise it with every change of what is packed or how: rows of another version are rebuilt.
PACKING_VERSION = 1

_LEFT_OUT = frozenset({"text", "vectors"})
_FAR = 0xFFFF
# Which views follow a byte of flags.
_STATED = {1: (0,), 2: (1,), 3: (0, 1)}


class _PackedParameter(msgspec.Struct, array_like=True, frozen=True):
    """A stated value by its type: MessagePack itself cannot tell a number from its text."""

    spec: ParameterSpec
    number: Decimal | None = None
    flag: bool | None = None
    text: str | None = None
    choices: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _PackedNeed(NeedFacts):
    """NeedFacts as msgspec can decode them."""

    parameters: tuple[_PackedParameter, ...] = ()  # type: ignore[assignment]


# Sets in one order, so that equal facts are equal bytes in every process.
_encoder = msgspec.msgpack.Encoder(order="deterministic")
_solution_decoder = msgspec.msgpack.Decoder(SolutionFacts)
_need_decoder = msgspec.msgpack.Decoder(_PackedNeed)
_NEED_FIELDS = tuple(field.name for field in fields(NeedFacts))


def pack_solution(facts: SolutionFacts) -> bytes:
    return _encoder.encode(_stated_fields(facts, _LEFT_OUT))


def unpack_solution(data: bytes) -> SolutionFacts:
    """The inverse of pack_solution, without text and vectors."""
    return _solution_decoder.decode(data)


def pack_need(facts: NeedFacts) -> bytes:
    said = _stated_fields(facts, _LEFT_OUT)
    if facts.parameters:
        said["parameters"] = [_packed_parameter(stated) for stated in facts.parameters]
    if facts.weights is not None:
        said["weights"] = dict(facts.weights)
    return _encoder.encode(said)


def unpack_need(data: bytes) -> NeedFacts:
    """The inverse of pack_need, without text and vectors."""
    packed = _need_decoder.decode(data)
    said = {name: getattr(packed, name) for name in _NEED_FIELDS}
    said["parameters"] = tuple(StatedParameter(p.spec, _value(p)) for p in packed.parameters)
    return NeedFacts(**said)


def _stated_fields(facts: NeedFacts | SolutionFacts, left_out: frozenset[str]) -> dict[str, Any]:
    said = {f.name: getattr(facts, f.name) for f in fields(facts) if f.name not in left_out}
    empty = type(facts)(id="", organization_id="")
    return {name: value for name, value in said.items() if value != getattr(empty, name)}


def _packed_parameter(stated: StatedParameter) -> _PackedParameter:
    match stated.value:
        case bool():
            return _PackedParameter(stated.spec, flag=stated.value)
        case Decimal():
            return _PackedParameter(stated.spec, number=stated.value)
        case str():
            return _PackedParameter(stated.spec, text=stated.value)
        case _:
            return _PackedParameter(stated.spec, choices=stated.value)


def _value(packed: _PackedParameter) -> Value:
    for value in (packed.number, packed.flag, packed.text, packed.choices):
        if value is not None:
            return value
    raise ValueError("a packed parameter without a value")


def pack_profile(profile: Profile) -> bytes:
    """Three bytes an entry: the step from bucket to bucket, then how often it occurs.

    A step of 65,535 or more is made of several, each with a count of 0. Counts are whole (a
    title's three times), and the engine takes none above MOST_COUNTED for more than that.
    """
    before = np.concatenate([[np.int64(-1)], profile.buckets[:-1].astype(np.int64)])
    steps = profile.buckets.astype(np.int64) - before[: len(profile.buckets)]
    counts = np.minimum(profile.counts, MOST_COUNTED).astype(np.uint8)
    hops = steps // _FAR
    places = np.cumsum(hops) + np.arange(len(steps))
    total = len(steps) + int(hops.sum())
    written_steps = np.full(total, _FAR, dtype="<u2")
    written_counts = np.zeros(total, dtype=np.uint8)
    written_steps[places] = steps % _FAR
    written_counts[places] = counts
    return written_steps.tobytes() + written_counts.tobytes()


def unpack_profiles(data: Sequence[bytes]) -> list[Profile]:
    """The inverse of pack_profile for many at once: a few calls of numpy instead of many."""
    if not data:
        return []
    totals = [len(one) // 3 for one in data]
    joined = b"".join([one[: 2 * total] for one, total in zip(data, totals, strict=True)])
    steps = np.frombuffer(joined, dtype="<u2")
    counts = np.frombuffer(
        b"".join([one[2 * total :] for one, total in zip(data, totals, strict=True)]), np.uint8
    )
    ends = np.cumsum(totals)
    # Running sums over all of them, less what had come up before each one's first step.
    sums = np.concatenate([[0], np.cumsum(steps, dtype=np.int64)])
    before = np.repeat(sums[ends - totals], totals)
    there = counts > 0
    buckets = (sums[1:] - before - 1)[there].astype(np.int32)
    occurs = counts[there].astype(np.float32)
    kept = np.diff(np.concatenate([[0], np.cumsum(there)])[ends], prepend=0).tolist()
    return [
        Profile(own, often)
        for own, often in zip(parted(buckets, kept), parted(occurs, kept), strict=True)
    ]


def pack_vectors(vectors: Vectors) -> bytes:
    """A byte that says which views there are (1 title, 2 body), then each in half precision."""
    views = (vectors.title, vectors.body)
    flags = sum(1 << place for place, view in enumerate(views) if view is not None)
    return bytes([flags]) + b"".join(v.astype("<f2").tobytes() for v in views if v is not None)


def unpack_vectors(data: Sequence[bytes]) -> NDArray[np.float32]:
    """The inverse of pack_vectors for many, as `engine.text.stated_views`; vectors read from the
    database lose nothing.
    """
    views = np.full((len(data), 2, DIMENSIONS), np.nan, np.float32)
    for flags, stated in _STATED.items():
        places = [place for place, one in enumerate(data) if one[0] == flags]
        halves = np.frombuffer(b"".join([data[place][1:] for place in places]), dtype="<f2")
        for view, found in zip(
            stated, halves.reshape(len(places), len(stated), DIMENSIONS).swapaxes(0, 1), strict=True
        ):
            views[places, view] = found
    return views


def digest(parts: Sequence[bytes]) -> int:
    """A signed 64-bit fingerprint of packed parts."""
    made = blake2b(digest_size=8)
    for part in parts:
        made.update(len(part).to_bytes(4, "little"))
        made.update(part)
    return int.from_bytes(made.digest(), "little", signed=True)
