"""The Streamlit app: the only code, with ``streamlit_app.py``, that knows Streamlit."""
