# ruff: noqa: E501
"""The whole corpus of hostile inputs on real pages, in a real browser: nothing executes.

The browser is told to forget the content policy (``bypass_csp``), so that it is the
cleaning that is tried, and not the second wall behind it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

from .portal import Portal

FILL = "from tests.e2e.hostile_content import fill; fill()"
WORKING = {"", "http:", "https:", "mailto:", "tel:"}

# Before any script of a page: whatever a hostile input would call is counted instead.
TRIPWIRE = """
window.__tripped = [];
for (const name of ["alert", "prompt", "confirm", "trip", "MsgBox"])
  window[name] = (...words) => { window.__tripped.push(`${name}(${words})`); };
"""
# Every event that a text's element could wait for, and a look at what the browser made of it.
PROVOKE = """(root) => {
  const faults = [];
  const events = ["mouseover", "mouseenter", "pointerenter", "pointerover", "focus", "focusin",
    "blur", "toggle", "beforetoggle", "animationstart", "animationend", "transitionend", "copy",
    "paste", "drag", "dragover", "wheel", "scroll", "contextmenu", "dblclick", "mousedown",
    "touchstart", "keydown", "input", "invalid", "load", "error", "start", "finish", "bounce",
    "begin", "selectstart", "auxclick", "canplay", "loadstart", "cuechange"];
  for (const element of root.querySelectorAll("*")) {
    for (const attribute of element.attributes)
      if (attribute.name.startsWith("on")) faults.push(`${element.outerHTML.slice(0, 200)}`);
    for (const name of ["href", "src", "action", "formAction", "data"]) {
      if (!element.hasAttribute(name)) continue;
      let scheme = "";
      try { scheme = new URL(element.getAttribute(name), document.baseURI).protocol; } catch {}
      if (!["", "http:", "https:", "mailto:", "tel:"].includes(scheme))
        faults.push(`${name}: ${element.getAttribute(name)}`);
    }
    if (["OBJECT", "EMBED", "BASE", "FRAME", "APPLET", "TEMPLATE", "MATH"].includes(element.tagName))
      faults.push(element.outerHTML.slice(0, 200));
    for (const event of events) element.dispatchEvent(new Event(event));
    if (!element.closest("a, button, form, summary, video, audio"))
      element.dispatchEvent(new MouseEvent("click"));
  }
  return faults;
}"""
# What is cleaned is read as HTML by the browser, twice: once is not enough for a mutation.
READ = """(inputs) => {
  const allowed = new Set(["P", "BR", "B", "STRONG", "I", "EM", "SUP", "A", "UL", "OL", "LI",
    "BLOCKQUOTE", "H1", "H2", "H3", "H4", "H5", "H6", "TABLE", "CAPTION", "THEAD", "TBODY",
    "TFOOT", "TR", "TH", "TD", "DIV", "SECTION", "ARTICLE", "CENTER", "COLGROUP"]);
  const players = ["https://www.youtube-nocookie.com", "https://player.vimeo.com"];
  const faults = [];
  for (const [text, html] of inputs) {
    const once = new DOMParser().parseFromString(html, "text/html").body.innerHTML;
    for (const reading of [html, once]) {
      const body = new DOMParser().parseFromString(reading, "text/html").body;
      for (const element of body.querySelectorAll("*")) {
        const player = element.tagName === "IFRAME" && players.includes(new URL(element.src).origin);
        const known = new Set(player ? ["src", "width", "height", "title", "allowfullscreen"]
          : ["href", "colspan"]);
        const strange = [...element.attributes].some((one) => !known.has(one.name));
        const scheme = element.tagName === "A" && element.hasAttribute("href") ? element.protocol : "";
        if (!(allowed.has(element.tagName) || player) || strange
            || !["", ":", "http:", "https:", "mailto:", "tel:"].includes(scheme))
          faults.push([text, element.outerHTML]);
      }
    }
  }
  return faults;
}"""


class Watch:
    """What happened in a browser that must not happen."""

    def __init__(self, context: BrowserContext, port: int) -> None:
        self.happened: list[str] = []
        self.port = port
        context.add_init_script(TRIPWIRE)
        context.route("**/*", self._route)
        context.on("page", self._watch)

    def _watch(self, page: Page) -> None:
        page.on("dialog", self._dialog)
        page.on("popup", lambda popup: self.happened.append(f"popup {popup.url}"))
        page.on("pageerror", lambda error: self.happened.append(f"error {error}"))

    def _dialog(self, dialog: Any) -> None:
        self.happened.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _route(self, route: Route, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.port != self.port:
            self.happened.append(f"request {request.url}")
            route.abort()
        else:
            route.continue_()


@pytest.fixture(scope="module")
def content(portal: Portal) -> Any:
    """Where the inputs were put."""
    return json.loads(portal.manage("shell", "-v0", "-c", FILL).strip().splitlines()[-1])


@pytest.fixture
def watched(browser: Browser, portal: Portal) -> Iterator[tuple[Page, Watch]]:
    """A page without a content policy, and what happens in it."""
    context = browser.new_context(locale="vi-VN", bypass_csp=True)
    watch = Watch(context, portal.port)
    yield context.new_page(), watch
    context.close()


def tripped(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.__tripped || []")
    return found


def test_the_tripwire_is_tripped_by_what_is_not_cleaned(
    portal: Portal, watched: tuple[Page, Watch]
) -> None:
    page, watch = watched
    page.goto(portal.url(path="/tim-kiem/"))
    page.evaluate(
        """() => {
          const main = document.querySelector("main");
          main.insertAdjacentHTML("beforeend", "<img src=x onerror=alert(1)>"
            + "<p onmouseover=alert(2)>x</p><img src=https://bay.example/1.png>");
          for (const one of main.querySelectorAll("p")) one.dispatchEvent(new Event("mouseover"));
        }"""
    )
    page.wait_for_function("window.__tripped.length === 2")
    assert watch.happened == ["request https://bay.example/1.png"]
    assert page.evaluate(PROVOKE, page.query_selector("main"))


def test_nothing_executes_on_any_page(
    portal: Portal, content: Any, watched: tuple[Page, Watch]
) -> None:
    page, watch = watched
    assert len(content["paths"]) > 50
    for path in content["paths"]:
        address = portal.url(content["host"], path)
        answer = page.goto(address, wait_until="load")
        assert answer is not None
        assert answer.status == 200, path
        # What a text cannot bring in is judged over the whole page, its own code apart.
        faults = page.evaluate(PROVOKE, page.query_selector("body"))
        assert faults == [], path
        # What was provoked has its turn.
        page.evaluate("new Promise((done) => setTimeout(done, 30))")
        assert tripped(page) == [], path
        assert page.url.split("#")[0] == address, "nothing led away"
    assert watch.happened == []


def test_the_browser_reads_cleaned_html_as_it_was_meant(
    portal: Portal, content: Any, watched: tuple[Page, Watch]
) -> None:
    page, watch = watched
    page.goto(portal.url(path="/tim-kiem/"))
    assert len(content["cleaned"]) >= 3 * 300
    assert page.evaluate(READ, content["cleaned"]) == []
    # And as elements of a page, where pictures load and handlers run.
    page.evaluate(
        """(inputs) => {
          const main = document.querySelector("main");
          for (const [text, html] of inputs)
            if (!html.includes("<iframe")) main.insertAdjacentHTML("beforeend", html);
        }""",
        content["cleaned"],
    )
    assert page.evaluate(PROVOKE, page.query_selector("main")) == []
    page.evaluate("new Promise((done) => setTimeout(done, 300))")
    assert tripped(page) == []
    assert watch.happened == []
