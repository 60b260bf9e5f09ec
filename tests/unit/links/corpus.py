"""What defaced pages hold, and what honest pages hold that looks like it."""

from __future__ import annotations

FAR = "https://quang-cao.example.net/"
WORDS = "xem thêm"


def _link(style: str = "", words: str = WORDS, more: str = "") -> str:
    return f'<a href="{FAR}" style="{style}" {more}>{words}</a>'


def _within(opening: str, words: str = WORDS) -> str:
    tag = opening[1:].split()[0].rstrip(">")
    return f'<p>Tin</p>{opening}<a href="{FAR}">{words}</a></{tag}>'


#: From what hides it to a piece of HTML whose one link leads to ``FAR``.
HIDDEN = {
    "display none": _link("display:none"),
    "display none, important, capitals": _link("DISPLAY : NONE !important"),
    "display none, css escape": _link(r"d\69splay:none"),
    "display none, css comment": _link("display:/**/none"),
    "display none, character references": f'<a href="{FAR}" style="&#100;isplay&#58;none">x y</a>',
    "display none, unquoted": f"<a href={FAR} style=display:none>{WORDS}</a>",
    "within what is not displayed": _within('<div style="display:none">'),
    "three levels within": f'<div style="display:none"><p><b>{_link()}</b></p></div>',
    "visibility hidden": _link("visibility:hidden"),
    "visibility collapse": _within('<div style="visibility:collapse">'),
    "opacity zero": _link("opacity:0"),
    "opacity a hundredth": _link("opacity:.01"),
    "opacity by a filter": _link("filter:opacity(0%)"),
    "opacity for an old browser": _link("filter:alpha(opacity=0)"),
    "font size zero": _within('<div style="font-size:0">'),
    "font size one pixel": _link("font-size:1px"),
    "font size a hundredth of an em": _link("font-size:0.01em"),
    "font size in percent": _link("font-size:1%"),
    "font in one": _link("font:0px/0 arial"),
    "off the left": _within('<div style="position:absolute;left:-9999px">'),
    "off the top, in em": _within('<div style="position: fixed; top: -200em">'),
    "far below": _within('<div style="position:absolute;top:99999px">'),
    "indented away": _link("text-indent:-9999px"),
    "margin": _within('<div style="margin-left:-5000px">'),
    "moved": _within('<div style="transform:translate(-9999px, 0)">'),
    "scaled to nothing": _link("transform:scale(0)"),
    "clip": _within('<span style="position:absolute;clip:rect(0,0,0,0)">'),
    "clip with a pixel": _within('<span style="position:absolute;clip:rect(1px 1px 1px 1px)">'),
    "clip path": _link("clip-path:inset(100%)"),
    "clip path, circle": _link("clip-path: circle(0)"),
    "a box of a pixel": _within('<div style="width:1px;height:1px;overflow:hidden">'),
    "a box without height": _within('<div style="max-height:0;overflow:hidden">'),
    "behind the page": _within('<div style="position:absolute;z-index:-99">'),
    "white on white": _within('<p style="color:#fff">'),
    "white on white, said": _within('<p style="color:white;background:#ffffff">'),
    "nearly white": _link("color:rgb(254, 254, 253)"),
    "white by hsl": _link("color:hsl(0, 0%, 100%)"),
    "black on black": _within('<div style="background-color:#000;color:#010101">'),
    "transparent letters": _link("color:transparent"),
    "letters without alpha": _link("color:rgba(0,0,0,0)"),
    "font element": f'<p><font color="#FFFFFF">{_link()}</font></p>',
    "hidden attribute": _within("<div hidden>"),
    "template": _within("<template>"),
    "no words": f'<p>Tin<a href="{FAR}"></a></p>',
    "a space": f'<a href="{FAR}"> &nbsp; </a>',
    "a sign nobody sees": f'<a href="{FAR}">&#8203;&#8288;</a>',
    "a full stop": f'<p>Hết<a href="{FAR}">.</a></p>',
    "an empty element": f'<a href="{FAR}"><i></i></a>',
    "words that are hidden themselves": (
        f'<a href="{FAR}"><span style="display:none">{WORDS}</span></a>'
    ),
    "a picture of a pixel": f'<a href="{FAR}"><img src="/a.png" width="1" height="1"></a>',
    "marquee": f'<marquee width="1" height="1">{_link()}</marquee>',
    "style sheet, class": f'<style>.z9{{display:none}}</style><div class="z9">{_link()}</div>',
    "style sheet, id, after it": f'<div id="q">{_link()}</div><style>#q{{opacity:0}}</style>',
    "iframe of a pixel": f'<iframe src="{FAR}" width="1" height="1"></iframe>',
    "iframe not displayed": f'<iframe src="{FAR}" style="display:none"></iframe>',
    "iframe's own document": f"<iframe srcdoc=\"<a href='{FAR}'></a>\"></iframe>",
    "refresh": f'<meta http-equiv="refresh" content="0; url={FAR}">',
    "opened by a script": f"<b onclick=\"location.href='{FAR}'\">Xem</b>",
    "script address": f"<a href=\"javascript:window.open('{FAR}')\">Xem</a>",
    "never closed": f'<div style="display:none"><a href="{FAR}">{WORDS}',
    "closed twice": f'</div><div style="display:none"></p></b>{_link()}',
    "tab within the scheme": f'<a href="ht\ntps://quang-cao.example.net/" hidden>{WORDS}</a>',
    "host after another name": (
        '<a href="https://chinhphu.vn@quang-cao.example.net/" style="display:none">x y</a>'
    ),
    "two slashes": f'<a href="//quang-cao.example.net/" style="display:none">{WORDS}</a>',
    "backslashes": f'<a href="https:\\\\quang-cao.example.net\\" style="display:none">{WORDS}</a>',
}

