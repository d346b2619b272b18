"""The dates that a reader sees on a page, and how likely each is the article's."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice

from scraper import dates
from scraper.claims import Claims
from scraper.dom import Element, Node, Text, TreeWalker
from scraper.regions import Regions
from scraper.whitespace import flat

# Words before a date that say that the page was changed then, and those that say it was published then.
UPDATED = re.compile(
    r"updat|modif|edited|revis|aktualis|(ge|ver)?änder|überarbeitet|bearbeitet|stand\s*:?|mise? à jour|actualiza|"
    r"aggiorna|atualiza|"
    r"bijgewerkt|gewijzigd|uppdatera|oppdater|opdater|zaktual|aktualiz|обновл|изменен|更新|수정|güncel|عدل|تحديث",
    re.IGNORECASE,
)
PUBLISHED = re.compile(
    r"publi|post(ed)?\b|erschien|veröffentlicht|eingestellt|datum|date\b|erstellt|geschrieben|created|written|on\b|pubbl|gepost|"
    r"geplaatst|opublik|dodano|yayın|опубл|дата|发布|發佈|公開|掲載|投稿|日期|时间|등록|입력|نشر|vom\b|am\b|fecha|data\b|"
    r"le\b|skrev|julkaistu|udgivet",
    re.IGNORECASE,
)
# The same as a line of its own before that of the date.
LABEL = re.compile(
    r"\W*(first |originally )?(publi|post|written|created|date\b|release|updat|modif|veröffentlicht|erschienen|"
    r"erstellt|datum|stand\b|aktualisiert|mise? en ligne|mise? à jour|fecha|data\b|pubbl|aggiorn|actualiz|atualiz|"
    r"geplaatst|gepubliceerd|bijgewerkt|udgivet|opdateret|publicerad|uppdaterad|julkaistu|dodano|opublik|дата|опубл|"
    r"обновл|发布|發佈|日期|时间|公開|掲載|投稿|更新|등록|입력|yayın|نشر)",
    re.IGNORECASE,
)
# And that another day, which the page shows too, was that of a change.
FIRST = re.compile(
    r"(originally|first) (published|posted|appeared|written)|ursprünglich|zuerst (erschienen|veröffentlicht)|"
    r"erstmals|erstveröffentlich|publi\w+ (initialement|originalmente)|originalmente publi|初出",
    re.IGNORECASE,
)
NEVER = re.compile(
    r"©|\(c\)|copyright|deadline|expires|gültig|valid (un)?til|born|geboren|since|seit\b|abgerufen|accessed|joined|"
    r"registered|beigetreten|registriert|inscrit",
    re.IGNORECASE,
)
# How markup calls the place of a date.
DATED = re.compile(
    r"date|\btime|time\b|publish|publi[ée]|pubblic|posted|fecha|datum|\bdata\b|byline|meta|dateline|created|timestamp|\binfo|info\b|article-?head|kicker|author",
    re.IGNORECASE,
)
NOT_DATED = re.compile(
    r"reading|timeline|countdown|event|calendar|update-?profile|comment|termin|clock|weather", re.IGNORECASE
)
DATED_CHARS = 160
# A label is no longer; nor is what stands before an article's first words.
LABEL_CHARS, OPENING_CHARS = 30, 80
# What stands before and behind the day in an article's first line: a place, and a dash, a bracket or a quotation.
BEFORE = re.compile(r"[(\[–—-]?\s?(?:[^\W\d_a-zà-ÿ][\w./ '’-]{1,30}[,:/]\s?(?:den |le |am )?\s?)?[(\[–—-]?\s?$")
AFTER = re.compile(r"\s?[).:\]–—-]|\s[„“\"«]")
# So many dates of one kind are those of a list, of other articles as a rule; and what that weighs.
LIST, LISTED = 3, 2.5
# How many texts before and behind a heading are right at it, in how many nodes; and how high a date that stands there
# must score to be the page's own.
JUST_BEFORE, JUST_BEHIND, NODES_READ, PLAIN = 4, 12, 60, 2.3
# NodeFilter.SHOW_TEXT (DOM, section 6.3).
TEXTS = 4
# A date may be split over elements that stand so many levels below what holds it whole.
UP = 3
UNREAD = frozenset(("script", "style", "noscript", "body", "option", "template", "textarea", "svg"))
# A date stands in a line of its own, or in one that begins or ends with it; how high a line must score to be believed.
BELIEVED = 1.1
# Of two alike the first counts.
LATER = 0.02
DIGIT = re.compile(r"\d")
# No date is without one of these: a cheap look before a dear one.
YEAR = re.compile(r"\d{4}|\d\d[./]\d\d[./]\d\d")
# How many pieces of text are looked at, and how many of them are near the heading.
TEXTS_READ, LINES_READ, NEAR, ABOVE, FAR = 8000, 60, 40, 15, 400


@dataclass(frozen=True, slots=True)
class Candidate:
    """A date that shows on the page, and how likely it is the article's."""

    moment: datetime
    score: float
    updated: bool
    beside: bool
    listed: bool = False

    @property
    def rank(self) -> float:
        return self.score - LISTED * self.listed


