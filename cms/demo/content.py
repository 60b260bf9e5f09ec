"""The demo province's content: sites and any number of articles, the same on every run.

``sites()`` and ``extra_sites()`` give the sites, ``articles()`` their news. Texts live in
``texts/*.toml``; nothing here needs Django.
"""

import datetime
import random
from collections.abc import Iterator
from itertools import count as count_from
from zoneinfo import ZoneInfo

from cms.demo.names import chance, communes, load
from cms.demo.province import extra_sites, site, sites
from cms.demo.records import DemoArticle, DemoSite
from cms.demo.slots import Slots, is_local
from cms.demo.writer import Core, Writer, topic_of

__all__ = ["ZONE", "DemoArticle", "DemoSite", "articles", "cores", "extra_sites", "site", "sites"]

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# The first articles of a site lie in these days; the further ones fill the days from the newest
# back, so many a day as such a body publishes. So a site with more has it for longer.
DAYS, SPREAD = 3 * 365, 100
A_DAY = {"province": 40, "department": 6, "commune": 4}
RURAL_TOPICS = {"nong-thon-moi", "nong-nghiep"}
TITLE_LIMIT = 225
SAME_DAY_EVERY, SAME_MOMENT_EVERY = 5, 11


def cores(key: str) -> list[Core]:
    """Return the article cores a site draws on; wards do without the rural ones."""
    place = site(key)
    rows: list[Core] = load(place.cores)["core"]
    if place.level != "phường":
        return rows
    return [row for row in rows if not row.get("rural") and topic_of(row) not in RURAL_TOPICS]


def articles(
    site_key: str, count: int, seed: str | int, until: datetime.date
) -> Iterator[DemoArticle]:
    """Yield ``count`` articles of a site, published before ``until``.

    The order is that of ``source_key``, not of time. A longer run with the same arguments
    begins with the shorter one, so a demo can grow. Titles never repeat within a site.
    Raises KeyError for a site that does not exist.
    """
    place = site(site_key)
    titles: set[str] = set()
    previous: datetime.datetime | None = None
    for index, (turn, core) in zip(range(count), _core_order(site_key, seed), strict=False):
        rng = chance(seed, site_key, index)
        back = (index - SPREAD) // A_DAY[place.kind] if index >= SPREAD else None
        when = _moment(rng, core, until, index, previous, back)
        previous = when
        yield _article(place, core, turn, index, rng, when, until, titles)


def _core_order(key: str, seed: str | int) -> Iterator[tuple[int, Core]]:
    """Yield (round, core) for ever; every round uses each core once, the first the oddest first."""
    rows = cores(key)
    for turn in count_from():
        shuffled = list(rows)
        chance(seed, key, "round", turn).shuffle(shuffled)
        if turn == 0:
            shuffled.sort(key=_oddness, reverse=True)
        for core in shuffled:
            yield turn, core


def _oddness(core: Core) -> int:
    """Rank the awkward cases (wide table, very long title) before ordinary ones."""
    wide = 8 if core.get("table") == "progress-wide" else 0
    long_title = 8 if len(core["title"]) > 150 else 0
    return wide + long_title + (4 if core.get("compiled") else 0)


def _moment(
    rng: random.Random,
    core: Core,
    until: datetime.date,
    index: int,
    previous: datetime.datetime | None,
    back: int | None,
) -> datetime.datetime:
    """Choose when an article went out: in its season, in working hours, mostly on weekdays.

    ``back``: its working day, counted back from ``until``, for those that fill the days.
    """
    season = core.get("months")
    if back is not None and not season:
        return _time_on(rng, _working_day(until, back))
    if back is not None:
        # The year of its turn, in the season.
        years = back * 7 // 5 // 365
        return _time_on(rng, _day(rng, until - datetime.timedelta(days=365 * years), season))
    if previous and not season:
        if index % SAME_MOMENT_EVERY == 2:
            return previous
        if index % SAME_DAY_EVERY == 3:
            return _time_on(rng, previous.date())
    return _time_on(rng, _day(rng, until, season))


def _day(rng: random.Random, until: datetime.date, season: list[int] | None) -> datetime.date:
    """Draw a day in the three years before ``until``, denser towards it, inside the season."""
    while True:
        day = until - datetime.timedelta(days=1 + int(DAYS * rng.random() ** 2))
        in_season = not season or day.month in season
        if in_season and (day.weekday() < 5 or rng.random() < 0.15):
            return day


def _working_day(until: datetime.date, back: int) -> datetime.date:
    """The working day before ``until`` that has ``back`` others between."""
    weeks, rest = divmod(back, 5)
    day = until - datetime.timedelta(days=1 + 7 * weeks)
    while day.weekday() >= 5 or rest:
        rest -= day.weekday() < 5
        day -= datetime.timedelta(days=1)
    return day