#: Gambling, each in a text of its own: HTML, plain, addresses.
GAMBLING = {
    "a name in the host": '<a href="https://bk8.com/">Xem</a>',
    "a name within the host": '<a href="https://link-fun88vn.net/">Xem</a>',
    "a word in the host": '<a href="https://nhacaiuytin.example/">Xem</a>',
    "a subdomain of the state that was taken": '<a href="https://bk8.huyen.gov.vn/">Xem</a>',
    "words of the link": '<p><a href="https://abc.example/">nhà cái uy tín</a></p>',
    "words without marks": '<p><a href="https://abc.example/">nha cai uy tin</a></p>',
    "words in the path": '<a href="https://abc.example/tai-xiu-online">tại đây</a>',
    "words in the query": '<a href="https://abc.example/?q=n%E1%BB%95+h%C5%A9">tại đây</a>',
    "parted letters": '<a href="https://abc.example/">t.à.i x.ỉ.u</a>',
    "letters of another alphabet": '<a href="https://abc.example/">саsinо</a>',
    "wide letters": '<a href="https://abc.example/">ｃａｓｉｎｏ</a>',
    "unseen signs within": '<a href="https://abc.example/">ca\u200bsi\u200dno</a>',
    "letters put together from marks": '<a href="https://abc.example/">ta\u0300i xi\u0309u</a>',
    "words in a title": '<a href="https://abc.example/" title="slot online">tại đây</a>',
    "words in a picture": '<a href="https://abc.example/"><img src="/a.png" alt="casino"></a>',
    "by way of another site": (
        '<a href="https://www.google.com/url?q=https%3A%2F%2Fw88.com%2F">tại đây</a>'
    ),
    "hidden words without a link": '<div style="display:none">casino trực tuyến uy tín</div>',
    "bare address": "Truy cập ngay bk8vn.com để nhận thưởng",
    "bare address in html": "<p>Vào 188bet.example ngay hôm nay</p>",
    "an address alone": "https://sunwin.example/",
    "wide host": '<a href="https://ｂｋ８.com/">Xem</a>',
    "a comment": "<!-- https://bk8.com/ --><p>Tin</p>",
    "script that writes": "<script>document.write('<a href=\"https://bk8.com\">x</a>')</script>",
    "script in base64": "<script>eval(atob('bG9jYXRpb249Imh0dHBzOi8vYms4LmNvbS8i'))</script>",
    "script in codes": (
        "<script>eval(String.fromCharCode("
        + ",".join(str(ord(sign)) for sign in "location='https://w88.com/'")
        + "))</script>"
    ),
    "script with escapes": r'<script>var u="\x68ttps://bk8.com/"</script>',
    "style sheet": "<style>body{background:url(https://bk8.com/a.png)}</style>",
    "source of a picture": '<img srcset="https://fun88.com/a.png 2x">',
    "form": '<form action="https://bk8.com/dang-ky"><input name="a"></form>',
    "hidden and gambling": '<a href="https://bk8.com/" style="display:none">x</a>',
    "a title that advertises": "Nhà cái uy tín số 1 Việt Nam",
    "a title with a name": "BK8 link vào mới nhất không bị chặn",
    "a title without marks": "Tai app game no hu doi thuong uy tin",
    "a file's name": "tai-xiu-online-uy-tin-2026",
}

