"""What gambling sites call themselves, what they promise, and what tells them from a warning.

Data, kept apart from the rules that read it (:mod:`cms.links.words`). Vietnamese words are
written with their marks; without marks they are found by their plain letters, unless those say
something else as well ("ca do" is also *ca do*, a shift that somebody has), in which case the
plain forms are listed. Gathered from the public warnings of the ministries of information and
of public security and from defaced sites.
"""

from __future__ import annotations

#: From a word to its forms without marks; None: its plain letters.
WORDS: dict[str, tuple[str, ...] | None] = {
    "nhà cái": ("nha cai uy tin", "top nha cai", "keo nha cai", "nha cai hang dau",
                "nha cai so 1", "link nha cai", "nha cai online", "nha cai tang"),
    "cá cược": ("ca cuoc bong da", "ca cuoc the thao", "ca cuoc online", "ca cuoc truc tuyen",
                "ca cuoc uy tin", "trang ca cuoc", "web ca cuoc", "app ca cuoc"),
    "cá độ": ("ca do bong da", "ca do online", "ca do truc tuyen", "ca do the thao"),
    "tài xỉu": None,
    "xóc đĩa": None,
    "nổ hũ": ("no hu online", "no hu doi thuong", "game no hu", "slot no hu", "no hu uy tin",
              "quay hu"),
    "quay hũ": None,
    "game bài": ("game bai doi thuong", "game bai online", "game bai uy tin"),
    "đánh bài đổi thưởng": None,
    "game đổi thưởng": None,
    "bắn cá đổi thưởng": None,
    "bắn cá online": None,
    "đánh bạc": ("danh bac online", "danh bac truc tuyen"),
    "lô đề": ("lo de online", "danh lo de", "choi lo de", "ghi lo de"),
    "số đề": ("so de online",),
    "soi kèo": None,
    "tỷ lệ kèo": None,
    "tỉ lệ kèo": None,
    "kèo bóng đá": None,
    "soi cầu": ("soi cau lo", "soi cau mb", "soi cau xsmb", "soi cau mien bac"),
    "đá gà trực tiếp": None,
    "đá gà thomo": None,
    "đá gà online": None,
    "casino": None,
    "casino trực tuyến": None,
    "sòng bài": ("song bai online", "song bai truc tuyen"),
    "baccarat": None,
    "blackjack": None,
    "roulette": None,
    "jackpot": None,
    "poker": None,
    "slot game": None,
    "slot online": None,
    "slot gacor": None,
    "slot nổ hũ": None,
    "judi online": None,
    "gambling": None,
    "sportsbook": None,
}  # fmt: skip

#: Names of gambling sites, found in a text where they stand as a word of their own.
BRANDS = (
    "bk8", "fun88", "w88", "m88", "fb88", "vn88", "jun88", "new88", "hi88", "qh88", "mu88",
    "yo88", "go88", "net88", "king88", "bong88", "may88", "five88", "lixi88", "uk88", "pg88",
    "tk88", "ok88", "kubet", "kubet77", "thabet", "dafabet", "sbobet", "188bet", "1xbet",
    "12bet", "8xbet", "789bet", "f8bet", "shbet", "i9bet", "v9bet", "debet", "letou", "cmd368",
    "ae888", "sv388", "ae388", "mb66", "okvip", "rikvip", "sunwin", "hitclub", "789club",
    "manclub", "iwinclub", "zowin", "cwin", "789win", "33win", "vin777", "xoso66", "loto188",
    "nhatvip", "b52club", "hello88", "vipwin", "typhu88", "oxbet", "hb88", "bet88", "win55",
)  # fmt: skip

#: Within a host name, wherever they stand in it; regular expressions.
IN_HOSTS = (
    r"nhacai", r"taixiu", r"cacuoc", r"cadobong", r"xocdia", r"gamebai", r"doithuong",
    r"keonha", r"tylekeo", r"soikeo", r"danhde", r"soicau", r"baccarat", r"casino", r"sportsbook",
    r"nohu(?=\d|vip|club|win|online|[-.]|$)", r"no-hu(?=[-.]|$)", r"nha-cai", r"tai-xiu",
    r"ca-cuoc", r"lode(?=88|247|online|vip)", r"dagatho", r"dagatructiep",
    r"slot(?=88|777|game|gacor|vip|online|pg)", r"(?<![a-z])bet\d{2,}", r"\d{2,}bet(?![a-z]{2})",
    r"poker(?=online|vip|88)", r"jackpot", r"judi", r"togel",
)  # fmt: skip

#: What an advertisement promises; with a word of gambling it is one.
LURES = (
    "uy tín", "hàng đầu", "số 1", "link vào", "link truy cập", "link mới nhất", "không bị chặn",
    "đăng ký", "đăng nhập", "nạp tiền", "rút tiền", "nạp rút", "khuyến mãi", "tặng", "miễn phí",
    "tải app", "tải game", "online", "trực tuyến", "đổi thưởng", "trang chủ", "hoàn trả",
    "thưởng", "tỷ lệ cao", "chơi ngay", "cá cược", "nhà cái", "xanh chín", "apk", "ios",
)  # fmt: skip

#: Who speaks of gambling like that fights it, or reports that somebody does.
WARNINGS = (
    "công an", "cảnh báo", "triệt phá", "triệt xóa", "khởi tố", "bắt giữ", "bắt", "bị can",
    "xử phạt", "xử lý", "phòng chống", "phòng, chống", "tội phạm", "lừa đảo", "đường dây",
    "tạm giữ", "truy tố", "xét xử", "truy nã", "ngăn chặn", "nói không", "tuyên truyền",
    "nghị định", "vi phạm", "hành vi", "tác hại", "tệ nạn", "tổ chức đánh bạc", "phạt tù",
    "trái phép", "đấu tranh", "tố giác", "vụ án", "cá độ trái phép", "chuyên án", "sa lưới",
    "đối tượng", "cờ bạc",
)  # fmt: skip
