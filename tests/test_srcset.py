"""One good address of a picture that is there in several sizes."""

import pytest

from scraper import srcset


@pytest.mark.parametrize(
    ("said", "best"),
    [
        ("/a.jpg", "/a.jpg"),
        ("/a.jpg 400w, /b.jpg 900w", "/b.jpg"),
        ("/a.jpg 400w,/b.jpg 900w", "/b.jpg"),
        ("/a.jpg 400w , /b.jpg 900w ,", "/b.jpg"),
        (" /a.jpg 100w 50h,\n\t/b.jpg 800w 400h", "/b.jpg"),
        ("/a.jpg, /b.jpg 2x", "/b.jpg"),
        ("/a.jpg 1.5x", "/a.jpg"),
        ("/c/w_300,h_2/a.jpg 300w, /c/w_900,h_6/a.jpg 900w", "/c/w_900,h_6/a.jpg"),
        ("/c/w_300,h_2/a.jpg 300w,/c/w_900,h_6/a.jpg 900w", "/c/w_900,h_6/a.jpg"),
        ("/a b.jpg 1x, /c d.jpg 2x", "/c%20d.jpg"),
        ("/a.jpg 800", "/a.jpg"),
        ("data:image/png;base64,AAAA,BB 1x, /a.jpg 1x", "/a.jpg"),
        ("/a.jpg 3000w, /b.jpg 4000w", "/a.jpg"),
        ("", None),
        (None, None),
        (" , ", None),
    ],
)
def test_best(said: str | None, best: str | None) -> None:
    assert srcset.best(said) == best