#: No finding at all.
HARMLESS = {
    "a warning of the police": "Công an cảnh báo: cá độ bóng đá, tài xỉu trên mạng là phạm tội.",
    "news of a trial": "Triệt phá đường dây đánh bạc online nghìn tỷ, khởi tố 12 bị can",
    "a title with a word": "Tác hại của lô đề, cờ bạc dịp Tết",
    "a warning that names a site": "Công an tỉnh cảnh báo trang bk8vn.com lừa đảo người chơi.",
    "a warning in html": "<p>Cảnh báo: không truy cập 188bet.example, có dấu hiệu lừa đảo.</p>",
    "text alone": "<p>Đối tượng chơi tài xỉu, xóc đĩa, nổ hũ qua mạng suốt ba tháng.</p>",
    "all one's life": "Cả cuộc đời cống hiến; ca cuoc doi cong hien",
    "a shift": "Bác ca đó trực thay; bac ca do truc thay",
    "a home for addicts": "Ngôi nhà cai nghiện ma túy của tỉnh",
    "an aeroplane": "Xác máy bay B52 tại hồ Hữu Tiệp",
    "a lottery of the state": "Xổ số kiến thiết nộp ngân sách 500 tỷ đồng",
    "a leaked exam": "Xử lý vụ lộ đề thi; lo de thi",
    "an allowed host": '<p><a href="https://chinhphu.vn/tin">Cổng Chính phủ</a></p>',
    "www of an allowed host": '<a href="https://www.chinhphu.vn/">Cổng Chính phủ</a>',
    "below an allowed host": '<a href="https://mic.gov.vn/">Bộ</a>',
    "allowed, about gambling": (
        '<a href="https://congan.gov.vn/triet-pha-ca-do-bong-da">cá độ bóng đá</a>'
    ),
    "allowed and not displayed": '<a href="https://chinhphu.vn/" style="display:none">x</a>',
    "one's own host": '<a href="https://so-a.localhost/tin">Tin</a>',
    "a page here": '<a href="/tin-tuc/" style="display:none">Tin</a>',
    "a link to skip": (
        '<a href="#noi-dung" style="position:absolute;left:-9999px">Tới nội dung</a>'
    ),
    "words for screen readers": (
        '<p>Tin<span style="position:absolute;clip:rect(0,0,0,0);width:1px;height:1px">mới</span>'
    ),
    "a page by its number": '<p><a linktype="page" id="12">Bài khác</a></p>',
    "an anchor": '<a id="muc-1"></a><h3>Mục 1</h3>',
    "mail and telephone": '<a href="mailto:a@tinh.gov.vn"></a><a href="tel:0123"></a>',
    "an allowed player": (
        '<iframe src="https://www.youtube-nocookie.com/embed/x" width="1"></iframe>'
    ),
    "a picture of ours": '<img src="/media/a.png" style="display:none" width="1" height="1">',
    "a hidden field": '<input type="hidden" value="casino">',
    "a hidden part without links": '<div hidden>Mẫu đơn</div><p style="color:#fff">trắng</p>',
    "a long word": "thể thao alphabet 88 phiên bản, timeslot",
    "a number of a document": "Số 88/QĐ-UBND, bet88 không có ở đây ngăn chặn",
    "email in a text": "Liên hệ vp@bk8.gov.vn là địa chỉ thư, xử lý vi phạm",
    "less than": "Chỉ tiêu a < b và c > d; 3<5",
    "a slot of time": "Đặt lịch slot sáng tại bộ phận một cửa",
    "jackpot in the news": "Công an bắt nhóm mở máy jackpot trái phép",
    "a bank": '<a href="https://chinhphu.vn@chinhphu.vn/">Cổng</a>',
    "json of nothing": '{"a": [1, 2, {"b": null}]}',
    "an empty text": "   ",
    "a broken address": '<a href="https://[::1">x</a>',
    "an address without a host": '<a href="https://">x</a><a href="https:///">y</a>',
    "a cut element": '<p>Tin <a href="',
    "a poem on bets": "Ca dao về thói đánh bạc: ai ơi bác mẹ sinh ra",
}

#: Seen by everybody: a host that nobody knows, and nothing worse.
UNKNOWN = {
    "a plain link": f'<p><a href="{FAR}">{WORDS}</a></p>',
    "white on a colour": (
        f'<div style="background:#0b5cad"><a href="{FAR}" style="color:#fff">{WORDS}</a></div>'
    ),
    "white in a part with a class": (
        f'<div class="hero"><a href="{FAR}" style="color:#fff">{WORDS}</a></div>'
    ),
    "an icon": f'<a href="{FAR}"><i class="fa fa-facebook"></i></a>',
    "a label": f'<a href="{FAR}" aria-label="Facebook"></a>',
    "a drawing": f'<a href="{FAR}"><svg><path d="M0 0"/></svg></a>',
    "a picture": f'<a href="{FAR}"><img src="/logo.png" alt="Báo"></a>',
    "words for screen readers in an icon": (
        f'<a href="{FAR}"><svg></svg><span style="position:absolute;left:-9999px">Báo</span></a>'
    ),
    "small letters": _link("font-size:9px"),
    "half transparent": _link("opacity:0.5"),
    "shown again": (
        f'<div style="visibility:hidden"><a href="{FAR}" style="visibility:visible">x y</a></div>'
    ),
    "a menu moved a little": _within('<div style="position:absolute;left:-20px;top:100%">'),
    "centred": _within('<div style="position:absolute;left:50%;transform:translate(-50%,-50%)">'),
    "a number": f'<sup><a href="{FAR}">1</a></sup>',
    "news of a court": f'<a href="{FAR}triet-pha-duong-day-danh-bac-online">Triệt phá cá độ</a>',
    "after something hidden": f'<div style="display:none">x</div><a href="{FAR}">{WORDS}</a>',
    "width in percent": _within('<div style="width:1%;min-width:10em">'),
    "a frame that is seen": f'<iframe src="{FAR}" width="100%" height="400"></iframe>',
    "an address alone": FAR,
    "a large margin": _within('<div style="margin:0 auto;text-indent:2em;line-height:1.6">'),
}
