"""How much was looked at, and what was found; printed at the end of a run."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.leak.crawling import Document
from tests.leak.secrets import Hit, Secrets
from tests.leak.viewers import Viewer


@dataclass
class Tally:
    secrets: int = 0
    size: int = 0
    documents: Counter[str] = field(default_factory=Counter)
    roles: set[Viewer] = field(default_factory=set)
    hits: list[Hit] = field(default_factory=list)

    def scan(self, secrets: Secrets, documents: Iterable[Document]) -> list[Hit]:
        found: list[Hit] = []
        for document in documents:
            self.documents[document.channel] += 1
            self.roles.add(document.viewer)
            self.size += len(document.data)
            found += secrets.hits(
                document.viewer, document.channel, document.address, document.data
            )
        self.secrets = len(secrets)
        self.hits += found
        return found

    def __str__(self) -> str:
        channels = ", ".join(f"{name} {count}" for name, count in self.documents.most_common())
        return (
            f"leak: {len(self.documents)} channels × {len(self.roles)} roles × {self.secrets} "
            f"tokens over {self.documents.total()} documents "
            f"({self.size / 1e6:.0f} MB): {len(self.hits)} hits\nleak: {channels}"
        )
