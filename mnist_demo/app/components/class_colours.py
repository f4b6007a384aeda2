"""The colour of a class, the same in every chart, told apart on a light and on a dark page."""

CLASS_COLOURS = (
    "#4477aa", "#c8443c", "#228833", "#a5700a", "#0b8896",
    "#b04090", "#7d7f87", "#7a5fd0", "#8f5f3f", "#cf5a1e",
)  # fmt: skip
