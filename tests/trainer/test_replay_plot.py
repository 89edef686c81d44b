"""The picture of acceptance against activity."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.benchmarks.plot import HEIGHT, LEFT, TOP, WIDTH, svg

NAME = "{http://www.w3.org/2000/svg}"


def test_every_arm_is_a_line_from_the_rare_to_the_frequent() -> None:
    arms = {"model": [(0.9, 0.1, 1.0), (0.5, 0.4, 0.5), (0.99, 0.001, 1.0)], "a & b": [(0.5, 0.2, 0.0)]}
    picture = ElementTree.fromstring(svg({"all": arms, "none": {}}))
    first, second = picture.findall(f"{NAME}polyline")
    assert first.get("points") == (
        f"{LEFT + WIDTH / 4:.1f},{TOP:.1f} {LEFT + WIDTH:.1f},{TOP + HEIGHT / 2:.1f}"
    ), "what hardly ever shows anything is left out"
    assert second.get("points") == f"{LEFT + WIDTH / 2:.1f},{TOP + HEIGHT:.1f}"
    assert {"all", "none", "a & b"} <= {text.text for text in picture.findall(f"{NAME}text")}
