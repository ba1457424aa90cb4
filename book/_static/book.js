// What scrolls inside itself — wide code, tables, formulas — can be reached with the keyboard.
const scrollable = "article :is(pre, div.math, .output, .pst-scrollable-table-container)";
const watch = new ResizeObserver((entries) => {
  for (const { target } of entries)
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
});
for (const element of document.querySelectorAll(scrollable)) watch.observe(element);

// A formula wider than its place gets smaller letters; beyond 55 % it scrolls, from its left end.
const formulas = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    target.style.fontSize = "";
    const fits = target.clientWidth / target.scrollWidth;
    if (fits < 1) target.style.fontSize = `${Math.max(100 * fits - 1, 55)}%`;
    target.scrollLeft = 0;
  }
});
addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  for (const formula of document.querySelectorAll("article div.math")) formulas.observe(formula);
});

// A page that answers takes the place of its picture. It says how tall it is; we say which theme.
const theme = () => document.documentElement.dataset.theme;
for (const place of document.querySelectorAll(".explore")) {
  const frame = document.createElement("iframe");
  Object.assign(frame, { title: place.querySelector("img").alt, allow: "camera", loading: "lazy" });
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
