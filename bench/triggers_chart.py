"""What an event costs against how many there are, as an SVG: both axes logarithmic."""

from __future__ import annotations

from math import log10
from typing import Any

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 400, 70, 50
COLOURS = {"hits": "#1b6ca8", "activations": "#2a7f3f", "live": "#a8441b"}


def chart(growth: list[dict[str, Any]]) -> str:
    """One line for each executor; the dots are measured."""
    xs = [log10(point["events"]) for point in growth]
    ys = [log10(point[name]) for point in growth for name in COLOURS if name in point]
    low, high = int(min(ys) // 1), int(-(-max(ys) // 1))
    high = max(high, low + 1)

    def x(value: float) -> float:
        return LEFT + (value - xs[0]) / max(xs[-1] - xs[0], 1e-9) * (WIDTH - LEFT - 120)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - 30)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{LEFT}" y="18">nanoseconds an event, by the number of events</text>',
    ]
    for power in range(low, high + 1):
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - 120}" y1="{y(power):.0f}" y2="{y(power):.0f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(power) + 4:.0f}" text-anchor="end">{10**power:,}</text>')
    for point in growth:
        at = x(log10(point["events"]))
        parts.append(f'<text x="{at:.0f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">{point["events"]:,}</text>')
    for name, colour in COLOURS.items():
        of = [(x(log10(p["events"])), y(log10(p[name]))) for p in growth if name in p]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in of)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{colour}"/>' for a, b in of]
        parts.append(f'<text x="{of[-1][0] + 10:.0f}" y="{of[-1][1] + 4:.0f}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
