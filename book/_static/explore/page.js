// What every page has in common: its data, its elements, and its talk with the book around it.
"use strict";

const page = (() => {
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById("data").textContent);

  // Make an element. Text goes in as text: nothing in it can become markup.
  function make(tag, attributes = {}, ...children) {
    const svg = ["svg", "path", "line", "text", "rect", "g"].includes(tag);
    const element = svg
      ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes))
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
    element.append(...children);
    return element;
  }

  const find = (selector) => document.querySelector(selector);
  const colour = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
  const percent = (share, digits = 1) => `${(100 * share).toFixed(digits)} %`;
  const spaced = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, "\u00a0");

  // Show grey numbers between 0 and 1 as a picture of large pixels.
  function paint(canvas, numbers, width, height = width) {
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d"), pixels = context.createImageData(width, height);
    for (let i = 0; i < width * height; i++)
      pixels.data.set([255 * numbers[i], 255 * numbers[i], 255 * numbers[i], 255], 4 * i);
    context.putImageData(pixels, 0, 0);
    return canvas;
  }

  // Show the likeliest classes: the first in large, three with bars. `names` are those of the classes.
  function answer(element, names, probabilities) {
    const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
    const best = names[order[0]], said = `said${best.length > 2 ? " word" : ""}`;
    const bars = order.slice(0, 3).map((k) => make("li", {},
      make("b", {}, names[k]),
      make("span", { class: "bar" },
        make("i", { style: `width: ${(100 * probabilities[k]).toFixed(1)}%` })),
      make("span", { class: "number" }, percent(probabilities[k]))));
    element.replaceChildren(make("div", { class: said }, best), make("ol", { class: "bars" }, ...bars));
  }

  // A learning curve: `lines` are {train: [...], validation: [...]}, a number for each epoch.
  function curve(title, lines) {
    const width = 400, height = 220, left = 44, right = 86, top = 26, bottom = 34;
    const all = Object.values(lines).flat(), largest = Math.max(...all) || 1;
    const epochs = Math.max(...Object.values(lines).map((line) => line.length));
    const x = (i) => left + (epochs > 1 ? i / (epochs - 1) : 0.5) * (width - left - right);
    const y = (value) => height - bottom - value / largest * (height - top - bottom);
    const parts = [0, largest / 2, largest].flatMap((value) => [
      make("line", { class: "grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      make("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, value.toPrecision(2)),
    ]);
    const ends = Object.values(lines).map((line) => y(line.at(-1)));
    const apart = ends.length === 2 && Math.abs(ends[0] - ends[1]) < 14; // labels must not touch
    Object.entries(lines).forEach(([name, line], which) => {
      const path = line.map((value, i) => `${i ? "L" : "M"}${x(i)},${y(value)}`).join("");
      const shift = apart ? (ends[which] <= ends[1 - which] ? -7 : 7) * (ends[0] === ends[1] && which ? -1 : 1) : 0;
      parts.push(make("path", { class: name, d: line.length > 1 ? path : `${path}h.01` }),
        make("text", { class: name, x: x(line.length - 1) + 6, y: ends[which] + 4 + shift }, name));
    });
    parts.push(make("text", { x: left, y: 14, "font-weight": 600 }, title),
      make("text", { x: x(0), y: height - 10, "text-anchor": "middle" }, "1"),
      make("text", { x: (left + width - right) / 2, y: height - 10, "text-anchor": "middle" }, "epoch"));
    if (epochs > 1)
      parts.push(make("text", { x: x(epochs - 1), y: height - 10, "text-anchor": "middle" }, epochs));
    const words = `${title}, epoch by epoch: ${Object.entries(lines).map(([name, line]) =>
      `${name} from ${line[0].toPrecision(2)} to ${line.at(-1).toPrecision(2)}`).join(", ")}`;
    return make("svg", { class: "curve", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words },
      ...parts);
  }

  // -- the book around the page -------------------------------------------------------------------

  const dark = matchMedia("(prefers-color-scheme: dark)");
  let told; // the book's theme, once it has said so
  function theme() {
    root.dataset.theme = told ?? (dark.matches ? "dark" : "light");
    document.dispatchEvent(new Event("theme"));
  }
  dark.addEventListener("change", theme);
  theme();
  if (window.parent !== window) {
    root.dataset.framed = "";
    addEventListener("message", ({ source, data: message }) => {
      if (source !== window.parent || !["light", "dark"].includes(message?.theme)) return;
      told = message.theme;
      theme();
    });
    addEventListener("DOMContentLoaded", () => new ResizeObserver(() => {
      window.parent.postMessage({ height: Math.ceil(root.getBoundingClientRect().height) }, "*");
    }).observe(document.body));
  }

  return { answer, colour, curve, data, find, make, paint, percent, spaced };
})();
