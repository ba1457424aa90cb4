// What every page has in common: its data, its elements, and its talk with the book around it.
"use strict";

const page = (() => {
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById("data").textContent);

  // Make an element. Text goes in as text: nothing in it can become markup.
  function make(tag, attributes = {}, ...children) {
    const svg = ["svg", "path", "line", "circle", "text", "rect", "g"].includes(tag);
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

  // A number with three decimals, none if it is large, and a true minus sign.
  function number(value, digits = 3) {
    const text = Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(digits);
    return text.replace(/^-(?=0*\.?0*$)/, "").replace("-", "−");
  }

  // Return a source of random numbers between 0 and 1, the same for the same seed (mulberry32).
  function random(seed) {
    return () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  // Return a function from a number to red, green and blue: one colour of the palette at 1, another
  // at −1, the surface at 0. So every picture of weights or gradients is centred at 0, and red is
  // above 0 and blue below, as in the book's figures.
  function tints(above = "for", below = "against") {
    const [plus, minus, nothing] = [above, below, "surface"].map((name) => {
      const hex = colour(name).slice(1), full = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
      return [0, 2, 4].map((k) => parseInt(full.slice(k, k + 2), 16));
    });
    return (share) => {
      const end = share > 0 ? plus : minus, size = Math.min(1, Math.abs(share));
      return nothing.map((from, k) => Math.round(from + size * (end[k] - from)));
    };
  }

  // Begin with what takes a moment, such as unpacking weights. Until it is done nothing on the page
  // can be clicked or typed into, so that nothing is lost.
  async function begin(start) {
    document.body.inert = true;
    await start();
    document.body.inert = false;
  }

  // Let a hand move something. A mouse, finger or pen that is down on the element calls
  // `press(event, first)`; an arrow key calls `arrow([right, down], event)`.
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function hand(element, press, arrow) {
    let pointer = null;
    element.style.touchAction = "none"; // a finger drags and does not scroll, as on the pad
    element.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    element.addEventListener("pointerdown", (event) => {
      if (pointer !== null || event.button !== 0) return;
      pointer = event.pointerId;
      element.setPointerCapture(pointer);
      press(event, true);
    });
    element.addEventListener("pointermove", (event) => { if (event.pointerId === pointer) press(event, false); });
    for (const end of ["pointerup", "pointercancel"])
      element.addEventListener(end, (event) => { if (event.pointerId === pointer) pointer = null; });
    element.addEventListener("keydown", (event) => {
      if (!(event.key in ARROWS) || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      arrow(ARROWS[event.key], event);
    });
  }

  // Have no screen reader read out sentences that change many times a second.
  function hush(running) {
    for (const element of document.querySelectorAll("[role=status]"))
      element.setAttribute("aria-live", running ? "off" : "polite");
  }

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

  return { answer, begin, colour, curve, data, find, hand, hush, make, number, paint, percent, random, spaced, tints };
})();
