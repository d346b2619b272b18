"""The pages that show how the sources are: HTML and CSS alone, and no script. Everything in them is escaped."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from feeds import status
from feeds.markup import Template
from feeds.status import Condition, Overview
from feeds.statusrows import Run, Turn
from feeds.text import line

# A bar of a history: its place, its height where nothing came, and what each new entry adds to it.
STEP, BAR, HIGH, LOW, EACH, MOST = 6, 4, 28, 4, 3, 8
RUNS_SHOWN = 50
_LOOKS = {0: "Its looks", 1: "The last look"}
Runs = Mapping[int, tuple[Run, ...]]

_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="/status/-/status.css">
<link rel="icon" href="/favicon.ico">
<link rel="alternate" type="application/atom+xml" title="How the sources are" href="/_status.atom">
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header class="bar"><nav><a href="/">Feeds</a> <a href="/status">Status</a></nav>{person}</header>
<main id="main">
{said}{body}</main>
</body>
</html>
""")
_LOGIN = Template("""<form class="login" method="post" action="/status/-/login">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required>
<button>Log in</button>
</form>
""")
_LOGOUT = Template('<form method="post" action="/status/-/logout"><button class="quiet">Log out</button></form>')
_SAID = Template('<p class="said" role="status">{}</p>\n')
_TOP = Template('<h1>{headline}</h1>\n<ul class="counts">{counts}</ul>\n')
_WRONG = Template('<p class="wrong" role="alert"><b>{}.</b> {}</p>\n')
_COUNT = Template('<li class="{state}"><b>{count}</b> {state}</li>')
_ADD = Template("""<form class="add" method="post" action="/status/-/add">
<label for="url">Follow another site</label>
<div><input id="url" name="url" type="text" inputmode="url" required placeholder="https://club.example/news"
 autocomplete="off" spellcheck="false"><button>Look at it</button></div>
</form>
""")
_LIST = Template('<ul class="sources">\n{}</ul>\n')
_ITEM = Template("""<li class="{state}">
<div class="name"><h2><a href="/status/{name}">{title}</a></h2> <code>{name}</code>
<span class="state">{state}</span></div>
{history}
<p class="facts">{facts}</p>
{why}</li>
""")
_WHY = Template('<p class="why">{}</p>\n')
_MOVED = Template("""<dl class="moved"><dt>{what}</dt>
<dd><span class="to">before</span> {before}</dd><dd><span class="to">now</span> <ins>{after}</ins></dd></dl>
""")
# What would be accepted stands above the button that does.
_ACCEPT = Template("""<div class="accept">{moved}<p>Is the site so for good? Explain shows what is there.
Once you accept it, the next look is taken as it is, and goes into the feed.</p>
<form method="post" action="/status/{name}/accept"><button>Accept what is there now</button></form></div>
""")
_PAGES = Template('<nav class="pages" aria-label="Pages">{}</nav>\n')
_LINK = Template('<a href="{href}">{text}</a>\n')
_SVG = Template(
    '<svg class="history" viewBox="0 0 {width} {high}" preserveAspectRatio="xMaxYMax meet" role="img" '
    'aria-label="{label}">{bars}</svg>'
)
_RECT = Template('<rect class="{kind}" x="{x}" y="{y}" width="{w}" height="{h}" rx="1"><title>{title}</title></rect>')
_FIGURED = Template("<figure>{}<figcaption>{}</figcaption></figure>")
_ONE = Template("""<div class="name"><h1>{title}</h1><span class="state {state}">{state}</span></div>
<p class="address"><code>{name}</code> · <a href="{url}" rel="noopener noreferrer">{url}</a></p>
{why}{actions}
<section><h2>{looks}</h2>
{history}
<dl class="figures">{figures}</dl></section>
<section><h2>What befell it</h2>
{turns}</section>
<section><h2>More</h2>
<p class="links">{links}</p>
<p>On a terminal: <code>feedwright explain {name}</code> tells what becomes of its page, step by step, and
<code>feedwright show {name}</code> what is in its feed.</p></section>
""")
_FIGURE = Template("<div><dt>{}</dt><dd>{}</dd></div>")
_ACTIONS = Template('<div class="actions">{}</div>\n')
_BUTTON = Template('<form method="post" action="/status/{name}/{act}"><button{kind}>{text}</button></form>')
_TURNS = Template('<ol class="turns">{}</ol>\n')
_TURN = Template("<li><time>{at}</time> <b>{kind}</b> {said}</li>")
_PREVIEW = Template("""<h1>{title}</h1>
<p class="address">{url}</p>
<p>{how}</p>
<ol class="articles">{articles}</ol>
{own}<h2>What it would add to config.yaml</h2>
<pre>{lines}</pre>
<div class="actions"><form method="post" action="/status/-/add"><input type="hidden" name="url" value="{url}">
<input type="hidden" name="confirm" value="yes"><button class="first">Follow it</button></form>
<a class="button" href="/status">Leave it</a></div>
""")
_ARTICLE = Template('<li><b dir="auto">{title}</b> <time>{day}</time><br><span dir="auto">{text}</span></li>')
_TEXT = Template('<h1>{title}</h1>\n<pre>{text}</pre>\n<p><a href="/status/{name}">Back to {name}</a></p>\n')


