"""White space in text, as a browser shows it."""

# A longer text is asked for each kind of white space in turn, which is soonest where it has none.
LONG = 80


def flat(text: str) -> str:
    """A text on one line, with one space where there is white space in it, and none at its ends.

    Most texts are so already but for their ends. That is seen in a part of the time that it takes to part the words and
    to join them: of all white space only the space itself is printable, and ASCII has few others.
    """
    text = text.strip()
    if len(text) <= LONG or not text.isascii():
        even = text.isprintable() and "  " not in text
    else:
        even = text.rfind("  ") < 0 and not (  # which is half the time of looking forwards
            "\n" in text or "\t" in text or "\r" in text or "\f" in text or "\v" in text
            or "\x1c" in text or "\x1d" in text or "\x1e" in text or "\x1f" in text
        )  # fmt: skip
    return text if even else " ".join(text.split())
