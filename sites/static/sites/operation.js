// Asks every two seconds how far an operation is; once it has come to something, shows the page anew.
(() => {
  const place = document.querySelector("[data-operation-progress]");
  if (!place) return;
  const bar = place.querySelector("progress");
  const words = place.querySelector("[data-operation-doing]");
  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.operationProgress, { credentials: "same-origin" });
      // Signed out, or the server is starting: try again.
      if (answer.ok) {
        const found = await answer.json();
        if (found.stage !== place.dataset.stage) return location.reload();
        bar.value = found.percent;
        words.textContent = found.words;
      }
    } catch {
      // No network for a moment.
    }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 2000);
})();
