"""Numbers and cards, the same in all parts of the page."""


def say(value: float) -> str:
    """A number in three digits, with the sign for minus."""
    return f"{value:.3g}".replace("-", "−")


def describe_card(title: str, body: str, text: str) -> str:
    """HTML of a card: a title, a body in HTML, and a sentence below."""
    return f"<section class='unit-card'><h4>{title}</h4>{body}<p>{text}</p></section>"
