// A reader closes a notice of the strip, and it stays closed until the browser is.

const KEY = "sen-closed-notices";

function closed() {
  try {
    const ids = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(ids) ? ids : [];
  } catch {
    return []; // storage is off, or holds something else
  }
}

function remember(id) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...new Set([...closed(), id])]));
  } catch {
    // Without storage it is closed on this page only.
  }
}

function hide(notice) {
  notice.hidden = true;
  const strip = notice.closest(".widget--notice_banner") ?? notice.parentElement;
  if (!strip.querySelector("[data-notice]:not([hidden])")) strip.hidden = true;
}

const gone = closed();
for (const notice of document.querySelectorAll("[data-notice]")) {
  notice.querySelector("[data-notice-close]").hidden = false;
  if (gone.includes(notice.dataset.notice)) hide(notice);
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-notice-close]");
  if (!button) return;
  const notice = button.closest("[data-notice]");
  remember(notice.dataset.notice);
  hide(notice);
  // The focus was on what is gone: on to the next notice, or to the page itself.
  const next = document.querySelector("[data-notice]:not([hidden]) [data-notice-close]");
  (next ?? document.querySelector("main"))?.focus();
});
