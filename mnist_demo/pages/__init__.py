"""The Streamlit pages: the only code, with ``streamlit_app.py``, that knows Streamlit."""
