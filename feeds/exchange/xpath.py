"""XPath → CSS, where a selector means exactly the same; what has none is refused with the reason.

A small part of XPath 1.0: paths of elements with tests of attributes, positions among siblings, and of what is inside.
"""

import re
from dataclasses import dataclass

MOST_CHARS = 2_000
MOST_DEPTH = 10
TOKEN = re.compile(
    r"""\s*(?:(?P<string>"[^"]*"|'[^']*')|(?P<name>[A-Za-z_][\w-]*)|(?P<number>\d+)
        |(?P<sign>::|//|!=|\.\.|[/|\[\]()@=,.*]))""",
    re.VERBOSE,
)
AXES = {"descendant": " ", "child": " > ", "following-sibling": " ~ "}
# The idioms for "has the class x"; the second one's blank is any white space to whoever writes it.
SPACED_CLASS = (
    ("concat", "(", "' '", ",", "normalize-space", "(", "@", "class", ")", ",", "' '", ")"),
    ("concat", "(", "' '", ",", "@", "class", ",", "' '", ")"),
)


class Untranslatable(ValueError):
    """The selector says what the other language can't."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def to_css(expression: str, *, inside: bool = False, first: bool = False) -> str:
    """The CSS selector for an XPath expression. Raises Untranslatable.

    `inside`: it is asked of an item, not of the page. `first`: only the first that it finds counts, and of an element
    `href` and `datetime` are read anyway.
    """
    if len(expression) > MOST_CHARS:
        raise Untranslatable("it is too long")
    reader = _Reader(_tokens(expression), inside=inside)
    if first and reader.whole_first():
        reader.tokens = reader.tokens[1:-4]
    paths = [reader.path()]
    while reader.take("|"):
        paths.append(reader.path())
    if first and len(paths) == 1 and reader.take("/") and reader.take("@"):
        attribute = reader.name()
        if attribute not in ("href", "datetime"):
            raise Untranslatable(f"it asks for the attribute {attribute}")
    if reader.more:
        raise Untranslatable(f"it says {reader.peek()!r}")
    return ", ".join(paths)


def _tokens(expression: str) -> list[_Token]:
    tokens, at, end = [], 0, len(expression.rstrip())
    while at < end:
        match = TOKEN.match(expression, at)
        if match is None or match.lastgroup is None:
            raise Untranslatable(f"it says {expression[at : at + 1]!r}")
        text = match[match.lastgroup]
        tokens.append(_Token(match.lastgroup, text[1:-1] if match.lastgroup == "string" else text))
        at = match.end()
    return tokens


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, tokens: list[_Token], *, inside: bool) -> None:
        self.tokens, self.at, self.inside, self.depth = tokens, 0, inside, 0

    @property
    def more(self) -> bool:
        return self.at < len(self.tokens)

    def peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        token = self.tokens[at] if at < len(self.tokens) else None
        return "" if token is None else "string" if token.kind == "string" else token.text

    def take(self, sign: str) -> bool:
        if self.peek() != sign or self.tokens[self.at].kind == "string":
            return False
        self.at += 1
        return True

    def want(self, sign: str) -> None:
        if not self.take(sign):
            raise Untranslatable(f"it says {self.peek() or 'nothing more'!r} where {sign!r} was expected")

    def name(self) -> str:
        if not self.more or self.tokens[self.at].kind != "name":
            raise Untranslatable(f"it says {self.peek() or 'nothing more'!r}")
        self.at += 1
        return self.tokens[self.at - 1].text

    def string(self) -> str:
        if not self.more or self.tokens[self.at].kind != "string":
            raise Untranslatable(f"it says {self.peek() or 'nothing more'!r}")
        self.at += 1
        return self.tokens[self.at - 1].text

    def whole_first(self) -> bool:
        """Whether it is `(…)[1]` as a whole."""
        signs = [token.text for token in self.tokens]
        return signs[:1] == ["("] and signs[-4:] == [")", "[", "1", "]"] and ")" not in signs[1:-4]

    def path(self) -> str:
        """A path; an attribute at its end is left to be read."""
        css, steps = self._first_step(), 1
        while self.peek() in ("/", "//") and self.peek(1) != "@":
            css = self._next_step(css, alone=steps == 1 and not self.inside)
            steps += 1
        return css

    def _first_step(self) -> str:
        if self.inside:
            if self.peek() in ("/", "//"):
                raise Untranslatable("it looks at the whole page, not inside the item")
            here = self.take(".")
            if here and self.take("//"):
                return self._step()
            if here:
                self.want("/")
            axis = self._axis()
            if axis == "child":
                return f":scope > {self._step()}"
        else:
            self.take(".")
            if self.take("//") or (self.peek(1) == "html" and self.take("/")):
                return self._step()
            axis = self._axis()
        if axis != "descendant":
            raise Untranslatable("it does not begin with //")
        return self._step(counted=False)

    def _next_step(self, css: str, *, alone: bool) -> str:
        if self.take("//"):
            return f"{css} {self._step()}"
        self.want("/")
        up = self.take("..")
        axis = "parent" if up else self._axis()
        if axis in ("parent", "ancestor"):
            if not alone:
                raise Untranslatable("it goes up again from more than one step")
            outer = "" if up else self._step(counted=False)
            return f"{outer}:has({'> ' if axis == 'parent' else ''}{css})"
        if axis not in AXES:
            raise Untranslatable(f"it goes along {axis}")
        return css + AXES[axis] + self._step(counted=axis == "child")

    def _axis(self) -> str:
        if self.peek(1) != "::":
            return "child"
        axis = self.name()
        self.want("::")
        return axis

    def _step(self, *, counted: bool = True) -> str:
        """An element with its tests. `counted`: a number among them counts the children of one parent."""
        tag = "*" if self.take("*") else self.name().lower()
        if self.peek() == "(":
            raise Untranslatable(f"it says {tag}()")
        tests = ""
        while self.take("["):
            number = self._number()
            if number is None:
                tests += self._either()
            elif tests or not counted or number == 0:
                raise Untranslatable("it counts among what is not the children of one parent")
            else:
                kind = "child" if tag == "*" else "of-type"
                tests = {-1: f":last-{kind}", 1: f":first-{kind}"}.get(number, f":nth-{kind}({number})")
            self.want("]")
        return tests if tag == "*" and tests else tag + tests

    def _number(self) -> int | None:
        """A position from 1, -1 for the last."""
        if self.more and self.tokens[self.at].kind == "number" and self.peek(1) == "]":
            self.at += 1
            return int(self.tokens[self.at - 1].text)
        if self.peek() == "last" and self.peek(1) == "(":
            self.at += 2
            self.want(")")
            return -1
        return None

    def _either(self) -> str:
        """A condition, as what is added to the element in CSS."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise Untranslatable("it is nested too deeply")
        choices = [self._both()]
        while self.take("or"):
            choices.append(self._both())
        self.depth -= 1
        return choices[0] if len(choices) == 1 else f":is({', '.join(choices)})"

    def _both(self) -> str:
        tests = self._test()
        while self.take("and"):
            tests += self._test()
        return tests

    def _test(self) -> str:
        if self.take("("):
            inner = self._either()
            self.want(")")
            return inner
        if self.take("@"):
            return self._attribute(self.name())
        if self.peek(1) == "(":
            return self._function(self.name())
        return self._inside()

    def _attribute(self, name: str) -> str:
        if self.take("="):
            return f"[{name}={_quoted(self.string())}]"
        if self.take("!="):
            return f"[{name}]:not([{name}={_quoted(self.string())}])"
        return f"[{name}]"

    def _function(self, name: str) -> str:
        self.want("(")
        if name == "not":
            inner = self._either()
            self.want(")")
            return f":not({inner})"
        if name not in ("contains", "starts-with"):
            raise Untranslatable(f"it says {name}()")
        if name == "contains" and self._spaced_class():
            self.want(",")
            word = self.string()
            self.want(")")
            if not re.fullmatch(r" \S+ ", word):
                raise Untranslatable(f"it looks for {word!r} among the classes")
            return _class(word.strip())
        self.want("@")
        attribute = self.name()
        self.want(",")
        value = self.string()
        self.want(")")
        if not value:
            return f"[{attribute}]"
        return f"[{attribute}{'*' if name == 'contains' else '^'}={_quoted(value)}]"

    def _spaced_class(self) -> bool:
        for phrase in SPACED_CLASS:
            ahead = self.tokens[self.at : self.at + len(phrase)]
            if tuple(f"'{each.text}'" if each.kind == "string" else each.text for each in ahead) == phrase:
                self.at += len(phrase)
                return True
        return False

    def _inside(self) -> str:
        """A path as a condition: whether the element has such a thing in it."""
        self.take(".")
        if self.take("//"):
            css = self._step()
        else:
            self.take("/")
            axis = self._axis()
            if axis not in ("child", "descendant"):
                raise Untranslatable(f"it goes along {axis}")
            css = ("> " if axis == "child" else "") + self._step(counted=axis == "child")
        while self.peek() in ("/", "//") and self.peek(1) != "@":
            css = self._next_step(css, alone=False)
        if self.take("/"):
            self.want("@")
            css += self._attribute(self.name())
        return f":has({css})"


def _class(name: str) -> str:
    return f".{name}" if re.fullmatch(r"-?[A-Za-z_][\w-]*", name) else f"[class~={_quoted(name)}]"


def _quoted(text: str) -> str:
    if not text.isprintable():
        raise Untranslatable("it has a control character in it")
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
