// "See more" brings the next page's stories into this list; without script it is a plain link.

const list = document.querySelector("[data-sen-list]");
const status = document.querySelector("[data-sen-more-status]");

async function loadMore(link) {
  const label = link.firstChild.textContent;
  link.setAttribute("aria-busy", "true");
  link.firstChild.textContent = link.dataset.senLoading;
  const response = await fetch(link.href, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`the next page answered ${response.status}`);
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  const items = [...next.querySelectorAll("[data-sen-list] > *")].map((item) =>
    document.importNode(item, true),
  );
  list.append(...items);
  status.textContent = link.dataset.senLoaded;
  const further = next.querySelector("[data-sen-more]");
  if (further) {
    link.href = further.href;
    link.firstChild.textContent = label;
    link.removeAttribute("aria-busy");
  } else {
    link.closest("p").remove();
  }
  items[0]?.querySelector("a")?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-sen-more]");
  if (!link || !list || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (link.getAttribute("aria-busy") === "true") return;
  loadMore(link).catch((error) => {
    console.warn("Sen:", error);
    location.href = link.href;
  });
});
