// A picture with two axes, in SVG: where a number lies in it, and which number a hand points at.
"use strict";

class Plot {
  // `x` and `y` are the ranges that the axes show.
  constructor(svg, { x, y, width = 320, height = 320, margin = 10, left = margin, bottom = margin }) {
    Object.assign(this, { svg, x, y, width, height, margin, left, bottom });
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }

  px(x) { return this.left + (x - this.x[0]) / (this.x[1] - this.x[0]) * (this.width - this.left - this.margin); }

  py(y) { return this.height - this.bottom - (y - this.y[0]) / (this.y[1] - this.y[0]) * (this.height - this.bottom - this.margin); }

  // The numbers at which a mouse or finger points, kept inside the axes.
  at(event) {
    const box = this.svg.getBoundingClientRect();
    const right = (event.clientX - box.left) * this.width / box.width - this.left;
    const up = this.height - this.bottom - (event.clientY - box.top) * this.height / box.height;
    const inside = (share, [low, high]) => low + Math.min(1, Math.max(0, share)) * (high - low);
    return [
      inside(right / (this.width - this.left - this.margin), this.x),
      inside(up / (this.height - this.bottom - this.margin), this.y),
    ];
  }

  line(points, attributes) {
    const d = points.map(([x, y], i) => `${i ? "L" : "M"}${this.px(x).toFixed(2)} ${this.py(y).toFixed(2)}`).join("");
    return page.make("path", { d, fill: "none", ...attributes });
  }

  dot(x, y, r, attributes) { return page.make("circle", { cx: this.px(x), cy: this.py(y), r, ...attributes }); }

  // A mark for each class: a circle or a triangle, so that no colour is needed to tell them apart.
  mark(x, y, label, r, attributes) {
    if (label === 0) return this.dot(x, y, r, attributes);
    const [u, v] = [this.px(x), this.py(y)], s = 1.25 * r;
    return page.make("path", { d: `M${u} ${v - s}l${s} ${1.8 * s}h${-2 * s}z`, ...attributes });
  }

  // Both axes with their names and the numbers at these places.
  axes(xName, yName, xTicks, yTicks) {
    const { make } = page, [low, floor] = [this.px(this.x[0]), this.py(this.y[0])];
    return [
      ...yTicks.flatMap((y) => [
        make("line", { class: "grid", x1: low, x2: this.px(this.x[1]), y1: this.py(y), y2: this.py(y) }),
        make("text", { x: low - 6, y: this.py(y) + 4, "text-anchor": "end" }, page.number(y, y % 1 ? 1 : 0)),
      ]),
      ...xTicks.map((x) => make("text", { x: this.px(x), y: floor + 18, "text-anchor": "middle" }, page.number(x, x % 1 ? 1 : 0))),
      make("line", { class: "axis", x1: low, x2: this.px(this.x[1]), y1: floor, y2: floor }),
      make("text", { x: this.px(this.x[1]), y: floor + 34, "text-anchor": "end" }, xName),
      make("text", { x: low, y: this.py(this.y[1]) - 8, "text-anchor": "start" }, yName),
    ];
  }
}
