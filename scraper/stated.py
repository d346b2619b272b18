"""The article's text as the page states it in JSON-LD: the second candidate, where the page shows hardly any of it."""

from scraper import plaintext
from scraper.boilerplate import Body
from scraper.dom import Element, fragment
from scraper.markers import MACHINES
from scraper.model import Metadata
from scraper.verdicts import Verdict

# What is shorter is a summary.
LEAST_CHARS = 300
# The page shows the article unless that is less than this share of what it states: scripts put the rest there.
SHOWN = 0.15
# How far a statement is believed; it has no pictures and often no paragraphs.
CONFIDENCE = 0.7
STAGE = "stated"


def better(body: Body, metadata: Metadata) -> Body:
    """The body that is the article: the one found on the page, or the one that the page states. Needs no truth."""
    if not metadata.text or len(metadata.text) < LEAST_CHARS or body.stage != "learned":
        return body
    root = _markup(metadata.text)
    chars = len(root.text)
    if chars < LEAST_CHARS or len(body.root.text) >= SHOWN * chars:
        return body
    verdict = Verdict.on(root, STAGE, "the page states its text and shows hardly any of it", kept=True)
    return Body(root, (*body.account, verdict), STAGE, CONFIDENCE, body.template, body.whole)


def _markup(text: str) -> Element:
    root = fragment(text if "</" in text or "<br" in text else plaintext.to_html(text))
    for element in root.select(MACHINES):
        element.extract()
    return root
