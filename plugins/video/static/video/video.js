// The film takes the place of its poster when somebody plays it, and not before.

function frame({ video, name }) {
  const player = document.createElement("iframe");
  player.allow = "autoplay; fullscreen; picture-in-picture";
  player.referrerPolicy = "strict-origin-when-cross-origin";
  player.title = name;
  player.src = video;
  return player;
}

function film(address, { type, subtitles, subtitlesLabel, name }) {
  const player = document.createElement("video");
  player.controls = player.autoplay = player.playsInline = true;
  player.tabIndex = 0;
  player.setAttribute("aria-label", name);
  const source = document.createElement("source");
  source.src = address;
  source.type = type;
  player.append(source);
  if (subtitles) {
    const track = document.createElement("track");
    track.kind = "captions";
    track.srclang = document.documentElement.lang;
    track.label = subtitlesLabel;
    track.src = subtitles;
    track.default = true;
    player.append(track);
  }
  return player;
}

// Listening on the document: a part of the page may be exchanged at any time.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest(".video__play") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const player = link.dataset.video ? frame(link.dataset) : film(link.href, link.dataset);
  player.className = "video__player";
  link.replaceWith(player);
  player.focus();
});
