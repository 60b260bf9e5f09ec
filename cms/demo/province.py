"""The sites of the fictional province Hoa Sen: four written by hand, more made on request."""

from functools import cache
from typing import Any

from cms.demo.names import accent, chance, communes, load, person, slug, wards
from cms.demo.records import (
    Block,
    Contact,
    DemoSite,
    Leader,
    Section,
    StaffMember,
    StandardPage,
)

FIXED_CORES = {
    "tinh": "tinh_cores",
    "so-tttt": "so_tttt_cores",
    "so-y-te": "so_y_te_cores",
    "xa-demo": "xa_cores",
}
USERNAMES = {
    "reporter": "phongvien",
    "editor": "bientap",
    "chief_editor": "truongban",
    "site_admin": "quantri",
}


def body_blocks(lines: list[str]) -> tuple[Block, ...]:
    """Turn page lines ("## heading", HTML list or plain text) into typed blocks."""
    blocks: list[Block] = []
    for line in lines:
        if line.startswith("## "):
            blocks.append(("heading", line[3:]))
        elif line.startswith("<ul>"):
            blocks.append(("paragraph", line))
        else:
            blocks.append(("paragraph", f"<p>{line}</p>"))
    return tuple(blocks)


def _page(data: dict[str, Any]) -> StandardPage:
    return StandardPage(
        data["slug"],
        data["title"],
        data["lead"],
        body_blocks(data["text"]),
        {code: _page(found) for code, found in data.get("languages", {}).items()},
    )


def _site(key: str, data: dict[str, Any], cores: str) -> DemoSite:
    """Build a site from a table in the shape of ``texts/sites.toml``."""
    domain = data["email"].split("@")[1]
    staff = tuple(
        StaffMember(
            username=f"{USERNAMES[row['role']]}.{data['suffix']}",
            email=f"{USERNAMES[row['role']]}.{data['suffix']}@{domain}",
            **row,
        )
        for row in data["staff"]
    )
    contact = Contact(
        address=data["address"],
        phone=data["phone"],
        email=data["email"],
        responsible_name=data["responsible"]["name"],
        responsible_title=data["responsible"]["title"],
    )
    pages = tuple(_page(page) for page in data["pages"])
    same = ("host", "kind", "name", "short_name", "body_name", "level", "accent", "motto")
    return DemoSite(
        key=key,
        field=data.get("field", ""),
        contact=contact,
        sections=tuple(Section(**row) for row in data["sections"]),
        pages=pages,
        staff=staff,
        leaders=tuple(Leader(**row) for row in data["leaders"]),
        cores=cores,
        **{name: data[name] for name in same},
    )


@cache
def sites() -> tuple[DemoSite, ...]:
    """Return the four hand-written sites, the portal first."""
    return tuple(_site(key, load("sites")[key], cores) for key, cores in FIXED_CORES.items())


@cache
def _catalogue() -> dict[str, tuple[int, str, str]]:
    """Return every further body by key: (number, name in a sentence, field or empty)."""
    bodies = [(row["name"], row["field"]) for row in load("places")["bodies"]]
    places = [(name, "") for pair in zip(communes(), wards(), strict=False) for name in pair]
    places += [(name, "") for name in communes()[len(wards()) :]]
    rows = bodies + places
    return {slug(name): (i, name, field) for i, (name, field) in enumerate(rows)}


def _people(key: str) -> tuple[list[str], list[dict[str, str]]]:
    """Return two leaders' names and the four staff rows of a generated site."""
    rng = chance("staff", key)
    taken: set[str] = set()

    def someone() -> tuple[str, str]:
        while True:
            _, last, first = person(rng)
            if first not in taken:
                taken.add(first)
                return last, first

    leaders = [" ".join(someone()) for _ in range(2)]
    pen = rng.choice(load("places")["people"]["pen_names"])
    deputy = leaders[1].rsplit(" ", 1)
    rows = []
    for role, position in load("generic")["positions"].items():
        last, first = (deputy[0], deputy[1]) if role == "chief_editor" else someone()
        rows.append(
            {
                "role": role,
                "last_name": last,
                "first_name": first,
                "pen_name": pen if role == "reporter" else "",
                "position": position,
            }
        )
    return leaders, rows


@cache
def _made_site(key: str) -> DemoSite:
    """Build the generated site ``key`` of the catalogue; the same for every seed."""
    number, name, field = _catalogue()[key]
    kind = "department" if field else "commune"
    shape = load("generic")[kind]
    level = "tỉnh" if field else name.split(" ", 1)[0]
    leaders, staff = _people(key)
    title = name if field else name[0].upper() + name[1:]
    words = {
        "name": title,
        "place": name,
        "field": field,
        "level": level,
        "head": leaders[0],
        "deputy": leaders[1],
        "hamlet": "khu phố" if level == "phường" else "thôn",
        "street": chance("street", key).choice(load("generic")["streets"]),
        "number": str(chance("number", key).randint(1, 98)),
        "phone": f"(0200) 000 {4000 + number}",
        "email": f"{key.replace('-', '')}@hoasen.example",
        "head_title": _head_title(name, field),
    }

    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return value.format(**words)
        if isinstance(value, list):
            return [fill(item) for item in value]
        if isinstance(value, dict):
            return {k: fill(v) for k, v in value.items()}
        return value

    data = fill(shape)
    data |= {
        "host": f"{key}.localhost",
        "kind": kind,
        "name": title,
        "short_name": title,
        "level": level,
        "field": field,
        "suffix": key,
        "accent": accent(number),
        "phone": words["phone"],
        "email": words["email"],
        "body_name": name if field else f"UBND {name}",
        "responsible": {"name": leaders[0], "title": words["head_title"]},
        "leaders": [
            {"title": words["head_title"], "name": leaders[0]},
            {"title": f"Phó {words['head_title']}", "name": leaders[1]},
        ],
        "staff": staff,
    }
    return _site(key, data, "so_cores" if field else "xa_cores")


def _head_title(name: str, field: str) -> str:
    """Return the office of the head of a body, e.g. "Giám đốc Sở Tài chính"."""
    if not field:
        return f"Chủ tịch UBND {name.split(' ', 1)[0]}"
    if name.startswith("Sở "):
        return f"Giám đốc {name}"
    if name.startswith("Ban "):
        return f"Trưởng {name}"
    return f"Chánh {name}"


def extra_sites(n: int, seed: str | int) -> list[DemoSite]:
    """Return ``n`` further departments, communes and wards, in an order chosen by ``seed``.

    Every third site is a department while there are any. A site with a given key is the same
    for every seed. Raises ValueError when the province has fewer than ``n`` bodies.
    """
    keys = list(_catalogue())
    departments = [key for key in keys if _catalogue()[key][2]]
    places = [key for key in keys if not _catalogue()[key][2]]
    if n > len(keys):
        raise ValueError(f"the demo province has only {len(keys)} further bodies, asked for {n}")
    rng = chance("extra", seed)
    rng.shuffle(departments)
    rng.shuffle(places)
    order: list[str] = []
    while departments or places:
        order += departments[:1] + places[:2]
        departments, places = departments[1:], places[2:]
    return [_made_site(key) for key in order[:n]]


def site(key: str) -> DemoSite:
    """Return the site with this key, fixed or generated; raises KeyError when there is none."""
    for fixed in sites():
        if fixed.key == key:
            return fixed
    return _made_site(key)
