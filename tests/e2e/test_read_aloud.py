"""An article read aloud, with voices of the browser: offered where there is one that fits."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .portal import Portal

# Chromium on a server has no voices: these note what they are given to say.
SPEECH = """
window.said = [];
window.cancelled = 0;
const voices = LANGUAGES.map((lang) => ({lang, name: lang}));
Object.defineProperty(window, "SpeechSynthesisUtterance", {
  value: class { constructor(text) { this.text = text; } },
});
Object.defineProperty(window, "speechSynthesis", {
  value: {
    getVoices: () => voices,
    addEventListener: () => {},
    cancel: () => { window.cancelled += 1; },
    speak: (words) => { window.said.push(words); },
  },
});
"""


def with_voices(page: Page, portal: Portal, *languages: str) -> Page:
    page.add_init_script(SPEECH.replace("LANGUAGES", json.dumps(languages)))
    page.goto(portal.url())
    page.locator(".story-title a").first.click()
    page.wait_for_load_state("networkidle")
    return page


def test_it_reads_the_title_and_the_text_and_stops(
    portal: Portal, visit: Callable[..., Page]
) -> None:
    page = with_voices(visit(), portal, "en-US", "vi-VN")
    button = page.get_by_role("button", name="Nghe đọc")
    button.click()
    said = page.evaluate("window.said.map((words) => [words.text, words.lang])")
    assert said[0] == [page.locator("h1").inner_text(), "vi-VN"]
    assert [text for text, _lang in said][1] == page.locator(".article-lead").inner_text()
    paragraphs = page.locator(".body p").all_inner_texts()
    assert {text.strip() for text in paragraphs if text.strip()} <= {text for text, _ in said}
    stop = page.get_by_role("button", name="Dừng đọc")
    stop.click()
    expect(button).to_be_visible()
    assert page.evaluate("window.cancelled") == 1
    # Having come to the end it can begin anew.
    button.click()
    page.evaluate("window.said.at(-1).onend()")
    expect(button).to_be_visible()


@pytest.mark.parametrize("languages", [(), ("en-US", "fr-FR")])
def test_without_a_vietnamese_voice_it_is_not_offered(
    portal: Portal, visit: Callable[..., Page], languages: tuple[str, ...]
) -> None:
    page = with_voices(visit(), portal, *languages)
    expect(page.get_by_text("Bản in").first).to_be_visible()
    expect(page.get_by_role("button", name="Nghe đọc")).to_have_count(0)
