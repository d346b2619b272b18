"""A link for each player, with its picture."""

import pytest

from scraper import dom, players

BASE = "https://club.example/a"


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
    players.linked(root, BASE)
    (found,) = root.select("a")
    image = found.select_one("img")
    assert (found.attr("href"), found.text, image and image.attr("src")) == link


def test_a_player_without_an_address_goes() -> None:
    root = dom.fragment('<iframe src="javascript:0"></iframe><iframe srcdoc="<p>Buy</p>"></iframe><video></video>')
    players.linked(root, BASE)
    assert root.inner_html == ""


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<iframe src="about:blank" data-src="//v.example/1"></iframe>', "https://v.example/1"),
        ('<video><source src="/a.webm"><source src="/a.mp4?x"></video>', "https://club.example/a.mp4?x"),
        ('<audio><source src="/a.ogg"><p>No sound here.</p></audio>', "https://club.example/a.ogg"),
        ('<object data="/a.pdf">A report</object>', "https://club.example/a.pdf"),
        ('<object><embed src="/a.mp4"></object>', "https://club.example/a.mp4"),
        ('<object data="/game.swf"></object>', None),
        (
            '<iframe src="https://www.youtube.com/embed/abc123DEF-_?rel=0"></iframe>',
            "https://www.youtube.com/watch?v=abc123DEF-_",
        ),
        (
            '<iframe src="//www.youtube-nocookie.com/embed/abc123DEF-_"></iframe>',
            "https://www.youtube.com/watch?v=abc123DEF-_",
        ),
        (
            '<iframe src="https://www.youtube.com/embed/videoseries?list=1"></iframe>',
            "https://www.youtube.com/embed/videoseries?list=1",
        ),
        ('<iframe src="https://player.vimeo.com/video/12?h=a"></iframe>', "https://vimeo.com/12"),
        ('<iframe src="https://open.spotify.com/embed/episode/1?a"></iframe>', "https://open.spotify.com/episode/1"),
    ],
)
def test_the_link_leads_to_what_people_can_open(html: str, url: str | None) -> None:
    root = dom.fragment(html)
    players.linked(root, BASE)
    link = root.select_one("a")
    assert (link and link.attr("href")) == url


def test_a_file_is_called_as_it_reads() -> None:
    root = dom.fragment('<audio src="/the%20ferry.mp3?token=1"></audio>')
    players.linked(root, BASE)
    assert root.text == "the ferry.mp3"
