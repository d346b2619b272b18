"""How the code is built: one arrow, one door per dependency, pure rooms, no cycles, imports at the top.

Each rule is a function from a folder to what breaks it. It is asked about the code, and, so that it is known to see
anything at all, about a small tree that breaks it on purpose.
"""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# One door, split in four rooms and a half: what is asked, by which session, over which connection, and what fails.
HTTP = tuple(f"scraper/{room}.py" for room in ("fetch", "callbacks", "sessions", "guard", "failures", "sample/adapter"))
# What may be imported where: a dependency, or a part of one, and the files or folders that are its door.
DOORS = {
    "turbohtml": ("scraper/dom.py",),
    "brotli": ("scraper/decode.py", "feeds/web/coding.py"),
    "protego": ("scraper/robots.py",),
    "requests": HTTP,
    "urllib3": HTTP,
    "nh3": ("scraper/sanitize.py",),
    "bs4": ("scraper/hooks.py",),
    "feedparser": ("scraper/discover/feedentries.py",),
    "yaml": ("feeds/yamlmarks.py", "feeds/listmarks.py"),
    "pydantic": ("feeds/config.py", "feeds/configuration.py", "feeds/keys.py", "feeds/sections.py"),
    "pydantic_core": ("feeds/config.py",),
    "sqlalchemy": (
        "feeds/store.py",
        "feeds/connections.py",
        "feeds/transactions.py",
        "feeds/sourcestore.py",
        "feeds/entrystore.py",
        "feeds/pagestore.py",
        "feeds/turnstore.py",
        "feeds/movestore.py",
        "feeds/hosts.py",
        "feeds/database.py",
        "feeds/schema.py",
        "feeds/rows.py",
        "feeds/keptrows.py",
        "feeds/slugrows.py",
        "feeds/mergerows.py",
        "feeds/subscribers.py",
        "feeds/migrations/",
    ),
    "backports": ("feeds/archive.py",),
    "compression": ("feeds/archive.py",),
    "alembic": ("feeds/migrations/",),
    "re2": ("feeds/filters.py",),
    "markupsafe": ("feeds/markup.py", "feeds/page.py", "feeds/web/statuspage.py"),
    "feedgen": ("feeds/atom.py",),
    "lxml": ("feeds/atom.py", "feeds/atomfile.py", "feeds/lint.py", "feeds/web/styled.py"),
    "apscheduler": ("feeds/scheduler.py",),
    "apscheduler.triggers": ("feeds/cron.py",),
    "click": (
        "feeds/commands/",
        "feeds/console.py",
        "feeds/dialogue.py",
        "feeds/history.py",
        "feeds/listcommand.py",
        "feeds/replaycommand.py",
        "feeds/statuscommand.py",
    ),
    "rich": ("feeds/console.py", "feeds/tables.py"),
    "prometheus_client": ("feeds/web/metrics.py",),
    "uvicorn": ("feeds/serving.py", "feeds/web/quick.py"),
    "starlette": ("feeds/web/",),
}

# The floors of each side, the top one first: a room imports from its own floor and from those below. All rooms that
# are not named share a floor, ROOMS.
ROOMS = "rooms"
FLOORS = {
    "feeds": (
        ("feeds.cli",),
        ("feeds.commands",),
        ("feeds.dialogue", "feeds.history", "feeds.replaycommand", "feeds.statuscommand"),
        ("feeds.console", "feeds.demonstration", "feeds.listcommand"),
        ("feeds.firstlook", "feeds.daemon", "feeds.children", "feeds.child", "feeds.serving", "feeds.web", "feeds.app"),
        ("feeds.revising", "feeds.claiming"),
        ("feeds.update", "feeds.scheduler"),
        (ROOMS,),
        ("feeds.model", "feeds.document", "feeds.errors"),
    ),
    "scraper": (("scraper",), ("scraper.pipeline",), (ROOMS,), ("scraper.model", "scraper.errors")),
}

