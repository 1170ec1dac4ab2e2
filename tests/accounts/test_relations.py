"""What connects two organizations: symmetric, in one spelling, never out of nothing."""

from hypothesis import given
from hypothesis import strategies as st

from accounts.relations import Link, Ties, connected, links, spelled

NAMES = st.sampled_from(
    ["张三", " 张 三 ", "李四", "", "上海某控股有限公司", "上海某控股(有限)公司"]
)
CONTACTS = st.sampled_from(["a@example.com", "A@Example.com ", "13800000000", ""])


@st.composite
def ties(draw: st.DrawFn) -> Ties:
    return Ties.of(
        draw(st.integers(0, 5)),
        name=draw(st.sampled_from(["甲公司", "乙公司", "上海某控股有限公司"])),
        representative=draw(NAMES),
        shareholders=draw(st.lists(NAMES, max_size=3)),
        contacts=draw(st.lists(CONTACTS, max_size=2)),
    )


@given(ties(), ties())
def test_who_is_asked_first_never_matters(one: Ties, other: Ties) -> None:
    assert links(one, other) == links(other, one)


@given(st.lists(ties(), max_size=5, unique_by=lambda each: each.key))
def test_order_never_matters_and_the_smaller_key_comes_first(many: list[Ties]) -> None:
    shuffled = sorted(many, key=lambda each: -each.key)
    assert connected(many) == connected(shuffled)
    assert all(one < other for one, other in connected(many))


@given(st.text(max_size=30))
def test_a_spelling_stays_as_it_is_spelled_again(name: str) -> None:
    assert spelled(spelled(name)) == spelled(name)


def test_a_name_is_one_name_however_it_is_typed() -> None:
    same = (("张 三", "张三"), ("ＡＢＣ控股", "abc控股"), ("某（上海）公司", "某(上海)公司"))
    for one, other in same:
        assert spelled(one) == spelled(other)


def test_each_link_is_found_and_named() -> None:
    def link(first: dict[str, object], second: dict[str, object]) -> set[Link]:
        names = {"name": "甲公司"}, {"name": "乙公司"}
        made = [
            Ties.of(key, **{**name, **given})  # type: ignore[arg-type]
            for key, name, given in zip((1, 2), names, (first, second), strict=True)
        ]
        return set(links(*made))

    person: dict[str, object] = {"representative": "张三"}
    assert link(person, {"representative": "张 三"}) == {Link.REPRESENTATIVE}
    assert link({"shareholders": ["某基金"]}, {"shareholders": ["某 基金"]}) == {Link.SHAREHOLDER}
    assert link(person, {"shareholders": ["张三"]}) == {Link.CROSSED}
    assert link({}, {"shareholders": ["甲公司"]}) == {Link.HOLDING}
    assert link({"contacts": ["A@x.com"]}, {"contacts": ["a@x.com "]}) == {Link.CONTACT}


def test_nothing_stated_connects_nobody() -> None:
    blank = [Ties.of(key, name=name) for key, name in ((1, "甲公司"), (2, "乙公司"))]
    assert connected(blank) == {}
