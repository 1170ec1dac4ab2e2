"""Room on this app's pages for the apps above it, which it must not import.

An app registers a panel in AppConfig.ready(); the page shows what the panel's function returns.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from accounts.actors import Actor
from accounts.models import Organization, Park

Context = dict[str, Any]
Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Panel:
    """A template and what it is given, as ``panel``."""

    template: str
    context: Context


@dataclass(slots=True)
class PanelRoom(Generic[Subject]):
    """The panels of one page, in the order they were registered."""

    _makers: dict[str, Callable[[Actor, Subject], Context]] = field(default_factory=dict)

    def register(self, template: str, make_context: Callable[[Actor, Subject], Context]) -> None:
        self._makers[template] = make_context

    def panels(self, actor: Actor, subject: Subject) -> list[Panel]:
        return [Panel(template, make(actor, subject)) for template, make in self._makers.items()]


organization_page = PanelRoom[Organization]()
dashboard_page = PanelRoom[Organization]()
park_page = PanelRoom[Park]()
