// Counts the view once the page is loaded, and puts fresh numbers and fragments into it.

const page = document.body;

function whenShown(run) {
  // A page that the browser prepares in advance is not read yet.
  if (document.prerendering) {
    document.addEventListener("prerenderingchange", run, { once: true });
  } else if (document.readyState === "complete") {
    run();
  } else {
    addEventListener("load", run, { once: true });
  }
}

// This view's own name: a beacon that is sent again is the same view.
const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
  byte.toString(16).padStart(2, "0"),
).join("");
// Where the counter cannot take it now, in seconds until it is sent again.
const LATER = [10, 60];

async function send() {
  const fragments = [...document.querySelectorAll("[data-sen-fragment]")];
  const response = await fetch(page.dataset.hitUrl, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      key,
      page: Number(page.dataset.pageId) || null,
      place: Number(page.dataset.placeId) || null,
      fragments: fragments.map((element) => element.dataset.senFragment),
      query: location.search.slice(1),
    }),
    credentials: "same-origin",
    keepalive: true,
  });
  if (response.status >= 500) throw new TypeError("the counter is away");
  if (!response.ok) throw new Error(`the counter answered ${response.status}`);
  const answer = await response.json();
  showViews(answer.views);
  for (const element of fragments) {
    replace(element, answer.fragments?.[element.dataset.senFragment]);
  }
}

function showViews(views) {
  if (typeof views !== "number") return;
  const number = new Intl.NumberFormat(document.documentElement.lang || "vi").format(views);
  for (const element of document.querySelectorAll("[data-sen-views]")) element.textContent = number;
}

function replace(element, html) {
  // A fragment that somebody is using stays as it is: focus must not be lost.
  if (typeof html !== "string" || element.contains(document.activeElement)) return;
  const template = document.createElement("template");
  template.innerHTML = html;
  element.replaceWith(template.content);
}

async function sendUntilCounted() {
  for (const seconds of [...LATER, 0]) {
    try {
      return await send();
    } catch (error) {
      // A connection that broke is a TypeError as well.
      if (!(error instanceof TypeError) || !seconds) throw error;
      await new Promise((go) => setTimeout(go, seconds * 1000));
    }
  }
}

// A preview carries no address: it is not counted.
if (page.dataset.hitUrl) {
  whenShown(() => sendUntilCounted().catch((error) => console.warn("Sen:", error)));
}
