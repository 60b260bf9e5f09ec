// Titles below a search field while somebody types (the combobox pattern of the ARIA practices).

const PAUSE = 180; // milliseconds without a key, before anything is asked for
const SHORTEST = 2; // characters
let lists = 0;

function combine(field) {
  const list = document.createElement("ul");
  list.id = `sen-suggested-${++lists}`;
  list.className = "suggested";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.senSuggestLabel);
  field.after(list);
  const attributes = {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  };
  for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
  return { field, list, at: -1, waiting: 0, asked: "" };
}

function close(box) {
  box.list.hidden = true;
  box.at = -1;
  box.field.setAttribute("aria-expanded", "false");
  box.field.removeAttribute("aria-activedescendant");
}

function show(box, suggestions) {
  const items = suggestions.map(({ title, url }, number) => {
    const item = document.createElement("li");
    item.id = `${box.list.id}-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.url = url;
    item.textContent = title;
    return item;
  });
  box.list.replaceChildren(...items);
  close(box);
  if (items.length && document.activeElement === box.field) {
    box.list.hidden = false;
    box.field.setAttribute("aria-expanded", "true");
  }
}

function choose(box, number) {
  const items = [...box.list.children];
  if (!items.length || box.list.hidden) return;
  // One step further than the last is the field itself again.
  box.at = ((number + 1 + items.length + 1) % (items.length + 1)) - 1;
  items.forEach((item, index) => item.setAttribute("aria-selected", String(index === box.at)));
  if (box.at < 0) box.field.removeAttribute("aria-activedescendant");
  else box.field.setAttribute("aria-activedescendant", items[box.at].id);
}

async function ask(box) {
  const typed = box.field.value;
  box.asked = typed;
  if (typed.trim().length < SHORTEST) return show(box, []);
  const address = `${box.field.dataset.senSuggest}?${new URLSearchParams({ q: typed })}`;
  const response = await fetch(address, { credentials: "same-origin" });
  // An answer to what was typed before comes too late.
  if (response.ok && box.asked === typed) show(box, (await response.json()).suggestions);
}

function listen(box) {
  box.field.addEventListener("input", () => {
    clearTimeout(box.waiting);
    box.waiting = setTimeout(() => ask(box).catch(() => show(box, [])), PAUSE);
  });
  box.field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (box.list.hidden) return;
      event.preventDefault();
      choose(box, box.at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Escape" && !box.list.hidden) {
      event.preventDefault();
      close(box);
    } else if (event.key === "Enter" && box.at >= 0) {
      event.preventDefault();
      location.href = box.list.children[box.at].dataset.url;
    }
  });
  box.field.addEventListener("blur", () => close(box));
  // Before the field loses focus, which would close the list.
  box.list.addEventListener("pointerdown", (event) => event.preventDefault());
  box.list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) location.href = item.dataset.url;
  });
}

for (const field of document.querySelectorAll("[data-sen-suggest]")) listen(combine(field));
