// The button that prints the sheet; without JavaScript the browser's own menu does.
const print = document.querySelector("[data-sen-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
