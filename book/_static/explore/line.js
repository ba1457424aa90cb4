// A line through points, and its loss on the parabola along w: drag either, or walk downhill.
"use strict";

class Line {
  constructor({ x, y, w, b }) { Object.assign(this, { x, y, w, b }); }

  mean(f) { return this.x.reduce((sum, x, n) => sum + f(x, this.y[n]), 0) / this.x.length; }

  // (3.1): the mean squared error, at another w if one is given
  loss(w = this.w) { return this.mean((x, y) => (w * x + this.b - y) ** 2); }

  // (3.2): the slope of the loss along w and along b
  gradient() {
    const error = (x, y) => this.w * x + this.b - y;
    return [2 * this.mean((x, y) => error(x, y) * x), 2 * this.mean(error)];
  }

  // How much the slope along w grows for each 1 that w moves.
  curvature() { return 2 * this.mean((x) => x * x); }

  step(rate) { this.w -= rate * this.gradient()[0]; }
}

class LineFigure {
  static ENDS = [-1.8, 1.8]; // where the line's two handles lie
  static FAR = 1000; // beyond this w nobody looks

  constructor() {
    const { find } = page;
    this.line = new Plot(find("#line"), { x: [-2.2, 2.2], y: [-5, 7], width: 340, height: 290, left: 34, bottom: 40, margin: 22 });
    this.parabola = new Plot(find("#parabola"), { x: [-3, 6.5], y: [0, 30], width: 340, height: 290, left: 34, bottom: 40, margin: 22 });
    page.hand(find("#line"), (event, first) => this.dragLine(event, first), ([right, down]) =>
      this.move(this.model.w + 0.1 * right, this.model.b - 0.1 * down));
    page.hand(find("#parabola"), (event) => this.move(this.parabola.at(event)[0], this.model.b),
      ([right]) => this.move(this.model.w + 0.1 * right, this.model.b));
    find("#rate").addEventListener("input", () => this.draw());
    find("#step").addEventListener("click", () => this.walk(1));
    find("#ten").addEventListener("click", () => this.walk(10));
    find("#restart").addEventListener("click", () => this.restart());
    this.restart();
    const curvature = this.model.curvature();
    for (const place of [find("#curvature"), ...document.querySelectorAll(".again")]) place.textContent = page.number(curvature, 2);
    find("#limit").textContent = page.number(2 / curvature, 2);
  }

  get rate() { return Number(page.find("#rate").value); }

  restart() {
    this.model = new Line(page.data);
    this.move(page.data.w, page.data.b);
  }

  // Put the line somewhere by hand: the walk begins there.
  move(w, b) {
    Object.assign(this.model, { w: Math.min(Math.max(w, -3), 6.5), b: Math.min(Math.max(b, -6), 8) });
    this.trail = [[this.model.w, this.model.loss()]];
    this.draw();
  }

  walk(steps) {
    for (let i = 0; i < steps && Math.abs(this.model.w) < LineFigure.FAR; i++) {
      this.model.step(this.rate);
      this.trail.push([this.model.w, this.model.loss()]);
    }
    this.draw();
  }

  // The end that is nearer to where the drag began follows the hand; the other stays.
  dragLine(event, first) {
    const [x, y] = this.line.at(event), { w, b } = this.model, ends = LineFigure.ENDS;
    if (first) this.held = x < 0 ? 0 : 1;
    const heights = ends.map((end, k) => (k === this.held ? y : w * end + b));
    const slope = (heights[1] - heights[0]) / (ends[1] - ends[0]);
    this.move(slope, heights[0] - slope * ends[0]);
  }

  draw() {
    const { make, find, number } = page, { model, line, parabola, trail } = this, { w, b, x, y } = model;
    const span = [-2.2, 2.2], at = (u) => w * u + b;
    line.svg.replaceChildren(...line.axes("x", "y", [-2, 0, 2], [-4, 0, 4]),
      ...x.map((u, n) => make("line", { class: "stick", x1: line.px(u), x2: line.px(u), y1: line.py(y[n]), y2: line.py(at(u)) })),
      ...x.map((u, n) => line.dot(u, y[n], 3.5, { class: "point" })),
      line.line(span.map((u) => [u, at(u)]), { class: "fit" }),
      ...LineFigure.ENDS.map((u) => line.dot(u, at(u), 9, { class: "end" })));
    const ws = Array.from({ length: 96 }, (_, k) => -3 + k / 10), [slope, slopeB] = model.gradient(), loss = model.loss();
    parabola.svg.replaceChildren(...parabola.axes("w", "loss", [-2, 0, 2, 4, 6], [0, 10, 20, 30]),
      parabola.line(ws.map((u) => [u, model.loss(u)]), { class: "curve" }),
      parabola.line([-1, 1].map((side) => [w + side, loss + side * slope]), { class: "slope" }),
      parabola.line(trail, { class: "trail" }),
      ...trail.slice(0, -1).map((place) => parabola.dot(...place, 3.5, { class: "trail" })),
      parabola.dot(w, loss, 9, { class: "end" }));
    const [, before] = trail.at(-2) ?? [], steps = trail.length - 1;
    const off = w < parabola.x[0] || w > parabola.x[1] ? " The dot has left the picture." : "";
    find("#rate-is").textContent = number(this.rate, 2);
    find("#words").textContent = `w = ${number(w, 2)}, b = ${number(b, 2)}: the loss is ${number(loss)}, its slope along w ${number(slope)}, along b ${number(slopeB)}.`
      + (before === undefined ? ` The next step adds ${number(-this.rate * slope)} to w.`
        : ` After ${steps} ${steps === 1 ? "step" : "steps"} along w; the last went ${loss < before ? "down" : loss > before ? "up" : "nowhere"}, from ${number(before)}.${off}`);
  }
}

const figure = new LineFigure();
