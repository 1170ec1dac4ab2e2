"""Every address that the URL resolver knows, and how to write it out for given values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Address:
    """``name`` with its namespaces; patterns without a name go by their route."""

    name: str
    route: str
    parameters: tuple[str, ...]
    is_named: bool

    @property
    def label(self) -> str:
        """Tells two patterns of one name apart in a report."""
        return f"{self.name} ({', '.join(self.parameters)})" if self.parameters else self.name

    def path(self, values: Mapping[str, Any]) -> str:
        chosen = {name: values[name] for name in self.parameters}
        if self.is_named:
            return reverse(self.name, kwargs=chosen)
        return "/" + _CONVERTER.sub(lambda match: str(chosen[match.group(1)]), self.route)


def all_addresses() -> list[Address]:
    return list(_walk(get_resolver(), "", "", ()))


def _walk(
    resolver: URLResolver, namespace: str, route: str, parameters: tuple[str, ...]
) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        path = route + str(pattern.pattern)
        named = (*parameters, *_names(pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, inner, path, named)
        elif isinstance(pattern, URLPattern):
            name = namespace + (pattern.name or path)
            yield Address(name, path, named, is_named=pattern.name is not None)


def _names(pattern: URLPattern | URLResolver) -> tuple[str, ...]:
    converters = getattr(pattern.pattern, "converters", {})
    return tuple(converters) or tuple(pattern.pattern.regex.groupindex)
