"""Tables that hold data stay; those that only place things, and those that number lines of code, are taken apart."""

import re

from scraper.dom import Element, Text

# What a cell of data does not hold: a page is laid out with these.
LAYOUT = "table, p ~ p, h1, h2, h3, h4, h5, h6, article, section, form, blockquote, p ~ ul"
# A table with cells of this length on average, in characters, is prose in boxes.
PROSE_CHARS = 300
# So is one of whose text this share stands in one such cell: that is a page, and its margins are beside it.
PAGE = 0.6
NUMBERS = re.compile(r"^[\d\s]*$")
NUMBER = re.compile(r"\s*\d{1,6}\s*")
CELLS = "td, th"
ROWS = "tr"


def settled(root: Element) -> None:
    """Code loses its line numbers and keeps its lines; tables below `root` that hold no data become what is in them."""
    if root.select_one("pre") is not None:
        for row in root.select("table tr"):
            _without_numbers(row)
        for code in root.select("pre"):
            _lines(code)
    for cell in root.select("[data-line-number]:first-child"):
        _numbered(cell)
    tables = root.select("table")
    around = {table.parent.closest("table") for table in tables if isinstance(table.parent, Element)}
    for table in reversed(tables):
        if table in around or not holds_data(table):
            _unwrap(table)


def holds_data(table: Element) -> bool:
    """Whether a table says something by its rows and columns."""
    role = (table.attr("role") or "").lower()
    if role in ("presentation", "none"):
        return False
    if table.select_one(LAYOUT) is not None:
        return False
    rows = table.select(ROWS)
    cells = table.select(CELLS)
    if table.select_one("th, caption") is not None:
        return len(cells) > 1
    filled = [text for cell in cells if (text := cell.text.strip())]
    if len(rows) < 2 or len(cells) < 2 * len(rows) - 1 or len(filled) < len(rows):
        return False
    lengths = [len(text) for text in filled]
    return sum(lengths) <= PROSE_CHARS * len(filled) and max(lengths) <= max(PROSE_CHARS, PAGE * sum(lengths))


def _without_numbers(row: Element) -> None:
    """A row of one column with numbers and one with code is the code."""
    cells = row.select(CELLS)
    if len(cells) != 2 or row.select_one("pre") is None:
        return
    numbers = [cell for cell in cells if NUMBERS.match(cell.text)]
    if len(numbers) == 1:
        numbers[0].extract()


def _numbered(cell: Element) -> None:
    """A table whose rows are a number and a line of code is preformatted text."""
    table = cell.closest("table")
    if table is None or not isinstance(table.parent, Element):
        return  # seen at its first row
    rows = table.select(ROWS)
    pairs = [row.select(CELLS) for row in rows]
    if any(len(pair) != 2 or pair[0].attr("data-line-number") is None for pair in pairs):
        return
    code = "\n".join(line.text.strip("\r\n") for _, line in pairs)
    table.replace_with(Element("pre", {}, [Text(code)]))


def _lines(code: Element) -> None:
    """What a line is marked by in preformatted text, a break or a block of its own, becomes the end of a line."""
    for line_break in code.select("br"):
        line_break.replace_with(Text("\n"))
    for line in code.select("div, p, li, tr"):
        after = line.next_sibling
        ended = line.text.endswith("\n") or (isinstance(after, Text) and after.data.startswith("\n"))
        if not ended:
            line.append(Text("\n"))
    if gutter := _gutter(code):
        for number in gutter:
            number.extract()
    code.strip_tags("div, p, ol, ul, li, table, tbody, thead, tr, td, span, a:not([href])")


def _gutter(code: Element) -> list[Element]:
    """The numbers that stand ahead of the lines in preformatted text: of one class, one by one, for all but a few."""
    named: dict[str, list[Element]] = {}
    for span in code.select("span[class]"):
        if NUMBER.fullmatch(span.text):
            named.setdefault(span.attr("class") or "", []).append(span)
    ends = code.text.rstrip("\n").count("\n") + 1
    for spans in named.values():
        numbers = [int(span.text) for span in spans]
        if len(spans) > 1 and len(spans) >= ends and numbers == list(range(numbers[0], numbers[0] + len(spans))):
            return spans
    return []


def _unwrap(table: Element) -> None:
    """Each cell of a table that only places things is a part of its own."""
    picture = table.select_one("img")
    caption = table.select_one("td.tr-caption, caption")
    if picture is not None and caption is not None and len(table.select(CELLS)) <= 2:
        figure = Element("figure")
        table.insert_before(figure)
        linked = table.select_one("a:has(img)")
        figure.append((linked or picture).extract())
        figure.append(Element("figcaption", {}, [node.extract() for node in [*caption.children]]))
        table.extract()
        return
    parts = table.select("td, th, caption, tbody, thead, tfoot, tr, colgroup, col")
    if table.select_one("table") is not None:
        parts = [part for part in parts if part.closest("table") is table]  # the rest is of tables with data
    for part in parts:
        if part.tag in ("td", "th", "caption"):
            part.tag = "div"
        else:
            part.unwrap()
    table.tag = "div"
