// A gallery's pictures, large, in a dialog. The browser's own dialog keeps the focus
// inside, closes on Escape and gives the focus back to the picture that was clicked.

function show(dialog, links, index) {
  const link = links[index];
  const image = dialog.querySelector("img") ?? new Image();
  dialog.dataset.index = index;
  image.width = link.dataset.width;
  image.height = link.dataset.height;
  image.alt = link.querySelector("img").alt;
  image.src = link.href;
  dialog.querySelector("figure").prepend(image);
  dialog.querySelector("[data-caption]").textContent = link.dataset.caption;
  dialog.querySelector("[data-place]").textContent = `${index + 1} / ${links.length}`;
}

function parts(inner) {
  const gallery = inner.closest("[data-image-gallery]");
  return gallery && {
    dialog: gallery.querySelector("dialog"),
    links: [...gallery.querySelectorAll("li a")],
  };
}

function step(inner, by) {
  const { dialog, links } = parts(inner);
  show(dialog, links, (Number(dialog.dataset.index) + by + links.length) % links.length);
}

// Listening on the document: a part of the page may be exchanged at any time.
document.addEventListener("click", (event) => {
  const found = event.target instanceof Element ? parts(event.target) : null;
  if (!found) return;
  const { dialog, links } = found;
  const link = event.target.closest("li a");
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey);
  if (link && plain) {
    event.preventDefault();
    show(dialog, links, links.indexOf(link));
    for (const button of dialog.querySelectorAll("[data-step]")) button.hidden = links.length < 2;
    dialog.showModal();
  } else if (event.target.matches("dialog, figure") || event.target.closest("[data-close]")) {
    dialog.close();
  } else if (event.target.closest("[data-step]")) {
    step(event.target, Number(event.target.closest("[data-step]").dataset.step));
  }
});

document.addEventListener("keydown", (event) => {
  const dialog = document.querySelector("[data-image-gallery] dialog[open]");
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (dialog && by) {
    event.preventDefault();
    step(dialog, by);
  }
});