def _time_on(rng: random.Random, day: datetime.date) -> datetime.datetime:
    hours = (7 * 60, 11 * 60 + 40) if rng.random() < 0.5 else (13 * 60 + 30, 17 * 60 + 40)
    minute = rng.randint(*hours)
    return datetime.datetime.combine(day, datetime.time(minute // 60, minute % 60), tzinfo=ZONE)


def _article(
    place: DemoSite,
    core: Core,
    turn: int,
    index: int,
    rng: random.Random,
    when: datetime.datetime,
    until: datetime.date,
    titles: set[str],
) -> DemoArticle:
    """Write one article and enter its title among those used."""
    rural = bool(core.get("rural")) or topic_of(core) in RURAL_TOPICS
    slots = Slots(place, rng, when, rural=rural, weekly=core.get("table") == "schedule")
    title, addition = _unused_title(slots.fill(core["title"]), core, place, rng, when, titles)
    titles.add(title)
    lead = slots.fill(core["lead"]) + addition
    writer = Writer(core, slots, rng)
    body = writer.body()
    bare = core.get("no_picture") or (turn > 0 and rng.random() < 0.06)
    key, alt, caption = (None, "", "") if bare else writer.picture()
    source_name, source_url = _source(place, core, rng)
    age = (until - when.date()).days
    return DemoArticle(
        source_key=f"{place.key}:{index:06d}",
        section_slug=core["in"].split("/")[0],
        title=title,
        lead=lead,
        body=body,
        byline=_byline(place, core, rng),
        source_name=source_name,
        source_url=source_url,
        tags=writer.tags(),
        published_at=when,
        picture_key=key,
        picture_alt=alt,
        picture_caption=caption,
        views=int(rng.lognormvariate(5.2, 0.9)) + rng.randint(0, 3) * age,
        featured=key is not None and topic_of(core) != "thong-bao" and rng.random() < 0.12,
    )


def _unused_title(
    title: str,
    core: Core,
    place: DemoSite,
    rng: random.Random,
    when: datetime.datetime,
    titles: set[str],
) -> tuple[str, str]:
    """Return a title not yet used, and what to add to the lead when the title was varied."""
    if title not in titles:
        return title, ""
    for varied, addition in _variations(title, core, place, rng, when):
        if varied not in titles and len(varied) <= TITLE_LIMIT:
            return varied, addition
    part = next(n for n in count_from(2) if f"{title} (kỳ {n})" not in titles)
    return f"{title} (kỳ {part})", ""


def _variations(
    title: str, core: Core, place: DemoSite, rng: random.Random, when: datetime.datetime
) -> Iterator[tuple[str, str]]:
    """Yield later versions of a title: by phase, year, place or month as the core asks."""
    month, year = when.month, when.year
    kind = core.get("vary", "month")
    phase = (month + 2) // 3
    if kind == "phase":
        yield f"{title} (đợt {phase} năm {year})", f" Đây là đợt thứ {phase} trong năm {year}."
    if kind == "year" and str(year) not in title:
        yield f"{title} năm {year}", ""
    stamp = f"{month}/{year}"
    if stamp not in title:
        yield f"{title} (tháng {stamp})", ""
    areas = _parts(place)
    for area in rng.sample(areas, len(areas)):
        addition = f" Nội dung được ghi nhận tại {area}."
        if area not in title:
            yield f"{title}: ghi nhận tại {area}", addition
            yield f"{title}: ghi nhận tại {area} (tháng {stamp})", addition


def _parts(place: DemoSite) -> list[str]:
    """Return the parts of a site's territory, as named inside a sentence."""
    if not is_local(place):
        return list(communes())
    word = "khu phố" if place.level == "phường" else "thôn"
    return [f"{word} {name}" for name in load("places")["hamlets"]]


def _byline(place: DemoSite, core: Core, rng: random.Random) -> list[tuple[str, str]]:
    """Return names with roles; a compiled piece has one name, a big one up to four."""
    pen_names = load("places")["people"]["pen_names"]
    reporter = place.staff[0].pen_name or place.staff[0].full_name
    if core.get("compiled"):
        return [("Thời Vụ" if rng.random() < 0.7 else reporter, "compiled")]
    first = reporter if rng.random() < 0.5 else rng.choice(pen_names)
    others = rng.sample([name for name in pen_names if name != first], 3)
    byline = [(first, "author")]
    people = core.get("bylines", 1)
    if people >= 3:
        byline.append((others[0], "author"))
    if people >= 2:
        byline.append((others[1], "photo"))
    if people >= 3 or rng.random() < 0.08:
        byline.append((place.staff[1].full_name, "editor"))
    return byline


def _source(place: DemoSite, core: Core, rng: random.Random) -> tuple[str, str]:
    """Return the source's name and address; most articles are the site's own work (empty)."""
    if core.get("compiled") or rng.random() < 0.1:
        rows = load("places")["people"]["sources"]
        row = rng.choice(rows)
        return row["name"], row["url"]
    return "", ""
