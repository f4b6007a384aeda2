"""The steps from the drawing to the image that the network gets."""

import base64

import numpy as np
from PIL import Image

from mnist_demo.figures import draw_image
from mnist_demo.images import IMAGE_SIDE, Normalization

THUMBNAIL_SIDE = 112


def describe_preparation(steps: Normalization) -> str:
    """HTML of four pictures: ink found, cropped, fitted into 20 x 20, centred in 28 x 28."""
    height, width = steps.ink.shape
    side = max(height, width)
    box = steps.box
    fitted_height, fitted_width = steps.fitted.shape
    x, y = steps.centre_of_mass
    left, top = steps.offset
    items = [
        _item(
            "Ink found",
            f"{box.width} × {box.height} of {width} × {height} pixels",
            _picture(steps.ink, (0, 0, width / side, height / side), "Your drawing")
            + _mark("box", box.left / side, box.top / side, box.width / side, box.height / side),
        ),
        _item(
            "Cropped",
            "only what is inked counts, not where",
            _picture(
                steps.cropped,
                _centred(box.width, box.height, max(box.width, box.height)),
                "Its ink alone",
            ),
        ),
        _item(
            "Fitted into 20 × 20",
            f"{fitted_width} × {fitted_height} pixels, proportions kept",
            _picture(steps.fitted, _centred(fitted_width, fitted_height, 20), "The ink, smaller"),
        ),
        _item(
            "Centre of mass to the middle",
            f"from ({x:.1f}, {y:.1f}) to ({x + left:.1f}, {y + top:.1f}): this is what it gets",
            _picture(steps.image[..., 0], (0, 0, 1, 1), "The network's image", "network-image")
            + _mark("box-20", 4 / IMAGE_SIDE, 4 / IMAGE_SIDE, 20 / IMAGE_SIDE, 20 / IMAGE_SIDE)
            + _centre((x + left + 0.5) / IMAGE_SIDE, (y + top + 0.5) / IMAGE_SIDE),
        ),
    ]
    title = "<b>From your drawing to the network's 28 × 28 pixels</b>"
    return f"{title}<ol class='steps'>{''.join(items)}</ol>"


def _item(title: str, text: str, pictures: str) -> str:
    return f"<li><div class='frame'>{pictures}</div><b>{title}</b><small>{text}</small></li>"


def _picture(
    values: np.ndarray, place: tuple[float, float, float, float], text: str, test_id: str = ""
) -> str:
    """Image tag; ``place`` is (left, top, width, height) as shares of the frame."""
    source = base64.b64encode(draw_image(_reduced(values), "gray")).decode()
    return (
        f'<img alt="{text}" src="data:image/png;base64,{source}" data-testid="{test_id}" '
        f'style="{_style(*place)}">'
    )


def _reduced(values: np.ndarray) -> np.ndarray:
    """Small enough for a thumbnail."""
    height, width = values.shape
    scale = max(height, width) / THUMBNAIL_SIDE
    if scale <= 1:
        return values
    size = max(1, round(width / scale)), max(1, round(height / scale))
    return np.asarray(Image.fromarray(values).resize(size, Image.Resampling.BOX))


def _centred(width: int, height: int, side: int) -> tuple[float, float, float, float]:
    return (
        (side - width) / 2 / side,
        (side - height) / 2 / side,
        width / side,
        height / side,
    )


def _mark(kind: str, left: float, top: float, width: float, height: float) -> str:
    return f"<span class='{kind}' style='{_style(left, top, width, height)}'></span>"


def _centre(x: float, y: float) -> str:
    return f"<span class='centre' style='left:{x:.2%};top:{y:.2%}'></span>"


def _style(left: float, top: float, width: float, height: float) -> str:
    return f"left:{left:.2%};top:{top:.2%};width:{width:.2%};height:{height:.2%}"
