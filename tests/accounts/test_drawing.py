"""The geometry behind the charts."""

from decimal import Decimal

from django.template import Context, Template

from accounts.templatetags.drawing import radar_chart, share_of, stacked_segments

SUBDOMAINS = [
    *("Organizational strategy", "Staff skills", "Data", "Integration", "Information security"),
    *("Equipment", "Network", "Product design", "Process design", "Procurement"),
    *("Planning and scheduling", "Production operation", "Equipment management"),
    *("Warehousing and delivery", "Safety and environment", "Energy management", "Logistics"),
    *("Sales", "Customer service", "Product service"),
]


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


def test_no_label_of_a_radar_leaves_the_drawing_or_lies_on_another() -> None:
    labels = radar_chart([{"label": name} for name in SUBDOMAINS]).labels
    boxes = []
    for label in labels:
        assert " ".join(line for line, _y in label.lines) == label.text
        for line, y in label.lines:
            width, x = len(line) * 7.5, float(label.x)
            left = x - {"start": 0, "middle": width / 2, "end": width}[label.anchor]
            assert left >= 0
            assert left + width <= 460
            assert 10 <= float(y) <= 316
            boxes.append((left, left + width, float(y) - 9, float(y) + 3))
    for number, (left, right, top, bottom) in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert right <= other[0] or other[1] <= left or bottom <= other[2] or other[3] <= top


def test_a_radar_without_axes_draws_nothing() -> None:
    chart = radar_chart([])
    assert (chart.current, chart.labels) == ("", ())


def test_a_stacked_bar_tells_in_words_what_is_assumed() -> None:
    html = Template(
        '{% include "components/stacked_bar.html" with parts=parts score="49.6" %}'
    ).render(Context({"parts": [{"label": "预算", "points": "49.6", "assumed": True}]}))
    assert 'fill="url(#hatch)"' in html
    assert "预算 49.6 (推定)" in html
