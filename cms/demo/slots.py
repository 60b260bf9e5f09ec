"""Fills the slots in demo texts; a slot keeps its value through one article.

``{20..60}`` is a number, ``{a=20..60}`` the same and remembered as ``{a}``. Named slots:
``d`` day of the event (day/month), ``ngay_toi`` a day to come, ``buoi`` part of the day,
``m`` ``y`` ``y0`` ``y1`` ``q`` month, year, last and next year, quarter of publication,
``phase`` a running number, ``cq`` the body, ``ten`` the place or body, ``cap`` its level,
``khu`` and ``diem`` ``diem2`` ``diem3`` parts of its territory, ``xa`` ``xa2`` communes of the
province, ``nguoi`` a citizen (``ho_ten`` without ông/bà), ``hom_truoc`` the day before
yesterday, ``ld`` ``ld2`` head and deputy (office and name first, the name alone afterwards),
``nganh`` the field of work. A capital first letter capitalises the value.
"""

import datetime
import random
import re
from collections.abc import Callable

from cms.demo.names import communes, load, person, wards
from cms.demo.records import DemoSite

SLOT = re.compile(r"\{([^{}]+)\}")
ROMAN = ("I", "II", "III", "IV")


def number(value: int) -> str:
    """Write a number the Vietnamese way, thousands parted by dots."""
    return f"{value:,}".replace(",", ".")


def day_month(day: datetime.date) -> str:
    """Write a date as day/month without leading zeros."""
    return f"{day.day}/{day.month}"


def is_local(site: DemoSite) -> bool:
    """Tell whether the site is a commune's or ward's rather than a provincial body's."""
    return site.kind == "commune"


class Slots:
    """The slot values of one article.

    ``rural`` keeps wards out of the places drawn; ``weekly`` makes the event day the Monday
    after publication, as a weekly schedule needs.
    """

    def __init__(
        self,
        site: DemoSite,
        rng: random.Random,
        when: datetime.datetime,
        *,
        rural: bool = False,
        weekly: bool = False,
    ) -> None:
        """Remember the context; values are drawn when a text first asks for them."""
        self.site, self.rng, self.when = site, rng, when
        self.rural = rural
        self.event = self._event_day(weekly)
        self.values: dict[str, str] = {}
        self.named: set[str] = set()
        self.places = self._places()

    def fill(self, text: str) -> str:
        """Return the text with every slot filled; raises KeyError for an unknown slot."""
        return SLOT.sub(lambda match: self._value(match[1]), text)

    def _value(self, name: str) -> str:
        if ".." in name:
            keep, _, span = name.rpartition("=")
            low, high = span.split("..")
            value = number(self.rng.randint(int(low), int(high)))
            if keep:
                self.values[keep] = value
            return value
        key = name[0].lower() + name[1:]
        if key in ("ld", "ld2"):
            value = self._leader(key)
        else:
            if key not in self.values:
                self.values[key] = self._draw(key)
            value = self.values[key]
        return value[0].upper() + value[1:] if name[0].isupper() else value

    def _draw(self, key: str) -> str:
        makers: dict[str, Callable[[], str]] = {
            "d": lambda: day_month(self.event),
            "ngay_toi": lambda: day_month(self._coming_day()),
            "buoi": self._part_of_day,
            "m": lambda: str(self.when.month),
            "y": lambda: str(self.when.year),
            "y0": lambda: str(self.when.year - 1),
            "y1": lambda: str(self.when.year + 1),
            "q": lambda: ROMAN[(self.when.month - 1) // 3],
            "phase": lambda: str(max(2, self.when.year - 2020)),
            "cq": lambda: self.site.body_name,
            "ten": self._own_name,
            "cap": lambda: self.site.level,
            "khu": self._quarter_word,
            "nganh": lambda: self.site.field,
            "nguoi": self._citizen,
            "ho_ten": lambda: self._value("nguoi").split(" ", 1)[1],
            "hom_truoc": lambda: day_month(self.when.date() - datetime.timedelta(days=2)),
            "diem": lambda: self.places[0],
            "diem2": lambda: self.places[1],
            "diem3": lambda: self.places[2],
            "xa": lambda: self.places[3],
            "xa2": lambda: self.places[4],
        }
        return makers[key]()

    def _own_name(self) -> str:
        if not is_local(self.site):
            return self.site.body_name
        return self.site.name[0].lower() + self.site.name[1:]

    def _quarter_word(self) -> str:
        return "khu phố" if self.site.level == "phường" else "thôn"

    def _places(self) -> list[str]:
        """Draw three parts of the site's territory, then two communes of the province."""
        own = self._own_name()
        province = [name for name in communes() if name != own]
        if not self.rural:
            province += [name for name in wards() if name != own]
        drawn = self.rng.sample(province, 5)
        if is_local(self.site):
            hamlets = self.rng.sample(load("places")["hamlets"], 3)
            drawn[:3] = [f"{self._quarter_word()} {name}" for name in hamlets]
        return drawn

    def _citizen(self) -> str:
        woman, last, first = person(self.rng)
        return f"{'bà' if woman else 'ông'} {last} {first}"

    def _leader(self, key: str) -> str:
        leader = self.site.leaders[0 if key == "ld" else 1]
        if key in self.named:
            return f"đồng chí {leader.name}"
        self.named.add(key)
        return f"{leader.title} {leader.name}"

    def _event_day(self, weekly: bool) -> datetime.date:
        day = self.when.date()
        if weekly:
            return day + datetime.timedelta(days=7 - day.weekday())
        if self.when.hour < 14:
            day -= datetime.timedelta(days=1)
            while day.weekday() >= 5:
                day -= datetime.timedelta(days=1)
        return day

    def _coming_day(self) -> datetime.date:
        day = self.when.date() + datetime.timedelta(days=self.rng.randint(2, 5))
        return day + datetime.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)

    def _part_of_day(self) -> str:
        same_day = self.event == self.when.date()
        if same_day and self.when.hour < 17:
            return "sáng"
        return self.rng.choice(["sáng", "chiều"])
