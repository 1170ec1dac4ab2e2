"""The geometry behind the charts."""

from decimal import Decimal

from django.template import Context, Template

from accounts.templatetags.drawing import radar_chart, share_of, stacked_segments


def test_the_parts_of_a_stacked_bar_stand_end_to_end() -> None:
    parts = [
        {"label": "能力", "points": Decimal("36.40")},
        {"label": "预算", "points": Decimal("13.20"), "assumed": True},
    ]
    first, second = stacked_segments(parts)
    assert (first.x, first.width, first.assumed) == ("0.00", "36.40", False)
    assert (second.x, second.width, second.assumed) == ("36.40", "13.20", True)


def test_a_share_stays_within_the_bar() -> None:
    assert share_of(30, 40) == "75.00"
    assert share_of(50, 40) == "100.00"
    assert share_of(-1, 40) == "0.00"
    assert share_of(None, 40) == "0.00"
    assert share_of(3, 0) == "0.00"


def test_a_radar_has_a_ring_a_level_and_a_corner_an_axis() -> None:
    axes = [{"label": f"子域{i}", "current": i, "target": 5} for i in range(1, 5)]
    chart = radar_chart(axes)
    assert len(chart.rings) == 5
    assert len(chart.current.split()) == 4
    assert chart.target == chart.rings[-1]
    assert [label.anchor for label in chart.labels] == ["middle", "start", "middle", "end"]


def test_a_radar_without_axes_draws_nothing() -> None:
    chart = radar_chart([])
    assert (chart.current, chart.labels) == ("", ())


def test_a_stacked_bar_tells_in_words_what_is_assumed() -> None:
    html = Template(
        '{% include "components/stacked_bar.html" with parts=parts score="49.6" %}'
    ).render(Context({"parts": [{"label": "预算", "points": "49.6", "assumed": True}]}))
    assert 'fill="url(#hatch)"' in html
    assert "预算 49.6 (推定)" in html