PURE = (
    *(
        f"scraper/{room}.py"
        for room in (
            "alone",
            "blocks",
            "boilerplate",
            "choice",
            "clues",
            "company",
            "names",
            "weights",
            "evidence",
            "metadata",
            "dates",
            "urls",
            "sanitize",
            "normalise",
        )
    ),
    *(
        f"scraper/{room}.py"
        for room in (
            "markers",
            "verdicts",
            "pictures",
            "players",
            "srcset",
            "vocabulary",
            "tables",
            "lines",
            "template",
            "reading",
            "stated",
            "ending",
        )
    ),
    *(f"scraper/{room}.py" for room in ("authors", "claims", "datelines", "regions", "siteids", "titles")),
    *(f"scraper/{room}.py" for room in ("structured", "plaintext", "extract", "model", "errors")),
    *(f"scraper/{room}.py" for room in ("addresses", "caching", "decode", "login", "robots")),
    *(f"scraper/{room}.py" for room in ("selectors", "watch", "overlap", "healing")),
    *(
        f"feeds/{room}.py"
        for room in ("gate", "signal", "listhabits", "articlehabits", "baseline", "holding", "status")
    ),
    "scraper/discover/",
    "scraper/walls/",
    *(
        f"feeds/{room}.py"
        for room in (
            "polling",
            "rhythm",
            "identity",
            "changes",
            "feed",
            "atom",
            "text",
            "roster",
            "values",
            "farewell",
            "merge",
            "keeping",
            "difference",
            "timekeeping",
        )
    ),
    *(
        f"feeds/{room}.py"
        for room in ("absence", "keys", "naming", "resemblance", "suspect", "sketch", "edits", "passing")
    ),
    *(
        f"feeds/{room}.py"
        for room in ("model", "document", "errors", "adding", "block", "listmarks", "ownfeed", "settings", "slugs")
    ),
    *(f"feeds/{room}.py" for room in ("edition", "filters", "freshness", "jsonfeed", "lint", "page", "rss")),
    "feeds/exchange/",
    *(
        f"feeds/web/{room}.py"
        for room in ("names", "conditions", "coding", "answers", "access", "visitors", "health", "statuspage")
    ),
)
COMMAND_LINE = ("feeds/commands/",)
IMPURE_MODULES = {"time", "random", "secrets", "logging", "os", "socket", "threading", "subprocess", "requests"}
IMPURE_CALLS = {"now", "utcnow", "today"}
IMPURE_BUILTINS = {"open", "print", "input"}


@dataclass(frozen=True, slots=True)
class Module:
    """A module of ours: its dotted name, its place seen from the root, what it says, and all of that piece by piece."""

    name: str
    path: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]

    def imports(self, nodes: Iterable[ast.AST] | None = None) -> Iterator[tuple[int, str]]:
        """Each import with its line, absolute: `a.b.c` for both `from a.b import c` and `import a.b.c`."""
        package = self.name if self.path.endswith("__init__.py") else self.name.rpartition(".")[0]
        for node in self.nodes if nodes is None else nodes:
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
                where = ".".join([*above, *filter(None, [node.module])])
                yield from ((node.lineno, f"{where}.{alias.name}") for alias in node.names)