class Shown:
    """What a reader sees of dates on the page; it is looked for once, and only where it is needed."""

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._found: tuple[Candidate, ...] | None = None
        self._headed: tuple[Candidate, ...] | None = None

    @property
    def published(self) -> datetime | None:
        return self._best(updated=False)

    @property
    def beside(self) -> datetime | None:
        """The likeliest day of what stands beside the article, or answers it, as posts in a forum do."""
        return self._best(updated=False, beside=True)

    @property
    def headed(self) -> tuple[Candidate, ...]:
        """The dates that stand right at the heading of the article, each as good as alone in its line."""
        if self._headed is None:
            self._headed = _by_heading(self._claims)
        return self._headed

    @property
    def updated(self) -> datetime | None:
        return self._best(updated=True)

    def _best(self, *, updated: bool, beside: bool = False) -> datetime | None:
        if self._found is None:
            self._found = tuple(_candidates(self._claims))
        fitting = [c for c in self._found if (c.updated, c.beside) == (updated, beside) and c.score >= BELIEVED]
        return max(fitting, key=lambda c: c.rank).moment if fitting else None


@dataclass(frozen=True, slots=True)
class _Line:
    """A short piece of the page that holds a date: how far behind the heading it stands, and what stands before it."""

    away: int
    element: Element
    text: str
    before: str


