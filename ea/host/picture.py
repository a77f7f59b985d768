"""The chart panel as a picture, drawn from the chart objects that the terminal records (its line `objects`).

    python -m ea.host.picture OUTPUT-OF-THE-HOST PANEL.png

What a real terminal draws differs in fonts and in anti-aliasing; where things are, and what they say, does not.
"""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs
import msgspec
from PIL import Image, ImageDraw, ImageFont

MARGIN = 12
BACK = (16, 18, 24)
_TEXT_SIZE = 12
_ORDER = {"OBJ_RECTANGLE_LABEL": 0, "OBJ_LABEL": 1, "OBJ_BUTTON": 2}
"""What lies over what."""
Colour = tuple[int, int, int]


@attrs.frozen(kw_only=True)
class ChartObject:
    """An object on the chart that is placed in pixels, from the upper left corner."""

    kind: str
    name: str
    x: int
    y: int
    width: int = 0
    height: int = 0
    text: str = ""
    ink: Colour = (255, 255, 255)
    back: Colour = BACK


def objects(output: Iterable[bytes]) -> list[ChartObject]:
    """The last drawing that the host reported, in the order in which it is drawn."""
    found: list[ChartObject] = []
    for line in output:
        said = msgspec.json.decode(line)
        if said.get("event") == "objects":
            found = list(_placed(said["objects"]))
    return sorted(found, key=lambda each: (_ORDER[each.kind], -each.width * each.height))


def draw(placed: Iterable[ChartObject]) -> Image.Image:
    """The panel."""
    all_ = list(placed)
    width = max((each.x + each.width for each in all_), default=0) + MARGIN
    height = max((each.y + each.height for each in all_), default=0) + MARGIN
    image = Image.new("RGB", (max(width, 100), max(height, 100)), BACK)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(_TEXT_SIZE)
    for each in all_:
        if each.kind != "OBJ_LABEL":
            box = (each.x, each.y, each.x + each.width, each.y + each.height)
            pen.rectangle(box, fill=each.back, outline=(105, 105, 105))
        shift = (14, 3) if each.kind == "OBJ_BUTTON" else (0, 0)
        pen.text((each.x + shift[0], each.y + shift[1]), each.text, font=font, fill=each.ink)
    return image


def _placed(reported: Iterable[dict[str, object]]) -> Iterator[ChartObject]:
    for each in reported:
        number = {key: value for key, value in each.items() if isinstance(value, int)}
        if each["type"] in _ORDER:
            yield ChartObject(
                kind=str(each["type"]),
                name=str(each["name"]),
                x=number.get("OBJPROP_XDISTANCE", 0),
                y=number.get("OBJPROP_YDISTANCE", 0),
                width=number.get("OBJPROP_XSIZE", 0),
                height=number.get("OBJPROP_YSIZE", 0),
                text=str(each.get("OBJPROP_TEXT", "")),
                ink=_colour(number.get("OBJPROP_COLOR", 0xFFFFFF)),
                back=_colour(number.get("OBJPROP_BGCOLOR", 0)),
            )


def _colour(value: int) -> Colour:
    """MQL5 keeps blue in the highest byte."""
    return value & 255, value >> 8 & 255, value >> 16 & 255


def main() -> None:
    """Draw what was reported last."""
    parser = argparse.ArgumentParser(prog="python -m ea.host.picture", description=__doc__)
    parser.add_argument("output", type=Path, help="what the host printed")
    parser.add_argument("picture", type=Path, help="the PNG to write")
    told = parser.parse_args()
    draw(objects(told.output.read_bytes().splitlines())).save(told.picture)


if __name__ == "__main__":
    main()