@cache  # each rule reads them all
def modules(root: Path) -> list[Module]:
    found = []
    for path in sorted([*root.glob("scraper/**/*.py"), *root.glob("feeds/**/*.py")]):
        place = path.relative_to(root)
        name = ".".join(place.with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found.append(Module(name, place.as_posix(), tree, tuple(ast.walk(tree))))
    return found


def within(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


def inside(path: str, places: tuple[str, ...]) -> bool:
    return any(path.startswith(place) if place.endswith("/") else path == place for place in places)


# The rules


def arrows_back(root: Path) -> list[str]:
    """The scraper knows nothing of feeds, and no room imports from a floor above it."""
    found = []
    for module in modules(root):
        side, own = floor(module.name)
        for line, name in module.imports():
            other_side, other = floor(name)
            if (side, other_side) == ("scraper", "feeds"):
                found.append(f"{module.path}:{line}: the scraper imports {name}")
            elif side == other_side and other < own:
                found.append(f"{module.path}:{line}: imports {name} from above")
    return found


@cache
def floor(name: str) -> tuple[str, int]:
    """The side of a module, and the number of its floor; for what is none of ours, its name and nothing."""
    side = name.partition(".")[0]
    floors = FLOORS.get(side, ((ROOMS,),))
    named = (number for number, rooms in enumerate(floors) if any(belongs(name, room) for room in rooms))
    return side, next(named, floors.index((ROOMS,)))


def belongs(name: str, room: str) -> bool:
    # Of a side itself only its front door is meant, and what is taken from there: not its rooms.
    return name == room or ("." in room and within(name, room))


def second_doors(root: Path) -> list[str]:
    """Each dependency is imported in its own rooms only, and each has rooms."""
    found = []
    for module in modules(root):
        for line, name in module.imports():
            top = name.partition(".")[0]
            if top in ("scraper", "feeds") or top in sys.stdlib_module_names:
                continue
            door = max((door for door in DOORS if within(name, door)), key=len, default=None)
            if door is None:
                found.append(f"{module.path}:{line}: {top} has no door")
            elif not inside(module.path, DOORS[door]):
                found.append(f"{module.path}:{line}: {name} has its door in {', '.join(DOORS[door])}")
    return found


def impurities(root: Path) -> list[str]:
    """Pure rooms do no I/O, ask no clock and write no log."""
    found = []
    for module in modules(root):
        if not inside(module.path, PURE):
            continue
        found += [
            f"{module.path}:{line}: imports {name}"
            for line, name in module.imports()
            if name.partition(".")[0] in IMPURE_MODULES
        ]
        for node in module.nodes:
            if isinstance(node, ast.Call):
                call = node.func
                if isinstance(call, ast.Name) and call.id in IMPURE_BUILTINS:
                    found.append(f"{module.path}:{node.lineno}: calls {call.id}()")
                if isinstance(call, ast.Attribute) and call.attr in IMPURE_CALLS:
                    found.append(f"{module.path}:{node.lineno}: calls {ast.unparse(call)}()")
    return found


def cycles(root: Path) -> list[str]:
    """No module needs itself, whatever way round."""
    all_of_them = modules(root)
    names = {module.name for module in all_of_them}
    graph = {}
    for module in all_of_them:
        top = (node for statement in module.tree.body if not typing_only(statement) for node in ast.walk(statement))
        graph[module.name] = {known for _, name in module.imports(top) if (known := nearest(name, names))}
        graph[module.name].discard(module.name)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" → ".join(error.args[1])]
    return []


def nearest(name: str, names: set[str]) -> str | None:
    """The module that an import leads to: `a.b` for `from a.b import f`."""
    return name if name in names else parent if (parent := name.rpartition(".")[0]) in names else None


def typing_only(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and ast.unparse(statement.test).endswith("TYPE_CHECKING")


def late_imports(root: Path) -> list[str]:
    """No import stands inside a function, except in the command line, which must start at once."""
    found = []
    for module in modules(root):
        if inside(module.path, COMMAND_LINE):
            continue
        functions = [n for n in module.nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        lines = {line for function in functions for line, _ in module.imports(ast.walk(function))}
        found += [f"{module.path}:{line}: imports inside a function" for line in sorted(lines)]
    return found


Rule = Callable[[Path], list[str]]


@pytest.mark.parametrize("rule", [arrows_back, second_doors, impurities, cycles, late_imports])
def test_the_code_keeps_the_rule(rule: Rule) -> None:
    assert rule(ROOT) == []


NOW = "from datetime import datetime as d\ndef f():\n    return d.now()"
BROKEN: list[tuple[Rule, dict[str, str], str]] = [
    (arrows_back, {"scraper/urls.py": "from feeds import store"}, "urls.py:1: the scraper imports feeds.store"),
    (arrows_back, {"feeds/store.py": "import feeds.update"}, "store.py:1: imports feeds.update from above"),
    (arrows_back, {"feeds/errors.py": "from . import web"}, "errors.py:1: imports feeds.web from above"),
    (arrows_back, {"scraper/dom.py": "from .pipeline import x"}, "dom.py:1: imports scraper.pipeline.x from above"),
    (arrows_back, {"scraper/model.py": "def f():\n    import scraper.dom"}, "model.py:2: imports scraper.dom"),
    (second_doors, {"feeds/feed.py": "import lxml.html"}, "feed.py:1: lxml.html has its door in"),
    (second_doors, {"feeds/cron.py": "import apscheduler.x"}, "cron.py:1: apscheduler.x has its door in"),
    (second_doors, {"feeds/web/app.py": "import flask"}, "app.py:1: flask has no door"),
    (impurities, {"feeds/changes.py": "import random"}, "changes.py:1: imports random"),
    (impurities, {"feeds/changes.py": "from os import path"}, "changes.py:1: imports os.path"),
    (impurities, {"scraper/discover/schema.py": NOW}, "schema.py:3: calls d.now()"),
    (impurities, {"feeds/text.py": "def f():\n    return open('x')"}, "text.py:2: calls open()"),
    (impurities, {"feeds/text.py": "print('x')"}, "text.py:1: calls print()"),
    (cycles, {"feeds/a.py": "from feeds import b", "feeds/b.py": "from feeds.a import f"}, "feeds.a → feeds.b"),
    (cycles, {"feeds/a.py": "from . import b", "feeds/b.py": "if 1:\n    import feeds.a"}, "feeds.a → feeds.b"),
    (late_imports, {"feeds/feed.py": "def f():\n    import re"}, "feed.py:2: imports inside a function"),
    (late_imports, {"feeds/feed.py": "class A:\n    async def f(self):\n        import re"}, "feed.py:3: "),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "files", "said"), BROKEN)
def test_a_broken_rule_is_seen(tmp_path: Path, rule: Rule, files: dict[str, str], said: str) -> None:
    write(tmp_path, files)
    assert [said in line for line in rule(tmp_path)] == [True]


KEPT: list[tuple[Rule, dict[str, str]]] = [
    (arrows_back, {"feeds/update.py": "from scraper.pipeline import scrape\nfrom feeds import store, model"}),
    (second_doors, {"feeds/cron.py": "import re\nimport apscheduler.triggers.cron\nfrom feeds import text"}),
    (
        impurities,
        {"feeds/update.py": "import time\nprint(time.time())", "feeds/feed.py": "def f(now):\n    return now"},
    ),
    (cycles, {"feeds/a.py": "if TYPE_CHECKING:\n    from feeds import b", "feeds/b.py": "from feeds import a"}),
    (
        late_imports,
        {"feeds/commands/a.py": "def f():\n    import re", "feeds/a.py": "if TYPE_CHECKING:\n    import re"},
    ),
]


@pytest.mark.parametrize(("rule", "files"), KEPT)
def test_a_rule_that_is_kept_says_nothing(tmp_path: Path, rule: Rule, files: dict[str, str]) -> None:
    write(tmp_path, files)
    assert rule(tmp_path) == []


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
