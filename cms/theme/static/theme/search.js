// Brings suggestions to a search field once somebody goes there; readers who don't load nothing.

document.addEventListener("focusin", function load(event) {
  const field = event.target.closest?.("[data-sen-suggest]");
  if (!field) return;
  document.removeEventListener("focusin", load);
  const script = document.createElement("script");
  script.type = "module";
  script.src = field.dataset.senSuggestScript;
  document.head.append(script);
});
