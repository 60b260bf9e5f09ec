// A passkey that was not used is no error of the page: say so beside the button.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const note of document.querySelectorAll("[data-passkey-failure]")) note.hidden = false;
});