@dataclass(frozen=True, slots=True)
class Person:
    """Who looks: whether somebody may log in here at all, and has."""

    may: bool = False
    has: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What following an address would bring."""

    url: str
    title: str
    how: str
    articles: tuple[tuple[str, str, str], ...]
    own: str
    lines: str


def index(
    found: Overview,
    runs: Runs,
    person: Person,
    *,
    shown: Sequence[Condition],
    page: int = 1,
    pages: int = 1,
    said: str = "",
) -> bytes:
    """All sources in figures, and those that are `shown` on this page in a list."""
    counts = _joined(_COUNT.format(state=state, count=f"{count:,}") for state, count in found.counts.items() if count)
    items = _joined(_item(one, runs.get(one.known.id, ()), found.now) for one in shown)
    links = _joined(_LINK.format(href=f"/status?page={n}", text=text) for n, text in _near(page, pages))
    body = (
        _TOP.format(headline=_headline(found), counts=counts)
        + _wrong(found)
        + (_ADD if person.has else Markup(""))
        + (_LIST.format(items) if found.conditions else _WHY.format("Nothing was fetched yet."))
    )
    return _page("Status", body + (_PAGES.format(links) if links else Markup("")), person, said)


def one(
    condition: Condition, runs: Sequence[Run], turns: Sequence[Turn], now: datetime, person: Person, said: str = ""
) -> bytes:
    known = condition.known
    figures = (
        ("last good", status.away(known.last_good, now)),
        ("next look", status.due(condition, now)),
        ("entries", f"{known.entries:,}"),
        ("held or failed in a row" if condition.state == "held" else "failures in a row", known.failures),
        ("requests today", known.requests),
    )
    links = [(f"/{known.name}.html", "The feed as a page"), (f"/{known.name}.atom", "Atom")]
    body = _ONE.format(
        title=line(known.title) or known.name,
        name=known.name,
        state=condition.state,
        url=known.url,
        why=_stands(condition) + (_accept(condition) if person.has else _why(condition)),
        actions=_actions(condition) if person.has else "",
        looks=_LOOKS.get(len(runs), f"The last {len(runs)} looks"),
        history=_history(runs, large=True),
        figures=_joined(_FIGURE.format(*pair) for pair in figures),
        turns=_turns(turns),
        links=_joined(_LINK.format(href=href, text=text) for href, text in links),
    )
    return _page(f"{known.name}: {condition.state}", body, person, said)


def preview(found: Preview, person: Person) -> bytes:
    articles = _joined(_ARTICLE.format(title=title, day=day, text=text) for title, day, text in found.articles)
    own = _WHY.format(found.own) if found.own else ""
    body = _PREVIEW.format(
        title=found.title, url=found.url, how=found.how, articles=articles, own=own, lines=found.lines
    )
    return _page("Follow another site", body, person, "")


def text(title: str, content: str, name: str, person: Person) -> bytes:
    return _page(title, _TEXT.format(title=title, text=content, name=name), person, "")


def login(person: Person, said: str = "") -> bytes:
    body = Markup("<h1>Status</h1>\n<p>It is shown to whoever knows the token, <code>web.admin_token</code>.</p>\n")
    return _page("Log in", body, person, said)


def trouble(sentence: str, person: Person) -> bytes:
    return _page("Status", Markup("<h1>The memory cannot be read</h1>\n") + _WHY.format(sentence), person, "")


def _page(title: str, body: Markup, person: Person, said: str) -> bytes:
    way = _LOGOUT if person.has else _LOGIN if person.may else ""
    return _PAGE.format(title=title, person=way, said=_SAID.format(said) if said else "", body=body).encode(
        errors="replace"
    )


def _headline(found: Overview) -> str:
    ill = sum(found.counts[state] for state in status.ILL)
    if not found.conditions:
        return "No sources yet"
    if not ill:
        if found.troubles:
            return "Something stands in the way"
        return "config.yaml is wrong" if found.complaint else "All is well"
    return f"{_counted(ill, 'source')} to look at"


def _wrong(found: Overview) -> Markup:
    """What is no source's matter."""
    deserted = [("Nobody comes", status.desertion(found))] if found.deserted else []
    complaints = [("The configuration before is in force", found.complaint)] if found.complaint else []
    troubles = [("Something stands in the daemon's way", trouble) for trouble in found.troubles]
    return _joined(_WRONG.format(what, line(said)) for what, said in deserted + complaints + troubles)


