"""What Word, LibreOffice and others put on the clipboard, as blocks."""

import pytest

from cms.content.clipboard import read_clipboard


def item(text: str, marker: str, level: int = 1) -> str:
    return (
        f"<p class=MsoListParagraph style='margin-left:.5in;mso-list:l0 level{level} lfo1'>"
        "<![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>"
        f"{marker}<span style='font:7.0pt'>&nbsp; </span></span></span><![endif]>"
        f"{text}<o:p></o:p></p>"
    )


def values(html: str) -> list[tuple[str, object]]:
    return [(block["type"], block["value"]) for block in read_clipboard(html).blocks]


@pytest.mark.parametrize(
    ("marker", "kind"),
    [
        ("·", "ul"),
        ("-", "ul"),
        ("o", "ul"),
        ("1.", "ol"),
        ("a)", "ol"),
        ("(iv)", "ol"),
        ("đ)", "ol"),
    ],
)
def test_lists_of_word(marker: str, kind: str) -> None:
    html = item("Một", marker) + "\n" + item("Hai", marker)
    assert values(html) == [("paragraph", f"<{kind}><li>Một</li><li>Hai</li></{kind}>")]


def test_a_list_of_other_marks_and_text_between_end_a_list() -> None:
    html = item("Một", "1.") + item("Hai", "·") + "<p>Giữa</p>" + item("Ba", "·", 2)
    assert values(html) == [
        (
            "paragraph",
            "<ol><li>Một</li></ol><ul><li>Hai</li></ul><p>Giữa</p><ul><li>Ba</li></ul>",
        )
    ]


def test_titles_and_headings() -> None:
    html = "<p class='MsoTitle'>Kế hoạch</p><h2>Mục I</h2><p class=MsoNormal>Chữ</p>"
    assert values(html) == [
        ("heading", "Kế hoạch"),
        ("heading", "Mục I"),
        ("paragraph", "<p>Chữ</p>"),
    ]


def test_what_is_no_text_is_dropped() -> None:
    html = (
        "<style>p{color:red}</style><!--StartFragment--><p onclick=x style='color:red'>"
        "<font color=red>Chữ</font><script>alert(1)</script><o:p>&nbsp;</o:p></p><!--EndFragment-->"
        "<p><a href='javascript:alert(1)'>xấu</a></p>"
    )
    assert values(html) == [("paragraph", "<p>Chữ</p><p><a>xấu</a></p>")]


def test_decomposed_letters_are_composed() -> None:
    assert values("<p>Ke\u0302\u0301 hoa\u0323ch</p>") == [("paragraph", "<p>Kế hoạch</p>")]


def test_old_fonts_and_pictures_are_told() -> None:
    legacy = "<p>Héi nghÞ tæng kÕt c«ng t¸c n¨m 2005</p><img src='file:///C:/1.png'>"
    told = read_clipboard(legacy).warnings
    assert len(told) == 2
    assert "TCVN3" in told[0]


@pytest.mark.parametrize("html", ["", "   ", "<p></p>", "<table></table>", "<<<", "\x00"])
def test_nothing_comes_of_nothing(html: str) -> None:
    assert all(block["value"] for block in read_clipboard(html).blocks)
