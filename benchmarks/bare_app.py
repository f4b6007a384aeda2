"""The floor: an app that has nothing but the canvas and prints the number of ink pixels."""

import streamlit as st
from streamlit_drawable_canvas import st_canvas

result = st_canvas(
    stroke_width=20,
    stroke_color="#ffffff",
    background_color="#000000",
    width=320,
    height=320,
    return_image_data=True,
    key="canvas",
)
if result.image_data is not None:
    st.text(f"{(result.image_data[..., 0] > 0).sum()} ink pixels")
