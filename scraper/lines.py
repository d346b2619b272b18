"""Safe markup → plain text: block by block, with a blank line between; lists a line an item, code as it is.

A caption is its picture's, and who took it: in a text without pictures it would stand between two paragraphs of which
it says nothing. Only where there is nothing else to read are captions the text.
"""

from scraper.dom import Element, Node, Text
from scraper.whitespace import flat

BLOCKS = frozenset("p h1 h2 h3 h4 h5 h6 ul ol dl pre table blockquote figure figcaption hr div li dd dt".split())
# Those of them that hold others, or lines.
HOLDING = frozenset("ul ol dl table blockquote figure div li dd".split())
# Nesting that no text needs; what is deeper is one line.
DEEPEST = 40
# Between two cells of a row.
CELLS = "  "


def text(root: Element) -> str:
    return "\n\n".join(_blocks(root, 0) or _captions(root))


def _captions(root: Element) -> list[str]:
    return [block for caption in root.select("figcaption") for block in _blocks(caption, 0)]


def _blocks(root: Element, depth: int) -> list[str]:
    """The blocks in an element; text and inline markup between two of them is one too."""
    found: list[str] = []
    loose: list[Node] = []
    for child in root.children:
        if not isinstance(child, Element) or (tag := child.tag) not in BLOCKS:
            loose.append(child)
            continue
        if loose:
            found.append(_line(loose))
            loose = []
        if tag != "figcaption":
            found += _block(child, tag, depth)
    if loose:
        found.append(_line(loose))
    return [block for block in found if block]


def _block(element: Element, tag: str, depth: int) -> list[str]:
    if tag == "pre":
        return [element.text.strip("\n").rstrip()]
    if tag not in HOLDING or depth >= DEEPEST:
        return [_line([element])]
    if tag in ("ul", "ol"):
        return ["\n".join(_items(element, depth + 1))]
    if tag == "dl":
        return ["\n".join(_blocks(element, depth + 1))]
    if tag == "table":
        caption = element.select_one("caption")
        rows = (CELLS.join(_line([cell]) for cell in row.select("td, th")) for row in element.select("tr"))
        return [*([_line([caption])] if caption is not None else ()), "\n".join(row for row in rows if row.strip())]
    return _blocks(element, depth + 1)


def _items(listed: Element, depth: int) -> list[str]:
    start = listed.attr("start") or ""
    number = int(start) if start.isdecimal() and len(start) < 10 else 1
    found = []
    for item in listed.children:
        if not isinstance(item, Element):
            continue
        lines = "\n".join(_blocks(item, depth))
        if item.tag == "li" and listed.tag == "ol":
            lines = f"{number}. {lines}"
            number += 1
        found.append(lines)
    return [item for item in found if item]


def _line(nodes: list[Node]) -> str:
    """Inline markup as one line, or several where it has line breaks."""
    only = nodes[0]
    if len(nodes) == 1 and isinstance(only, Text):
        return flat(only.data)
    if len(nodes) == 1 and isinstance(only, Element) and only.tag != "br" and only.select_one("br") is None:
        return flat(only.text)
    words: list[str] = []
    for node in nodes:
        if isinstance(node, Text):
            words.append(_flat(node.data))
        elif isinstance(node, Element):
            if node.tag != "br" and node.select_one("br") is None:
                words.append(_flat(node.text))
                continue
            inner = (node, *node.descendants)
            words += [
                _flat(n.data) if isinstance(n, Text) else "\n"
                for n in inner
                if isinstance(n, Text) or (isinstance(n, Element) and n.tag == "br")
            ]
    return "\n".join(flat(line) for line in "".join(words).split("\n")).strip()


def _flat(data: str) -> str:
    return data.replace("\n", " ")
