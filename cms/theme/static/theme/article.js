// An article's tools: back to where the reader came from, copy the address, read aloud, print.

const back = document.querySelector("[data-sen-back]");
back?.addEventListener("click", (event) => {
  // Only within this site; from elsewhere the link leads to the section.
  if (history.length > 1 && document.referrer.startsWith(location.origin + "/")) {
    event.preventDefault();
    history.back();
  }
});

const copy = document.querySelector("[data-sen-copy]");
if (copy && navigator.clipboard) {
  const button = copy.querySelector("button");
  const label = button.querySelector("span");
  const status = document.querySelector("[data-sen-copy-status]");
  const before = label.textContent;
  copy.hidden = false;
  button.addEventListener("click", async () => {
    const address = document.querySelector('link[rel="canonical"]')?.href ?? location.href;
    await navigator.clipboard.writeText(address);
    label.textContent = status.textContent = button.dataset.senCopied;
    setTimeout(() => {
      label.textContent = before;
      status.textContent = "";
    }, 3000);
  });
}

// Reading aloud, where the browser has a voice of the page's language.
const listen = document.querySelector("[data-sen-listen]");
const speech = window.speechSynthesis;
if (listen && speech) {
  const language = document.documentElement.lang;
  const button = listen.querySelector("button");
  const label = button.querySelector("span");
  const before = label.textContent;
  let voice;
  const offer = () => {
    voice = speech.getVoices().find((one) => one.lang.split(/[-_]/)[0] === language);
    listen.hidden = !voice;
  };
  const stop = () => {
    speech.cancel();
    label.textContent = before;
  };
  offer();
  speech.addEventListener?.("voiceschanged", offer);
  // What was begun goes on when the page is left.
  addEventListener("pagehide", stop);
  button.addEventListener("click", () => {
    if (label.textContent !== before) return stop();
    label.textContent = button.dataset.senStop;
    const parts = [...document.querySelectorAll("h1, .article-lead, .body :is(h2, p, li, figcaption, th, td)")]
      .filter((part) => !part.querySelector("p"))
      .map((part) => part.innerText.trim())
      .filter(Boolean);
    // One paragraph at a time: some browsers fall silent in a long text.
    for (const [number, text] of parts.entries()) {
      const words = new SpeechSynthesisUtterance(text);
      words.voice = voice;
      words.lang = voice.lang;
      if (number === parts.length - 1) words.onend = stop;
      words.onerror = stop;
      speech.speak(words);
    }
  });
}

const print = document.querySelector("[data-sen-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
