// The buttons: what they set stands on <html>, where the style sheet finds it.

const SMALLEST = -1;
const LARGEST = 4;
const root = document.documentElement;

function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is forbidden: it holds for this page.
  }
}

function show() {
  const size = Number(root.dataset.textSize);
  const scale = getComputedStyle(root).getPropertyValue("--text-scale").trim();
  for (const output of document.querySelectorAll("[data-text-size-now]")) {
    // Said only when it changes.
    if (output.value !== scale) output.value = scale;
  }
  for (const button of document.querySelectorAll("[data-text-step]")) {
    const step = Number(button.dataset.textStep);
    if (step === 0) button.setAttribute("aria-pressed", String(size === 0));
    // Not "disabled": that would take the focus away from who is pressing it.
    else button.setAttribute("aria-disabled", String(size === (step < 0 ? SMALLEST : LARGEST)));
  }
  for (const button of document.querySelectorAll("[data-contrast-switch]")) {
    button.setAttribute("aria-pressed", String(root.dataset.contrast === "high"));
  }
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const step = event.target.closest("[data-text-step]")?.dataset.textStep;
  if (step) {
    const wanted = step === "0" ? 0 : Number(root.dataset.textSize) + Number(step);
    root.dataset.textSize = Math.min(LARGEST, Math.max(SMALLEST, wanted));
    remember("sen-text-size", root.dataset.textSize);
    show();
  } else if (event.target.closest("[data-contrast-switch]")) {
    if (root.dataset.contrast === "high") delete root.dataset.contrast;
    else root.dataset.contrast = "high";
    remember("sen-contrast", root.dataset.contrast ?? "");
    show();
  }
});

show();
