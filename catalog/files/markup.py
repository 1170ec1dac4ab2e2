"""XML inside office files, read without ever building it up in memory.

defusedxml forbids the same declarations, but calls Python for every element; a sheet of a
million cells has to be through in a second or two.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from catalog.files.verdict import RefusedFile

_DEPTH = 200
SEPARATOR = " "


@dataclass(slots=True)
class Reader:
    """Feeds one part to expat; elements are told only where somebody asked for them.

    ``on_words`` gets the words inside each of the ``inside`` elements, whole.
    """

    on_start: Callable[[str, dict[str, str]], None] | None = None
    on_words: Callable[[str], None] | None = None
    inside: frozenset[str] = frozenset()
    _parser: expat.XMLParserType = field(init=False)
    _words: list[str] = field(default_factory=list, init=False)
    _depth: int = field(default=0, init=False)

    def read(self, pieces: Iterable[bytes]) -> None:
        parser = self._parser = expat.ParserCreate(namespace_separator=SEPARATOR)
        parser.StartDoctypeDeclHandler = _refuse_declaration
        parser.EntityDeclHandler = _refuse_declaration
        parser.ExternalEntityRefHandler = _refuse_reference
        if self.on_start is not None or self.on_words is not None:
            parser.StartElementHandler = self._started
            parser.EndElementHandler = self._ended
        try:
            for piece in pieces:
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise RefusedFile("damaged") from None

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise RefusedFile("too_heavy")
        if self.on_start is not None:
            self.on_start(name, attributes)
        if self.inside and local(name) in self.inside:
            self._words.clear()
            self._parser.CharacterDataHandler = self._words.append

    def _ended(self, name: str) -> None:
        self._depth -= 1
        if self.on_words is not None and local(name) in self.inside:
            self._parser.CharacterDataHandler = None
            self.on_words("".join(self._words))


def _refuse_declaration(*_told: object) -> NoReturn:
    raise RefusedFile("xml_entities")


def _refuse_reference(*_told: object) -> int:
    raise RefusedFile("xml_entities")


def local(name: str) -> str:
    """Return an element's name without its namespace."""
    return name.rsplit(SEPARATOR, 1)[-1]
