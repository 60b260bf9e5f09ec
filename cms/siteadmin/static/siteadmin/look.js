/* The picture of the look follows the colour as it is chosen. Without script the form works all the same. */
const picture = document.getElementById("sen-colours");
const field = document.getElementById("id_accent");
const swatches = document.querySelector(".sen-swatches");
const picker = swatches.querySelector("input[type=color]");
let latest = 0;

async function draw(accent) {
  if (!/^#[0-9a-f]{6}$/i.test(accent)) return;
  const mine = ++latest;
  const answer = await fetch(`${picture.dataset.url}?accent=${encodeURIComponent(accent)}`);
  if (answer.ok && mine === latest) picture.innerHTML = await answer.text();
}

function choose(accent) {
  field.value = accent;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

swatches.hidden = false;
field.closest(".w-field")?.before(swatches);
field.addEventListener("input", () => draw(field.value));
field.addEventListener("change", () => {
  picker.value = field.value;
  draw(field.value);
});
picker.addEventListener("input", () => choose(picker.value));
for (const button of swatches.querySelectorAll("button")) {
  button.addEventListener("click", () => choose(button.dataset.accent));
}
