// Votes in place. Without this file the form is sent as any other and leads to the result.

async function send(form) {
  const poll = form.closest("[data-poll]");
  const status = poll.querySelector("[data-poll-status]");
  const button = form.querySelector("button");
  // Not "disabled": that would take the focus away.
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
      credentials: "same-origin",
    });
    const answer = await response.json();
    status.textContent = answer.message;
    status.toggleAttribute("data-error", !answer.html);
    if (answer.html) show(poll, form, answer.html);
  } catch (error) {
    // What came back is no answer of ours: let the browser send the form itself.
    console.warn("Sen:", error);
    form.dataset.pollPlain = "";
    form.requestSubmit(button);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function show(poll, form, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const results = template.content.querySelector("[data-poll-results]");
  poll.querySelector("[data-poll-results]")?.remove();
  form.replaceWith(results);
  results.focus({ preventScroll: true });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !("pollForm" in form.dataset)) return;
  if ("pollPlain" in form.dataset) return;
  event.preventDefault();
  send(form);
});
