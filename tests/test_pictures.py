"""One good address for each picture, and a link for each player."""

import pytest

from scraper import dom, pictures

BASE = "https://club.example/a"
NONE = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
BLUR = "https://m.example/media/ab~mv2.jpg/v1/fill/w_49,h_28,al_c,q_80,blur_2/cat.jpg"


def restored(html: str) -> str:
    root = dom.fragment(html)
    pictures.restored(root)
    return " ".join(image.attr("src") or "" for image in root.select("img")) or root.text


@pytest.mark.parametrize(
    ("html", "source"),
    [
        ('<img src="/a.jpg">', "/a.jpg"),
        (f'<img src="{NONE}" data-src="/a.jpg">', "/a.jpg"),
        (f'<img src="{NONE}" data-srcset="/a.jpg 400w, /b.jpg 900w">', "/b.jpg"),
        (f'<img src="{NONE}" data-srcset="/a.jpg 400w, /b.jpg 1200w, /c.jpg 4000w">', "/b.jpg"),
        ('<img src="/a.jpg" srcset="/a.jpg 300w, /b.jpg 900w">', "/b.jpg"),
        ('<img src="/a.jpg" srcset="/a.jpg 900w, /b.jpg 1800w">', "/a.jpg"),
        (f'<img src="{NONE}" data-anything="/img/a.webp?w=9">', "/img/a.webp?w=9"),
        (f'<img src="{NONE}" data-anything="{{a}}.png">', ""),
        (f'<picture><source srcset="/a.webp 800w"><img src="{NONE}"></picture>', "/a.webp"),
        ('<picture><source srcset="/a.webp"></picture>', "/a.webp"),
        (f'<img src="{NONE}"><noscript><img src="/a.jpg"></noscript>', "/a.jpg"),
        (f'<img src="{BLUR}">', "https://m.example/media/ab~mv2.jpg"),
        ('<amp-img src="/a.jpg" width="9" height="9"></amp-img>', "/a.jpg"),
        ('<img src="/count.gif" width="1" height="1">', ""),
        (f'<img src="{NONE}">', ""),
        ('<img src="/1f600.png" alt="😀">', "😀"),
        ('<img src="/a.jpg" alt="Кот">', "/a.jpg"),
    ],
)
def test_a_picture_has_one_address(html: str, source: str) -> None:
    assert restored(html) == source


@pytest.mark.parametrize(
    ("html", "link"),
    [
        ('<iframe src="//v.example/embed/1" title="A film"></iframe>', ("https://v.example/embed/1", "A film", None)),
        ('<video src="/a.mp4" poster="/a.jpg"></video>', ("https://club.example/a.mp4", "", "/a.jpg")),
        ('<amp-iframe src="/map"></amp-iframe>', ("https://club.example/map", "club.example", None)),
        (
            "<iframe title=A srcdoc=\"<a href='/v/1'><img src='/s.jpg'></a>\"></iframe>",
            ("https://club.example/v/1", "", "/s.jpg"),
        ),
    ],
)
def test_a_player_is_a_link(html: str, link: tuple[str, str, str | None]) -> None:
    root = dom.fragment(html)
    pictures.linked(root, BASE)
    (found,) = root.select("a")
    image = found.select_one("img")
    assert (found.attr("href"), found.text, image and image.attr("src")) == link


def test_a_player_without_an_address_goes() -> None:
    root = dom.fragment('<iframe src="javascript:0"></iframe><iframe srcdoc="<p>Buy</p>"></iframe><video></video>')
    pictures.linked(root, BASE)
    assert root.inner_html == ""


def test_a_reading_stands_in_brackets_once() -> None:
    root = dom.fragment("<ruby>鐘<rt>かね</rt></ruby> <ruby>猫<rp>(</rp><rt>ねこ</rt><rp>)</rp></ruby>")
    pictures.spelled(root)
    assert root.text == "鐘（かね） 猫(ねこ)"
