"""Every address in a piece of HTML, with the words that carry it and what hides it.

Read leniently, as browsers do, without a tree: one pass, the open elements on a stack.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from .hiding import (
    WHITE,
    Colour,
    alike,
    colour_of,
    hidden_by,
    hidden_by_attributes,
    read_style,
)

ADDRESS_ATTRIBUTES = frozenset(
    ("href", "src", "action", "formaction", "data", "poster", "background", "cite", "longdesc",
     "xlink:href", "ping", "manifest", "codebase", "data-href", "data-url", "data-src")
)  # fmt: skip
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta",
     "param", "source", "track", "wbr", "bgsound", "keygen")
)  # fmt: skip
#: Something to be seen within a link that has no words.
_PICTURES = frozenset(("svg", "picture", "video", "canvas", "object", "button", "input", "math"))
_CLOSED_BY = {"li": {"li"}, "p": {"p"}, "td": {"td", "th"}, "tr": {"tr", "td", "th"}, "a": {"a"}}
#: In a script, a text or an attribute of any kind.
ADDRESS = re.compile(r"(?:(?:https?|ftp):)?(?:\\?/){2}[^\s\"'<>`\\)]{3,2000}", re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"(?:([a-z][a-z0-9]*)?([.#][\w-]+)|([a-z][a-z0-9]*))$", re.IGNORECASE)
_STYLES = re.compile(r"<style\b[^>]*>(.*?)(?:</style|\Z)", re.IGNORECASE | re.DOTALL)
_ESCAPED = re.compile(r"\\x([0-9a-fA-F]{2})|\\u\{?([0-9a-fA-F]{4,6})\}?")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{20,}={0,2}")
_CODES = re.compile(r"fromCharCode\(([\d\s,]{5,20000})\)")
_WORD = re.compile(r"[^\W_]")
DEEPEST = 3


@dataclass
class Found:
    """An address in a text.

    Attributes:
        address: as it is written, references resolved; empty for words that are hidden.
        words: what a reader is given to read of it.
        hidden: the code of what hides it, see :data:`cms.links.hiding.WAYS`; empty for nothing.
        is_link: whether somebody can follow it; else it is a picture, a style, a script's text.
    """

    address: str
    words: str = ""
    hidden: str = ""
    is_link: bool = True


@dataclass
class _Element:
    tag: str
    hidden: str
    colour: Colour | None
    ground: Colour | None
    link: Found | None = None
    #: Whether a link has something in it that can be seen.
    seen: bool = False
    texts: list[str] = field(default_factory=list)


def looks_like_html(text: str) -> bool:
    """Whether ``text`` may hold elements: a quick look."""
    return "<" in text and re.search(r"<[a-zA-Z!/?]", text) is not None


def find_all(html: str, depth: int = 0) -> list[Found]:
    """Every address in ``html``, and the words in it that are hidden.

    Args:
        depth: how many documents this one stands within (``srcdoc``, what a script writes).
    """
    # What browsers take for a comment, and the parser for an error.
    html = html.replace("<![", "<! [")
    reader = _Reader(_rules_of(html), depth)
    whole, rest = _apart(html)
    reader.feed(whole)
    reader.close()
    reader.end()
    reader.handle_comment(rest)
    return reader.found


def _apart(html: str) -> tuple[str, str]:
    """``html`` up to a comment or an element that is never closed, and what comes after.

    Browsers drop that at the end of a document; the parser would look through all of the
    rest at each of its signs.
    """
    last = html.rfind("-->")
    begin = html.find("<!--", last + 3 if last >= 0 else 0)
    if begin >= 0:
        return html[:begin], html[begin:]
    begin = html.find("<", html.rfind(">") + 1)
    return (html[:begin], html[begin:]) if begin >= 0 else (html, "")


def text_of(html: str) -> str:
    """What is written in ``html``, its elements apart: good enough to look for words in."""
    return re.sub(r"<[^<>]*>", " ", html)


def unwrapped(script: str) -> str:
    """``script`` with what is easily hidden in it beside it: escapes, codes, base64."""
    parts = [script]
    if "\\" in script:
        parts.append(_ESCAPED.sub(lambda m: chr(int(m[1] or m[2], 16) % 0x110000), script))
        parts.append(script.replace("\\/", "/"))
    for codes in _CODES.findall(script)[:20]:
        parts.append("".join(chr(int(n) % 0x110000) for n in re.findall(r"\d+", codes)))
    for packed in _BASE64.findall(script)[:50]:
        try:
            text = base64.b64decode(packed + "=" * (-len(packed) % 4))
        except (binascii.Error, ValueError):
            continue
        if text.isascii():
            parts.append(text.decode())
    return "\n".join(parts)


def _rules_of(html: str) -> dict[str, str]:
    """From simple selectors of the style sheets within ``html`` to what they hide by."""
    rules: dict[str, str] = {}
    if "<style" not in html.lower():
        return rules
    for sheet in _STYLES.findall(html):
        for selectors, body in _RULE.findall(re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)):
            way = hidden_by(read_style(body))
            for selector in selectors.split(",") if way else ():
                last = selector.strip().split()[-1:] or [""]
                if found := _SIMPLE.match(last[0]):
                    rules[(found[2] or found[3]).lower()] = way
    return rules


class _Reader(HTMLParser):
    """Collects into :attr:`found`."""

    def __init__(self, rules: dict[str, str], depth: int) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Found] = []
        self.rules = rules
        self.depth = depth
        #: A ground that is a colour nobody has said, as on the page that the text stands in.
        self.stack = [_Element("", "", None, WHITE)]

    # What the parser calls.

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in reversed(attrs)}
        self._close_before(tag)
        element = self._element(tag, attributes)
        self._addresses(tag, attributes, element)
        self._mark_seen(tag, attributes, element)
        if tag not in _VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Only in drawings does a slash close an element; elsewhere browsers pass it over.
        self.handle_starttag(tag, attrs)
        if tag not in _VOID and self.stack[-1].tag == tag and self._in_drawing():
            self._pop()

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self.stack[1:]):
            while self._pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        element = self.stack[-1]
        if element.tag == "script":
            self._from_script(data)
        elif element.tag == "style":
            self._loose(re.findall(r"url\(\s*['\"]?([^'\")]+)", data), "")
        elif data.strip():
            if element.hidden:
                element.texts.append(data)
            self._add_words(data, visible=not element.hidden)

    def handle_comment(self, data: str) -> None:
        # Nobody reads it, and no search engine follows it; conditional ones hold elements.
        self._from_script(data)

    def unknown_decl(self, data: str) -> None:
        self._from_script(data)

    def end(self) -> None:
        """Close what was never closed."""
        while len(self.stack) > 1:
            self._pop()

    # How it is judged.

    def _element(self, tag: str, attributes: dict[str, str]) -> _Element:
        parent = self.stack[-1]
        style = read_style(attributes.get("style", ""))
        named = [f".{name}" for name in attributes.get("class", "").lower().split()]
        if attributes.get("id"):
            named.append(f"#{attributes['id'].lower()}")
        own = (
            hidden_by(style)
            or hidden_by_attributes(tag, attributes)
            or next((self.rules[name] for name in [*named, tag] if name in self.rules), "")
        )
        ground = parent.ground
        said = style.get("background-color") or style.get("background") or attributes.get("bgcolor")
        if said and said not in ("transparent", "none", "inherit", "initial"):
            ground = colour_of(said.split()[0] if "(" not in said else said)
        elif named:
            ground = None  # A style sheet that is not here may say anything.
        colour = parent.colour
        said = style.get("color") or (attributes.get("color") if tag == "font" else None)
        if said:
            colour = colour_of(said)
        alike_ = colour is not None and ground is not None and alike(colour, ground)
        hidden = parent.hidden or own or ("colour" if alike_ else "")
        if style.get("visibility") == "visible" and parent.hidden == "invisible":
            hidden = own
        return _Element(tag, hidden, colour, ground)

    def _addresses(self, tag: str, attributes: dict[str, str], element: _Element) -> None:
        for name, value in attributes.items():
            if name in ADDRESS_ATTRIBUTES and value:
                found = Found(value, hidden=element.hidden)
                found.words = " ".join(
                    attributes.get(more, "") for more in ("title", "alt", "aria-label")
                ).strip()
                found.is_link = (tag in ("a", "area", "form", "iframe", "frame", "base")
                                 or name in ("formaction", "xlink:href"))  # fmt: skip
                self.found.append(found)
                if name in ("href", "xlink:href") and tag == "a":
                    element.link = found
                    element.seen = bool(found.words)
            elif name == "srcset":
                self._loose([part.split()[0] for part in value.split(",") if part.strip()], "")
            elif name == "style" and "url(" in value.lower():
                self._loose(re.findall(r"url\(\s*['\"]?([^'\")]+)", value, re.IGNORECASE), "")
            elif name == "srcdoc" and self.depth < DEEPEST:
                for inner in find_all(value, self.depth + 1):
                    inner.hidden = inner.hidden or element.hidden
                    self.found.append(inner)
            if name.startswith("on") or value.lstrip().lower().startswith("javascript:"):
                self._loose(ADDRESS.findall(unwrapped(value)), "script", is_link=True)
        if tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            target = re.search(r"url\s*=\s*['\"]?([^'\"]+)", attributes.get("content", ""), re.I)
            if target:
                self.found.append(Found(target[1], hidden="redirect"))

    def _mark_seen(self, tag: str, attributes: dict[str, str], element: _Element) -> None:
        """Whether what was opened gives the link around it something to see."""
        if element.hidden and not self.stack[-1].hidden:
            return
        is_picture = tag in _PICTURES or tag == "img"
        # An icon is an empty element with a class; ``<i></i>`` alone is none.
        is_icon = tag in ("i", "span", "em", "b", "div", "ion-icon") and "class" in attributes
        if (is_picture or is_icon) and not element.hidden:
            for outer in reversed(self.stack):
                if outer.link is not None:
                    outer.seen = True
                    outer.link.words = f"{outer.link.words} {attributes.get('alt', '')}".strip()
                    return

    def _add_words(self, data: str, *, visible: bool) -> None:
        for outer in reversed(self.stack):
            if outer.link is not None:
                outer.link.words = f"{outer.link.words} {data.strip()}".strip()
                if _WORD.search(data) and (visible or outer.hidden):
                    outer.seen = True
                return

    def _pop(self) -> _Element:
        element = self.stack.pop()
        if element.link is not None and not element.seen and not element.link.hidden:
            element.link.hidden = "empty"
        if element.texts:
            self.found.append(Found("", " ".join(element.texts), element.hidden, is_link=False))
        return element

    def _close_before(self, tag: str) -> None:
        """End what the element ends that browsers end by themselves."""
        if self.stack[-1].tag in _CLOSED_BY.get(tag, ()):
            self._pop()

    def _in_drawing(self) -> bool:
        return any(element.tag in ("svg", "math") for element in self.stack)

    def _from_script(self, script: str) -> None:
        text = unwrapped(script)
        self._loose(ADDRESS.findall(text), "")
        if "<" in text and self.depth < DEEPEST and looks_like_html(text):
            self.found.extend(find_all(text, self.depth + 1))

    def _loose(self, addresses: list[str], hidden: str, *, is_link: bool = False) -> None:
        self.found.extend(Found(each, hidden=hidden, is_link=is_link) for each in addresses)


def addresses_in(text: str) -> Iterator[str]:
    """The addresses with a scheme, or two slashes, that stand in a plain text."""
    return (found[0] for found in ADDRESS.finditer(text))
