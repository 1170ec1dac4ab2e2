"""How a pair's reasons are kept: compressed MessagePack of the engine's own dataclasses.

Nothing queries inside them. Against jsonb a row takes a third of the space and a fifteenth of
the time to write.
"""

import zlib
from functools import lru_cache

import msgspec

from matchmaking.engine.results import PairScore

# The fastest level: the next ones win a twentieth of the size for twice the time.
_LEVEL = 1
# Some ten lists, of frozen objects: whoever reads a list reads it again for each row's reasons.
_KEPT = 512
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(PairScore)


def pack_reasons(score: PairScore) -> bytes:
    return zlib.compress(_encoder.encode(score), _LEVEL)


@lru_cache(_KEPT)
def unpack_reasons(stored: bytes) -> PairScore:
    """Return the score that ``pack_reasons`` was given.

    Raises zlib.error or msgspec.DecodeError for anything else.
    """
    return _decoder.decode(zlib.decompress(stored))
