"""Every service verb leaves an event, or is declared here with the reason why it leaves none.

Read from the source: a verb records when it calls ``record`` itself, through a helper of its
module, or through another verb. A new one that does neither, and is not declared, fails.
"""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from accounts import events

PACKAGES = ("accounts.services", "catalog.services", "matchmaking.services")

# Methods of rows, of QuerySets and of cursors that change something.
WRITING = {
    *("save", "save_base", "delete", "_raw_delete"),
    *("create", "get_or_create", "update_or_create", "bulk_create", "bulk_update"),
    *("update", "execute", "executemany", "copy"),
}

# A helper: the verbs that call it record.
PART = "takes part in verbs that record"
# Follows from recorded writes by rule, can be made again from them, and decides nothing.
DERIVED = "derived rows, runs and caches: made again from what the record tells of"
# The chain cannot hold a link about each of its own links.
SEALING = "the seal is the record"

UNRECORDED: dict[str, str] = {
    "accounts.services.auditing.seal_events": SEALING,
    "catalog.services.attachments.keep_file": PART,
    "catalog.services.attachments.remove_file": PART,
    "catalog.services.content_rows.write_content": PART,
    "catalog.services.content_rows.write_relations": PART,
    "catalog.services.listings.next_code": PART,
    "catalog.services.moderation.check_submission": DERIVED,
    "catalog.services.moderation.enter": PART,
    "catalog.services.states.decide": PART,
    "catalog.services.states.move": PART,
    "catalog.services.validation.validated": PART,
    "catalog.services.wanting.count_change": PART,
    "catalog.services.wanting.want_all_scored": DERIVED,
    "catalog.services.wanting.want_needs_scored": DERIVED,
    "catalog.services.wanting.want_scoring": DERIVED,
    "catalog.services.wanting.want_scoring_of": DERIVED,
    "matchmaking.services.explaining.explain_pair": DERIVED,
    "matchmaking.services.explaining.record_impressions": "a row of its own records each",
    "matchmaking.services.vectors.embed_listing": DERIVED,
    "matchmaking.services.weighing.evaluate_weights": "its request is recorded, it only measures",
}

# Here nobody acts: rows follow from listings. A function that takes an actor is no exception.
DERIVING_MODULES = frozenset(
    f"matchmaking.services.{name}"
    for name in (
        *("bulk", "corpora", "indexing", "lists", "ordering", "pinned", "placing", "prepared"),
        *("rebuilding", "runs", "scoring", "withdrawing"),
    )
)


def _modules() -> Iterator[ModuleType]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            yield importlib.import_module(found.name)


def _functions() -> dict[str, FunctionType]:
    """Return the public functions that the services packages define, by dotted name."""
    return {
        f"{module.__name__}.{name}": _plain(member)
        for module in _modules()
        for name, member in vars(module).items()
        if callable(member)
        and not name.startswith("_")
        and inspect.isfunction(_plain(member))
        and _plain(member).__module__ == module.__name__
    }


def _plain(member: Any) -> FunctionType:
    plain: FunctionType = inspect.unwrap(member)
    return plain


@dataclass(frozen=True)
class Body:
    """What a function's source mentions: names, and methods that it calls."""

    names: frozenset[str]
    methods: frozenset[str]


@cache
def _bodies(module: str) -> dict[str, Body]:
    loaded = importlib.import_module(module)
    tree = ast.parse(Path(inspect.getfile(loaded)).read_text(encoding="utf-8"))
    return {
        node.name: Body(
            frozenset(each.id for each in ast.walk(node) if isinstance(each, ast.Name)),
            frozenset(
                each.func.attr
                for each in ast.walk(node)
                if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)
            ),
        )
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }


def _reached(function: FunctionType) -> set[FunctionType]:
    """Return what ``function`` may call, itself included, as far as the services go."""
    found: set[FunctionType] = set()
    waiting = [function]
    while waiting:
        each = waiting.pop()
        if each in found:
            continue
        found.add(each)
        if not each.__module__.startswith(PACKAGES):
            continue
        module = importlib.import_module(each.__module__)
        body = _bodies(each.__module__).get(each.__name__)
        members = (getattr(module, name, None) for name in (body.names if body else ()))
        waiting += [_plain(member) for member in members if inspect.isfunction(_plain(member))]
    return found


def records(function: FunctionType) -> bool:
    return events.record in _reached(function)


def writes(function: FunctionType) -> bool:
    return any(
        WRITING & _bodies(each.__module__)[each.__name__].methods
        for each in _reached(function)
        if each.__module__.startswith(PACKAGES) and each.__name__ in _bodies(each.__module__)
    )


def _only_derives(function: FunctionType) -> bool:
    acts = "actor" in inspect.signature(function).parameters
    return function.__module__ in DERIVING_MODULES and not acts


FUNCTIONS = _functions()


def test_every_verb_that_writes_records_or_says_why_not() -> None:
    silent = {
        name
        for name, function in FUNCTIONS.items()
        if writes(function) and not records(function) and not _only_derives(function)
    }
    assert silent == set(UNRECORDED)


def test_the_check_tells_what_writes_from_what_records() -> None:
    add = FUNCTIONS["accounts.services.restrictions.add_restriction"]
    lock = FUNCTIONS["accounts.services.memberships.lock_organization"]
    assert (writes(add), records(add)) == (True, True)
    assert (writes(lock), records(lock)) == (False, False)


def test_a_verb_whose_event_is_taken_out_is_noticed() -> None:
    """``claim_run`` stands for one: it writes rows and records nothing."""
    silent = FUNCTIONS["matchmaking.services.runs.claim_run"]
    assert writes(silent)
    assert not records(silent)
