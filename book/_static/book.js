// What is wider than its place gets smaller letters, down to a size that can still be read, in px.
// What is wider even so scrolls inside itself, from its left end, and by keyboard as well.
const SMALLEST = { "pre": 7, "div.math": 9, ".pst-scrollable-table-container": 8 };
const fit = (place, smallest) => {
  const text = place.querySelector("table") ?? place;
  place.removeAttribute("tabindex");
  text.style.fontSize = "";
  let size = parseFloat(getComputedStyle(text).fontSize);
  while (place.scrollWidth > place.clientWidth && size > smallest) {
    size = Math.max((0.995 * size * place.clientWidth) / place.scrollWidth, smallest);
    text.style.fontSize = `${size}px`;
  }
  if (place.scrollWidth > place.clientWidth) place.tabIndex = 0;
  place.scrollLeft = 0;
};
addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  await document.fonts.ready;
  for (const [selector, smallest] of Object.entries(SMALLEST)) {
    const observer = new ResizeObserver((entries) => {
      for (const { target } of entries) fit(target, smallest);
    });
    for (const place of document.querySelectorAll(`article ${selector}`)) observer.observe(place);
  }
});

// The place to which the address leads is seen, even if it is folded away.
const anchor = () => document.getElementById(decodeURIComponent(location.hash.slice(1)));
const unfold = () => {
  for (let box = anchor()?.closest("details"); box; box = box.parentElement.closest("details"))
    box.open = true;
};
addEventListener("hashchange", unfold);

// Formulas, letters and frames move what is below them. Until they have settled, or the reader begins
// to scroll, that place is kept at the top.
addEventListener("load", () => {
  if (!anchor()) return;
  unfold();
  const observer = new ResizeObserver(() => anchor()?.scrollIntoView({ behavior: "instant" }));
  observer.observe(document.querySelector("article"));
  setTimeout(() => observer.disconnect(), 5000);
  for (const kind of ["wheel", "touchstart", "mousedown", "keydown"])
    addEventListener(kind, () => observer.disconnect(), { once: true, passive: true });
});

// A page that answers takes the place of its picture. It says how tall it is; we say which theme.
// It is loaded when its place comes near. (`loading: "lazy"` would not wait: a browser takes a frame
// without height for hidden, and loads it with the page.)
const theme = () => document.documentElement.dataset.theme;
const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries)
    if (isIntersecting) { near.unobserve(target); answer(target); }
}, { rootMargin: "800px" });
for (const place of document.querySelectorAll(".explore")) near.observe(place);

function answer(place) {
  const frame = document.createElement("iframe");
  Object.assign(frame, { title: place.querySelector("img").alt, allow: "camera" });
  frame.style.height = "0"; // until it answers: a page that cannot run leaves the picture
  const tell = () => frame.contentWindow.postMessage({ theme: theme() }, "*");
  addEventListener("message", ({ source, data }) => {
    if (source !== frame.contentWindow || !(data?.height > 0)) return;
    if (!place.classList.contains("answers")) tell();
    place.classList.add("answers");
    frame.style.height = `${data.height}px`;
  });
  new MutationObserver(tell).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  frame.src = place.dataset.page;
  place.lastElementChild.before(frame); // the link stays below it
}
