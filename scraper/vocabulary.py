"""Markup that readers do not keep, in words of the markup that they do: formulas, readings, old and rare elements."""

from scraper.dom import Element, Text

# Elements under the name that every reader knows.
SAME = {
    "xmp": "pre", "listing": "pre", "samp": "code", "tt": "code", "strike": "s", "var": "i", "cite": "i", "dfn": "i",
    "menu": "ul", "dir": "ul",
}  # fmt: skip
LEVELS = ("1", "2", "3", "4", "5", "6")
# All that is looked at, found in one walk.
RARE = ", ".join(("math, script, ruby:not(:has(rp)) rt, [role=heading], div > [class*=caption]", *SAME))


def spelled(root: Element) -> None:
    """Puts all that is below `root` in words of that vocabulary."""
    for element in root.select(RARE):
        tag = element.tag
        if tag in ("math", "script"):
            _formula(element)
        elif tag == "rt":
            element.replace_with(Text(f"（{element.text.strip()}）"))
        elif tag in SAME:
            if tag == "cite" and _closes_a_quotation(element):
                element.wrap(Element("p"))
            element.tag = SAME[tag]
        elif element.attr("role") == "heading" and tag in ("div", "p", "span"):
            level = element.attr("aria-level")
            element.tag = f"h{level}" if level in LEVELS else "h2"
        elif tag in ("p", "div", "span"):
            _captioned(element)


def _formula(formula: Element) -> None:
    tex = formula.select_one("annotation[encoding='application/x-tex']")
    said = formula.text if formula.tag == "script" else (tex.text if tex is not None else formula.attr("alttext"))
    code = (said or "").strip()
    formula.replace_with(Element("code", {}, [Text(code)]) if code else Text(formula.text.strip()))


def _closes_a_quotation(name: Element) -> bool:
    quotation = name.parent
    if not isinstance(quotation, Element) or quotation.tag != "blockquote":
        return False
    return not any(node.text.strip() for node in name.next_siblings if isinstance(node, Element | Text))


def _captioned(caption: Element) -> None:
    """Makes a figure of a group with pictures and one caption, and nothing else."""
    group, text = caption.parent, caption.text.strip()
    if not text or not isinstance(group, Element) or group.text.strip() != text:
        return
    if caption.select_one("img, figure, div, p") is None and group.select_one("img") is not None:
        group.tag, caption.tag = "figure", "figcaption"
