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
        ('<img class="wp-smiley" src="/smile.gif" alt=":-)">', ":-)"),
        ('<img src="/count.gif" style="width: 1px; height: 1px">', ""),
        ('<img src="/a.jpg" style="max-width: 1px">', "/a.jpg"),
        (f'<img src="{NONE}" data-src="/a.jpg" data-srcset="/a.jpg 300w, /b.jpg 1200w">', "/b.jpg"),
        ('<img src="/a.jpg?w=20" data-src="/a.jpg?w=900">', "/a.jpg?w=900"),
        ('<img src="/a.jpg" data-src="javascript:x()">', "/a.jpg"),
        ('<picture><source media="(max-width: 9em)" srcset="/s.jpg"><source srcset="/a.jpg"></picture>', "/a.jpg"),
        ('<picture><source type="image/avif" srcset="/a.avif"><source srcset="/a.jpg"></picture>', "/a.jpg"),
        ('<img src="/a.jpg"> <img src="/a.jpg"><img src="/b.jpg">', "/a.jpg /b.jpg"),
        # what is shown without scripts
        (f'<noscript><img src="/a.jpg"></noscript><img src="{NONE}" data-src="/a.jpg">', "/a.jpg"),
        (f'<noscript><img src="/a.jpg"></noscript> <img src="{NONE}">', "/a.jpg"),
        (f'<a href="/x"><img src="{NONE}"></a><noscript><a href="/x"><img src="/a.jpg"></a></noscript>', "/a.jpg"),
        ('<img src="/a-300x200.jpg"><noscript><img src="/a.jpg"></noscript>', "/a-300x200.jpg"),
        ('<img src="/a.jpg"><noscript><img src="/count.gif" width=1></noscript>', "/a.jpg"),
        ('<p>A <img src="/a.jpg"></p><noscript><img src="/b.jpg"></noscript>', "/a.jpg /b.jpg"),
    ],
)
def test_a_picture_has_one_address(html: str, source: str) -> None:
    assert restored(html) == source
