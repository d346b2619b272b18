"""What the gate holds and what heals, on real themes: `python bench/gate.py FOLDER [--sites N]`.

FOLDER holds `manifest.jsonl` and sites as folders, as `bench/discovery.py` reads them. Each site's first list is learnt
as it is; then the page is spoilt in ten ways, and changed in three that readers must not notice. Then each page is the
new theme of a site whose old rule matches nothing any more: is its list found by its titles and addresses alone?
"""

import argparse
from pathlib import Path

from spoilt import BAD, GOOD, KIND, Site, run, sites

from feeds import gate
from feeds.gate import Hold
from feeds.model import Baseline
from scraper import dom, healing, urls
from scraper.model import Discovery, Link, Page, Place, Rules, ScrapeResult
from scraper.recipe import Recipe


def told(site: Site, content: bytes, usual: Baseline) -> str:
    """`held`, `same` where no link is new, else how many are."""
    result = run(content, site.url, site.listed)
    ruled = gate.judge(result, usual, ())
    if isinstance(ruled, Hold):
        return "held"
    keys = {urls.part_key(one.url) for one in site.listed}
    new = [link for link in result.discovery.links if urls.part_key(link.url) not in keys]
    return f"{len(new)} new" if new else "same"


def mutations(found: list[Site]) -> None:
    for kind, table in (("bad", BAD), ("good", GOOD)):
        for name, mutate in table.items():
            counts: dict[str, list[str]] = {}
            for site in found:
                first = ScrapeResult("site", discovery=Discovery(links_of(site), tier="listing"))
                usual = gate.learnt(first, Baseline(), ())
                counts.setdefault(told(site, mutate(site), usual), []).append(site.name)
            shown = ", ".join(f"{word} {len(who)}" for word, who in sorted(counts.items()))
            odd = [f"{who[0]}…" for word, who in counts.items() if "new" in word or (kind == "good" and word == "held")]
            print(f"{kind:>5}  {name:<24} {shown}   {' '.join(odd)}")


def links_of(site: Site) -> tuple[Link, ...]:
    return tuple(Link(one.url, one.title) for one in site.listed)


def redesigns(found: list[Site]) -> None:
    """Each page as the new theme of one whose old rule matches nothing; and spoilt, when nothing is to be adopted."""
    healed, partly, left, adopted = [], [], [], []
    for site in found:
        place, links = sought(site, site.content)
        right = {urls.part_key(one.url) for one in site.listed}
        strange = [link for link in links if urls.part_key(link.url) not in right]
        if place is None:
            left.append(site.name)
        elif strange or len(links) < 0.8 * len(right):
            partly.append(f"{site.name} ({len(links)} of {len(right)}, {len(strange)} others: {place.item})")
        else:
            healed.append(site.name)
        for name in ("empty list", "navigation only", "beside the list only"):
            place, links = sought(site, BAD[name](site))
            adopted += [f"{site.name} ({name}: {place.item}, {len(links)} links)"] if place else []
    print(f"redesigns: {len(healed)} of {len(found)} heal whole, {len(partly)} partly, {len(left)} not")
    print(f"  partly: {'; '.join(partly)}")
    print(f"  not: {', '.join(left)}")
    print(f"  adopted where the list is gone: {'; '.join(adopted) or 'none'}")


def sought(site: Site, content: bytes) -> tuple[Place | None, tuple[Link, ...]]:
    """Where the list is found anew, and its links by that rule."""
    tree = dom.parse(content, site.url, KIND)
    place = healing.find(tree, site.listed)
    if place is None:
        return None, ()
    recipe = Recipe.of(healing.mended(Rules(), place))
    return place, recipe.links(Page(site.url, site.url, content, KIND), tree) or ()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sites", type=int, default=60)
    chosen = parser.parse_args()
    found = sites(chosen.folder, chosen.sites)
    print(f"{len(found)} sites")
    mutations(found)
    redesigns(found)


if __name__ == "__main__":
    main()
