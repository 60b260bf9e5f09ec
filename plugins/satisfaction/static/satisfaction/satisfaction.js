// Rates in place. Without this file the form is sent as any other and leads to the answer.

async function send(form) {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  const status = form.querySelector("[data-satisfaction-status]");
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
      credentials: "same-origin",
    });
    const answer = await response.json();
    status.textContent = answer.message;
    status.toggleAttribute("data-error", !answer.done);
    if (answer.done) {
      // What had the focus is hidden now: it goes to what is said instead.
      form.dataset.done = "";
      status.tabIndex = -1;
      status.focus({ preventScroll: true });
    }
  } catch (error) {
    // What came back is no answer of ours: let the browser send the form itself.
    console.warn("Sen:", error);
    form.dataset.plain = "";
    form.requestSubmit();
  } finally {
    form.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !("satisfaction" in form.dataset)) return;
  if ("plain" in form.dataset) return;
  event.preventDefault();
  send(form);
});
