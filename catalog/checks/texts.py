"""The free text of a listing, field by field."""

from collections.abc import Iterator

from catalog.content import Content, NeedContent


def free_texts(content: Content) -> Iterator[tuple[str, str]]:
    """Yield each piece of text somebody typed, with the field it stands in."""
    yield "title", content.title
    yield "summary", content.summary
    if isinstance(content, NeedContent):
        yield "situation", content.situation
        yield "goal", content.goal
        for parameter in content.parameters:
            yield "parameters", parameter.text
        for requirement in content.requirements:
            yield "requirements", requirement.text
        return
    yield "description", content.description
    yield "price_scope", content.price_scope
    yield "spares", content.spares
    for case in content.cases:
        yield "cases", case.customer
        yield "cases", case.result