def _item(condition: Condition, runs: Sequence[Run], now: datetime) -> Markup:
    known = condition.known
    entries, requests = _counted(known.entries, "entry", "entries"), _counted(known.requests, "request")
    facts = [f"last good {status.away(known.last_good, now)}", entries, f"{requests} today"]
    if condition.next_due and condition.state != "late":
        due = status.due(condition, now)
        facts.insert(1, due if due == status.AT_WORK else f"next look {due}")
    return _ITEM.format(
        state=condition.state,
        name=known.name,
        title=line(known.title) or known.name,
        history=_history(runs),
        facts=" · ".join(facts),
        why=_why(condition),
    )


def _why(condition: Condition) -> Markup:
    if condition.before:
        return _MOVED.format(what=condition.why, before=condition.before, after=condition.after)
    return _WHY.format(line(condition.why)) if condition.why else Markup("")


def _accept(condition: Condition) -> Markup:
    """What moved, for whoever may accept it; what found nothing can't be accepted."""
    moved = _why(condition)
    if condition.state != "held" or condition.known.empty:
        return moved
    return _ACCEPT.format(moved=moved, name=condition.known.name)


def _stands(condition: Condition) -> Markup:
    if condition.state == "ended":
        return _WHY.format(condition.advice.replace("`", ""))
    since = condition.known.held_since
    return _WHY.format(f"Held since {since:%Y-%m-%d %H:%M} UTC; the last good feed stands.") if since else Markup("")


def _history(runs: Sequence[Run], *, large: bool = False) -> Markup:
    """A bar a look, the newest at the right: high in a colour of its own where it was held and where it failed, higher
    the more was new."""
    shown = runs[-RUNS_SHOWN:]
    endings = Counter(run.ending for run in shown)
    held = f"{endings['held']} held, " if endings["held"] else ""
    new = sum(run.new for run in shown)
    brought = f"{held}{endings['failed']} failed, {_counted(new, 'new entry', 'new entries')}"
    label = f"{_counted(len(shown), 'look')}, {brought}" if shown else "No look yet"
    first = RUNS_SHOWN - len(shown)
    bars = _joined(_bar(first + place, run) for place, run in enumerate(shown))
    svg = _SVG.format(width=STEP * RUNS_SHOWN, high=HIGH, label=label, bars=bars)
    return _FIGURED.format(svg, label) if large else svg


def _bar(place: int, run: Run) -> Markup:
    high = LOW + EACH * min(run.new, MOST) if run.well else HIGH
    said = line(run.error)
    match run.ending:
        case "ok":
            kind, what = "new" if run.new else "same", f"{run.new} new, {run.changed} changed"
        case "held":
            kind, what = "held", f"held: {said}"
        case "failed":
            kind, what = "failed", said or "failed"
    title = f"{run.started:%Y-%m-%d %H:%M} UTC: {what}"
    return _RECT.format(kind=kind, x=STEP * place, y=HIGH - high, w=BAR, h=high, title=title)


def _actions(condition: Condition) -> Markup:
    known = condition.known
    acts: list[tuple[str, str]] = []
    if not (known.paused or known.rested or known.ended):
        acts += [("fetch", "Fetch now"), ("pause", "Pause")]
    elif known.rested:
        acts.append(("resume", "Go on"))
    acts.append(("explain", "Explain"))
    return _ACTIONS.format(
        _joined(
            _BUTTON.format(name=known.name, act=act, text=said, kind=Markup(' class="first"') if n == 0 else "")
            for n, (act, said) in enumerate(acts)
        )
    )


def _turns(turns: Sequence[Turn]) -> Markup:
    if not turns:
        return _WHY.format("Nothing that is worth telling.")
    return _TURNS.format(
        _joined(_TURN.format(at=f"{turn.at:%Y-%m-%d %H:%M}", kind=turn.kind, said=line(turn.said)) for turn in turns)
    )


def _near(page: int, pages: int) -> list[tuple[int, str]]:
    before = [(page - 1, "Before")] if page > 1 else []
    after = [(page + 1, "After")] if page < pages else []
    return before + after


def _counted(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)