def _by_heading(claims: Claims) -> tuple[Candidate, ...]:
    heading = claims.regions.heading
    if heading is None:
        return ()
    before = islice(_texts(islice(heading.preceding, NODES_READ // 2)), JUST_BEFORE)
    after = islice(_texts(islice(heading.following, NODES_READ)), JUST_BEHIND)
    texts = [*reversed([*before]), *after]
    looked: dict[Element, str | None] = {}
    found = []
    for here, node in enumerate(texts):
        if len(node.data) > DATED_CHARS or not DIGIT.search(node.data):
            continue
        unit = _unit(node, looked, claims.language)
        if unit is None or claims.regions.beside(unit[0]):
            continue
        line = _Line(0, *unit, " ".join(texts[here - 1].data[-LABEL_CHARS:].split()) if here else "")
        found += [c for c in _judged(line, claims.regions, claims.language) if c.score >= PLAIN]
    return tuple(found)


def _texts(nodes: Iterable[Node]) -> Iterator[Text]:
    """Those of the nodes that are text, and not just white space."""
    return (node for node in nodes if isinstance(node, Text) and not node.data.isspace())


def _candidates(claims: Claims) -> Iterator[Candidate]:
    """The dates in short lines of the page; those near the heading are the likelier ones, and the first of many."""
    lines = list(_lines(claims))
    kinds: dict[tuple[str | None, ...], list[str]] = {}
    for line in lines:
        kinds.setdefault(_kind(line.element), []).append(line.text)
    for order, line in enumerate(lines):
        away = line.away
        near = 1.5 - away / NEAR if 0 <= away <= NEAR else 1 + away / ABOVE if -ABOVE <= away < 0 else 0.0
        alike = kinds[_kind(line.element)]
        listed = len(alike) >= LIST and len(set(alike)) > 1
        for found in _judged(line, claims.regions, claims.language):
            yield replace(found, score=found.score + near - order * LATER, listed=listed)


def _kind(element: Element) -> tuple[str | None, ...]:
    """What the dates of a list have in common: how their places are called."""
    above = element.parent
    held = (above.tag, above.attr("class")) if isinstance(above, Element) else ()
    return (element.tag, element.attr("class"), *held)


def _lines(claims: Claims) -> Iterator[_Line]:
    heading, language = claims.regions.heading, claims.language
    looked: dict[Element, str | None] = {}
    title = next((n for n in heading.descendants if isinstance(n, Text)), None) if heading else None
    every = islice(iter(TreeWalker(claims.tree.body, TEXTS).next_node, None), TEXTS_READ)
    texts = [*_texts(every)]
    top = texts.index(title) if title in texts else 0
    count = last = 0
    for here, node in enumerate(texts):
        data = node.data
        short, near = len(data) <= DATED_CHARS * 2, top < here <= top + NEAR
        far = count and top < last < here - FAR
        if not (short or near or far) or not DIGIT.search(data, 0, DATED_CHARS * 2):
            continue
        unit = _unit(node, looked, language) if short else None
        if unit is None and near:
            unit = _opening(node, language)
        if unit is not None:
            before = " ".join(texts[here - 1].data[-LABEL_CHARS:].split()) if here and short else ""
            yield _Line(here - top, *unit, before)
            count, last = count + 1, here
        if count == LINES_READ or (far and unit is None):
            break


def _opening(node: Text, language: str | None) -> tuple[Element, str] | None:
    """The place and day with which the text of an article begins: «Bremen, 9 March 2024 – The ferry…»."""
    text = " ".join(node.data[:OPENING_CHARS].split())
    found = next(dates.found_in(text, language), None)
    if (
        found
        and isinstance(node.parent, Element)
        and BEFORE.match(text[: found.start])
        and AFTER.match(text[found.end :])
    ):
        return node.parent, text[: found.end]
    return None


def _unit(node: Text, looked: dict[Element, str | None], language: str | None) -> tuple[Element, str] | None:
    """The smallest short piece of the page around a text that holds a whole date, and that nobody `looked` at yet."""
    element = parent = node.parent
    for _ in range(UP):
        if not isinstance(element, Element) or element.tag in UNREAD:
            return None
        if element not in looked:
            line = looked[element] = _line(element)
            if line is None:
                break
            if _dated(line, language):
                return element, line
        elif looked[element] is None:
            break
        element = element.parent
    own = " ".join(node.data.split())
    if isinstance(parent, Element) and looked.get(parent) is None and _dated(own, language):
        return parent, own
    return None


def _line(element: Element) -> str | None:
    """What an element says, on one line; None where it is longer than a date and what may stand around it."""
    texts, left = [], DATED_CHARS * 2
    for text in element.strings:
        left -= len(text)
        if left < 0:
            return None
        texts.append(text)
    return flat("".join(texts))


def _dated(text: str, language: str | None) -> bool:
    return len(text) <= DATED_CHARS and YEAR.search(text) is not None and _found(text, language) != ()


@lru_cache(64)  # a line is asked whether it holds a date, and then which; at the heading and on the whole page
def _found(text: str, language: str | None) -> tuple[dates.Found, ...]:
    return tuple(dates.found_in(text, language))


def _judged(line: _Line, regions: Regions, language: str | None) -> Iterator[Candidate]:
    """The dates in a line, each with what speaks for it."""
    element, text = line.element, line.text
    chain = [element, *islice((a for a in element.ancestors if isinstance(a, Element)), 2)]
    names = " ".join(f"{e.attr('class') or ''} {e.attr('id') or ''}" for e in chain)
    place = 2.0 * (DATED.search(names) is not None) - 2.0 * (NOT_DATED.search(names) is not None)
    named = LABEL.match(line.before) is not None
    beside = regions.beside(element) and not named
    if beside:
        place -= 3
    if element.closest("footer") is not None:
        place -= 0.5
    if element.closest("a") is not None:
        place -= 1.5
    if element.closest("article, main") is not None:
        place += 1
    here = 0
    for found in _found(text, language):
        label = text[here : found.start] or (line.before if named or NEVER.search(line.before) else "")
        if NEVER.search(label):
            here = found.end
            continue
        changed = UPDATED.search(label) is not None
        told = PUBLISHED.search(label) is not None or changed
        said = 1.0 * told + 2.5 * (FIRST.search(label) is not None)
        rest = len(text) - (len(label) if told and len(label) <= LABEL_CHARS else 0)
        whole = 2.5 * (found.end - found.start) / max(1, rest)
        yield Candidate(found.moment, place + whole + said, changed, beside)
        here = found.end
