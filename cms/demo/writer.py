"""Puts one article's text together: core, topic material, tables and pictures into blocks."""

import datetime
import random
from typing import Any

from cms.demo.names import load
from cms.demo.records import Block
from cms.demo.slots import Slots, day_month, is_local, number

Core = dict[str, Any]
PICTURE_VARIANTS = 8
CITIZEN = ("{nguoi}", "{ho_ten}")


def topic_of(core: Core) -> str:
    """Return the name of the core's topic in ``texts/topics.toml``."""
    return str(core["in"].split("/")[1])


def usable(items: list[Any], core: Core, *, local: bool) -> list[dict[str, Any]]:
    """Return the topic texts that suit a core and the level of its site, as tables."""
    subject = f"{core['title']} {core['lead']}"
    own = f"{subject} {core['text']}"
    chosen = []
    for item in items:
        row = item if isinstance(item, dict) else {"text": item}
        if row.get("only", "xa" if local else "tinh") != ("xa" if local else "tinh"):
            continue
        if "when" in row and not any(word in subject for word in row["when"]):
            continue
        if any(word in subject for word in row.get("unless", ())):
            continue
        if any(slot in own.lower() for slot in CITIZEN) and any(
            slot in row["text"].lower() for slot in CITIZEN
        ):
            continue
        chosen.append(row)
    return chosen


