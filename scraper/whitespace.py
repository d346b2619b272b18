"""White space in text, as a browser shows it."""


def flat(text: str) -> str:
    """A text on one line, with one space where there is white space in it, and none at its ends.

    Most texts are so already. That is seen in half the time that it takes to part the words and to join them: of all
    white space only the space itself is printable.
    """
    if text.isprintable() and "  " not in text and text.strip() == text:
        return text
    return " ".join(text.split())
