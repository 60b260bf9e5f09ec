// An article's tools: back to where the reader came from, copy the address, print.

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

const print = document.querySelector("[data-sen-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
