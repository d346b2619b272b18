"""Plain text → the markup it stands for: paragraphs and headings."""

import re
from html import escape

# A line of its own that is shorter than this and does not end like a sentence is a heading.
HEADING_CHARS = 90
SENTENCE_END = re.compile(r"[.!?…:;,。！？：；，、»”\"')\]]$")
BLANK = re.compile(r"\n[ \t\u00a0\u200b]*\n\s*")


def to_html(text: str) -> str:
    """A whole document. Blank lines part blocks; without any, each line is a block."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    blocks = BLANK.split(text) if BLANK.search(text) else text.split("\n")
    return "<!DOCTYPE html><body>" + "\n".join(_block(b.strip()) for b in blocks if b.strip())


def _block(block: str) -> str:
    heading = len(block) <= HEADING_CHARS and "\n" not in block and not SENTENCE_END.search(block)
    tag = "h2" if heading else "p"
    return f"<{tag}>{escape(block, quote=False)}</{tag}>"