class Writer:
    """Writes the body of one article from its core with the article's slots and chance."""

    def __init__(self, core: Core, slots: Slots, rng: random.Random) -> None:
        """Look up the core's topic; nothing is written yet."""
        self.core, self.slots, self.rng = core, slots, rng
        self.local = is_local(slots.site)
        self.topic = load("topics")[topic_of(core)]

    def body(self) -> list[Block]:
        """Return the blocks: own text, topic paragraphs, table, quote, list, ending."""
        blocks: list[Block] = [self._paragraph(self.core["text"])]
        pool = self._usable("paras")
        count = min(len(pool), self.rng.choice([2, 3, 3, 4]))
        picked = sorted(self.rng.sample(range(len(pool)), count))
        notice = topic_of(self.core) == "thong-bao"
        for position, index in enumerate(picked):
            blocks.append(self._paragraph(pool[index]["text"]))
            if position == 0 and "table" in self.core:
                blocks.append(("table", self._table()))
        if self._has_list():
            blocks.append(("heading", self.topic["list_heading"]))
            blocks.append(self._list())
        if self.core.get("quote") or (not notice and self.rng.random() < 0.35):
            blocks.extend(self._quote())
        if not self.core.get("no_picture") and not notice and self.rng.random() < 0.25:
            key, alt, caption = self.picture()
            blocks.append(("image", {"picture_key": key, "alt": alt, "caption": caption}))
        ends = self._usable("ends")
        if ends:
            blocks.append(self._paragraph(self.rng.choice(ends)["text"]))
        return blocks

    def picture(self) -> tuple[str, str, str]:
        """Return a picture's key ("scene-number"), text alternative and caption."""
        scene = self.rng.choice(self.topic["scenes"])
        words = load("scenes")[scene]
        key = f"{scene}-{self.rng.randint(1, PICTURE_VARIANTS)}"
        return key, words["alt"], self.rng.choice(words["captions"])

    def tags(self) -> list[str]:
        """Return the topic's tags and, on a local site, the name of the place."""
        place = [self.slots.site.short_name] if self.local else []
        return list(self.topic["tags"]) + place

    def _usable(self, kind: str) -> list[dict[str, Any]]:
        return usable(self.topic[kind], self.core, local=self.local)

    def _paragraph(self, text: str) -> Block:
        return ("paragraph", f"<p>{self.slots.fill(text)}</p>")

    def _has_list(self) -> bool:
        """Tell whether the topic's headed list belongs here; it does in about half of them."""
        words = self.topic.get("list_when")
        subject = f"{self.core['title']} {self.core['lead']}"
        fits = words is None or any(word in subject for word in words)
        return fits and self.rng.random() < 0.55

    def _list(self) -> Block:
        tag = "ol" if topic_of(self.core) == "thu-tuc" else "ul"
        items = "".join(f"<li>{item}</li>" for item in self.topic["list"])
        return ("paragraph", f"<{tag}>{items}</{tag}>")

    def _quote(self) -> list[Block]:
        quotes = self._usable("quotes")
        if not quotes:
            return []
        row = self.rng.choice(quotes)
        leader = self.slots.site.leaders[self.rng.randint(0, 1)]
        attribution = {
            "dan": f"{self.slots.fill('{Nguoi}')}, người dân {self.slots.fill('{diem}')}",
            "doanh-nghiep": f"{self.slots.fill('{Nguoi}')}, giám đốc doanh nghiệp",
        }.get(row.get("by", ""), f"{leader.name}, {leader.title}")
        return [("quote", {"text": row["text"], "attribution": attribution})]

    def _table(self) -> dict[str, Any]:
        makers = {
            "progress": self._progress_rows,
            "progress-wide": self._wide_rows,
            "schedule": self._schedule_rows,
        }
        header, rows = makers[self.core["table"]]()
        caption = self.slots.fill(self.core["caption"])
        return {"caption": caption, "header": header, "rows": rows}

    def _areas(self, count: int) -> list[str]:
        """Return the names of ``count`` areas the site can compare."""
        site = self.slots.site
        if self.local:
            word = "Khu phố" if site.level == "phường" else "Thôn"
            return [f"{word} {name}" for name in load("places")["hamlets"][:count]]
        names: list[str] = []
        while len(names) < count:
            for place in Slots(site, self.rng, self.slots.when).places:
                label = place[0].upper() + place[1:]
                if label not in names:
                    names.append(label)
        return names[:count]

    def _progress_rows(self) -> tuple[list[str], list[list[str]]]:
        header = ["Địa bàn", "Kế hoạch", "Thực hiện", "Tỷ lệ (%)"]
        rows = []
        for area in self._areas(self.rng.randint(5, 8)):
            plan = self.rng.randint(20, 90) * 10
            done = round(plan * self.rng.uniform(0.72, 1.08))
            rows.append([area, number(plan), number(done), percent(done, plan)])
        return header, rows

    def _wide_rows(self) -> tuple[list[str], list[list[str]]]:
        """Twelve columns: number, area, plan, six months, total, percentage, rank."""
        months = [f"Tháng {month}" for month in range(1, 7)]
        header = ["TT", "Địa bàn", "Kế hoạch", *months, "Cộng", "Tỷ lệ (%)", "Xếp hạng"]
        found = []
        for area in self._areas(9):
            plan = self.rng.randint(120, 900)
            parts = [round(plan / 6 * self.rng.uniform(0.6, 1.2)) for _ in range(6)]
            found.append((area, plan, parts, sum(parts)))
        ranks = sorted((-total / plan for _, plan, _, total in found))
        rows = [
            [
                str(i),
                area,
                number(plan),
                *map(number, parts),
                number(total),
                percent(total, plan),
                str(ranks.index(-total / plan) + 1),
            ]
            for i, (area, plan, parts, total) in enumerate(found, start=1)
        ]
        return header, rows

    def _schedule_rows(self) -> tuple[list[str], list[list[str]]]:
        header = ["Ngày", "Buổi", "Nội dung", "Địa điểm", "Chủ trì"]
        data = load("schedule")
        work = self.rng.sample(data["work"], 8)
        names = ["Hai", "Ba", "Tư", "Năm", "Sáu"]
        slots = sorted(self.rng.sample(range(10), 8))
        rows = []
        for slot, (content, place) in zip(slots, work, strict=True):
            day = self.slots.event + datetime.timedelta(days=slot // 2)
            rows.append(
                [
                    f"Thứ {names[slot // 2]}, {day_month(day)}",
                    "Chiều" if slot % 2 else "Sáng",
                    self.slots.fill(content),
                    self.slots.fill(place),
                    self.slots.site.leaders[self.rng.randint(0, 1)].name,
                ]
            )
        return header, rows


def percent(part: int, whole: int) -> str:
    """Write part of whole as a percentage with one decimal and a comma."""
    return f"{part / whole * 100:.1f}".replace(".", ",")
