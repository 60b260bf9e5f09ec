// What the visitor chose last time, before the page is painted. Classic, not a
// module, and as short as can be: the page waits for it.
(function () {
  const root = document.documentElement;
  let size = null;
  let contrast = null;
  try {
    size = localStorage.getItem("sen-text-size");
    contrast = localStorage.getItem("sen-contrast");
  } catch {
    // Storage is forbidden: the buttons work for this page.
  }
  root.dataset.textSize = /^(-1|[0-4])$/.test(size) ? size : "0";
  if (contrast === "high") root.dataset.contrast = contrast;
})();
