"""Room on this app's pages for the apps above it, which it must not import.

An app registers a panel in AppConfig.ready(); the page shows what the panel's function returns.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts.actors import Actor
from accounts.models import Organization

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Panel:
    """A template and what it is given, as ``panel``."""

    template: str
    context: Context


@dataclass(slots=True)
class PanelRoom:
    """The panels of one page, in the order they were registered."""

    _makers: dict[str, Callable[[Actor, Organization], Context]] = field(default_factory=dict)

    def register(
        self, template: str, make_context: Callable[[Actor, Organization], Context]
    ) -> None:
        self._makers[template] = make_context

    def panels(self, actor: Actor, organization: Organization) -> list[Panel]:
        return [
            Panel(template, make(actor, organization)) for template, make in self._makers.items()
        ]


organization_page = PanelRoom()
dashboard_page = PanelRoom()
