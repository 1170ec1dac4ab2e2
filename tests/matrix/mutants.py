"""Takes the policy's checks out, one at a time: each predicate, each term, each comparison."""

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from accounts import permissions as accounts
from catalog import permissions as catalog
from matchmaking import permissions as matchmaking

# Mutants that answer alike: the condition spares a query, or a term of it, that matches nothing.
EQUIVALENT = frozenset(
    {
        ("visible_listings", "condition of 'actor.organization_id is not None' always True"),
        ("visible_listings", "condition of 'actor.park_ids' always True"),
        ("visible_introductions", "without 'own is None'"),
    }
)
MODULES: tuple[ModuleType, ...] = (accounts, catalog, matchmaking)

_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
}


@dataclass(frozen=True)
class Mutant:
    function: FunctionType
    what: str
    code: CodeType

    def __str__(self) -> str:
        return f"{self.function.__module__}.{self.function.__name__}: {self.what}"

    @contextmanager
    def living(self) -> Iterator[None]:
        """Put the mutant in the place of the function, wherever that was imported to."""
        own = self.function.__code__
        self.function.__code__ = self.code
        try:
            yield
        finally:
            self.function.__code__ = own


def predicates() -> list[FunctionType]:
    return [
        each
        for module in MODULES
        for each in vars(module).values()
        if isinstance(each, FunctionType) and each.__module__ == module.__name__
    ]


def mutants() -> list[Mutant]:
    return [mutant for function in predicates() for mutant in _of(function)]


def _of(function: FunctionType) -> Iterator[Mutant]:
    source = _source(function)
    for position in range(len(_nodes(ast.parse(source)))):
        for change in _CHANGES:
            tree = ast.parse(source)
            node = _nodes(tree)[position]
            for what in change(node):
                if (function.__name__, what) not in EQUIVALENT:
                    yield Mutant(function, what, _compiled(tree, function))
    annotated = inspect.signature(function).return_annotation
    if annotated is bool:
        for answer in ("True", "False"):
            tree = ast.parse(source)
            body: Any = tree.body[0]
            body.body = [_return(answer)]
            yield Mutant(function, f"always {answer}", _compiled(tree, function))


def _source(function: FunctionType) -> str:
    """Read what the module says: tests/refusals.py has put code of its own into ``require``."""
    text = Path(inspect.getfile(sys.modules[function.__module__])).read_text(encoding="utf-8")
    found = (
        each for each in ast.parse(text).body if getattr(each, "name", "") == function.__name__
    )
    return ast.get_source_segment(text, next(found)) or ""


def _nodes(tree: ast.Module) -> list[Any]:
    """Return what a function does, without the types of what it takes and returns."""
    definition: Any = tree.body[0]
    return [node for statement in definition.body for node in ast.walk(statement)]


def _return(answer: str) -> ast.Return:
    return ast.Return(value=ast.Constant(value=answer == "True"))


def _compiled(tree: ast.Module, function: FunctionType) -> CodeType:
    code = compile(ast.fix_missing_locations(tree), function.__code__.co_filename, "exec")
    return next(
        each
        for each in code.co_consts
        if isinstance(each, CodeType) and each.co_name == function.__name__
    )


def _drop_each_term(node: ast.AST) -> Iterator[str]:
    """Yield once a term: the tree is mutated while the caller looks."""
    if isinstance(node, ast.BoolOp):
        whole = list(node.values)
        neutral = ast.Constant(value=isinstance(node.op, ast.And))
        for index, term in enumerate(whole):
            node.values = [*whole[:index], neutral, *whole[index + 1 :]]
            yield f"without {ast.unparse(term)!r}"


def _swap_and_or(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and/or swapped"


def _turn_comparison(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _OPPOSITES:
        before = ast.unparse(node)
        node.ops = [_OPPOSITES[type(node.ops[0])](), *node.ops[1:]]
        yield f"{before!r} turned round"


def _drop_not(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node.operand = ast.UnaryOp(op=ast.Not(), operand=node.operand)
        yield f"not taken out of {ast.unparse(node)!r}"


def _negate_condition(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.If | ast.IfExp):
        node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)
        yield "condition negated"


def _always_if(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.If | ast.IfExp):
        before = ast.unparse(node.test)
        for answer in (True, False):
            node.test = ast.Constant(value=answer)
            yield f"condition of {before!r} always {answer}"


def _drop_side_of_query(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        both = (node.left, node.right)
        for kept in both:
            node.left = node.right = kept
            yield f"query of {ast.unparse(kept)!r} alone"


def _drop_invert(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        node.operand = ast.UnaryOp(op=ast.Invert(), operand=node.operand)
        yield "~ taken out"


_CHANGES: tuple[Callable[[ast.AST], Iterator[str]], ...] = (
    _drop_each_term,
    _swap_and_or,
    _turn_comparison,
    _drop_not,
    _negate_condition,
    _always_if,
    _drop_side_of_query,
    _drop_invert,
)
