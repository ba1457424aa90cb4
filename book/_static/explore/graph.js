// A graph of circles: values run along its arrows to the right, gradients to the left.
//
// Every circle knows how to compute its value and its own slope for each of its inputs. On the way
// back it multiplies what arrives by that slope and hands the product on: the chain rule.
"use strict";

class Graph {
  static CIRCLES = { // where it is drawn, what enters, its value, its slope for each input
    x: { at: [45, 40] },
    w: { at: [45, 220] },
    b: { at: [165, 250] },
    t: { at: [290, 265] },
    "×": { at: [165, 130], from: ["x", "w"], value: (x, w) => x * w, slopes: (x, w) => [w, x] },
    "+": { at: [290, 130], from: ["×", "b"], value: (p, b) => p + b, slopes: () => [1, 1] },
    "−": { at: [415, 130], from: ["+", "t"], value: (y, t) => y - t, slopes: () => [1, -1] },
    "( )²": { at: [525, 130], from: ["−"], value: (d) => d * d, slopes: (d) => [2 * d] },
    L: { at: [610, 130], from: ["( )²"], value: (L) => L, slopes: () => [1] },
  };
  static FORWARD = ["×", "+", "−", "( )²"];
  static BACKWARD = ["L", "( )²", "−", "+", "×"];
  static STEPS = Graph.FORWARD.length + Graph.BACKWARD.length;

  constructor(inputs) {
    this.values = { ...inputs };
    this.step = 0; // how many steps have been taken, forwards and then backwards
    this.compute();
  }

  // Fill in all values, then all gradients. `gradients["x×"]` belongs to the arrow from x to ×.
  compute() {
    const { CIRCLES, FORWARD, BACKWARD } = Graph, { values } = this;
    const entering = (name) => CIRCLES[name].from.map((other) => values[other]);
    for (const name of [...FORWARD, "L"]) values[name] = CIRCLES[name].value(...entering(name));
    this.gradients = {};
    const arriving = { L: 1 };
    for (const name of BACKWARD)
      CIRCLES[name].slopes(...entering(name)).forEach((slope, i) => {
        const from = CIRCLES[name].from[i];
        arriving[from] = this.gradients[from + name] = slope * arriving[name];
      });
    this.arriving = arriving;
  }

  // The circle that the last step was about, and whether it went backwards.
  get now() {
    const { FORWARD, BACKWARD } = Graph, back = this.step - FORWARD.length;
    return back > 0 ? [BACKWARD[back - 1], true] : [FORWARD[this.step - 1], false];
  }

  hasValue(name) { return this.step >= Graph.FORWARD.indexOf(name) + 1; }
  hasGradient(to) { return this.step - Graph.FORWARD.length > Graph.BACKWARD.indexOf(to); }

  // Say in a sentence what the last step did.
  words() {
    const { values: v, arriving: g } = this, n = short, inner = (number) => (number < 0 ? `(${n(number)})` : n(number));
    const [name, back] = this.now;
    if (this.step === 0) return "The four numbers in blue are given. Go forward to fill in the rest.";
    return {
      "×": back
        ? `The product hands each input what arrives, ${n(g["×"])}, times the other input: ${inner(v.w)} · ${inner(g["×"])} = ${n(g.x)} for x, ${inner(v.x)} · ${inner(g["×"])} = ${n(g.w)} for w.`
        : `Forward: ${inner(v.x)} · ${inner(v.w)} = ${n(v["×"])}.`,
      "+": back
        ? `The plus has slope 1 for both inputs, so it passes ${n(g["+"])} on to both: the gradient of b is ${n(g.b)}.`
        : `Forward: ${n(v["×"])} + ${inner(v.b)} = ${n(v["+"])}.`,
      "−": back
        ? `The minus passes ${n(g["−"])} on to the plus and changes the sign for t: ${n(g.t)}.`
        : `Forward: ${n(v["+"])} − ${inner(v.t)} = ${n(v["−"])}.`,
      "( )²": back
        ? `The square’s slope is 2 · ${inner(v["−"])} = ${n(2 * v["−"])}, times the 1 that arrives: ${n(g["−"])}.`
        : `Forward: ${inner(v["−"])}² = ${n(v.L)}. This is the loss L.`,
      L: `Backward: if L grows by a little, L grows by exactly that much, so the first gradient is 1.`,
    }[name];
  }
}

// At most two decimals, and none that is a closing zero.
const short = (value) => page.number(value, 2).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

class GraphFigure {
  constructor(svg, graph) {
    Object.assign(this, { svg, graph });
    const { find } = page;
    find("#next").addEventListener("click", () => this.go(1));
    find("#previous").addEventListener("click", () => this.go(-1));
    find("#all").addEventListener("click", () => this.go(Graph.STEPS));
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.go(step);
    });
    find("#inputs").append(...["x", "w", "b", "t"].map((name) => this.input(name)));
    this.draw();
  }

  input(name) {
    const output = page.make("output", {}, short(this.graph.values[name]));
    const slider = page.make("input", { type: "range", id: `input-${name}`, min: -5, max: 5, step: 0.5, value: this.graph.values[name] });
    slider.addEventListener("input", () => {
      this.graph.values[name] = Number(slider.value);
      output.textContent = short(this.graph.values[name]);
      this.graph.compute();
      this.draw();
    });
    return page.make("label", {}, `${name} `, output, slider);
  }

  go(steps) {
    this.graph.step = Math.min(Math.max(this.graph.step + steps, 0), Graph.STEPS);
    this.draw();
  }

  draw() {
    const { graph, svg } = this, { make, find } = page, [now] = graph.now;
    const shapes = [], rows = [];
    for (const [name, { at: [x, y], from = [] }] of Object.entries(Graph.CIRCLES)) {
      for (const other of from) {
        const value = graph.hasValue(other) ? short(graph.values[other]) : "";
        const gradient = graph.hasGradient(name) ? short(graph.gradients[other + name]) : "";
        shapes.push(this.arrow(Graph.CIRCLES[other].at, [x, y], value, gradient));
        rows.push(make("tr", {}, make("td", {}, `${other} → ${name}`), make("td", {}, value || "–"), make("td", {}, gradient || "–")));
      }
    }
    for (const [name, { at: [x, y] }] of Object.entries(Graph.CIRCLES))
      shapes.push(make("g", { class: name === now ? "now" : "" },
        make("circle", { cx: x, cy: y, r: 26 }), make("text", { x, y: y + 7 }, name)));
    svg.replaceChildren(...shapes);
    find("#table").replaceChildren(...rows);
    find("#words").textContent = graph.words();
    find("#previous").disabled = graph.step === 0;
    find("#next").disabled = find("#all").disabled = graph.step === Graph.STEPS;
    find("#next").textContent = graph.step < Graph.FORWARD.length ? "Forward →" : "← Backward";
  }

  // An arrow from circle to circle: its value above it, its gradient below.
  arrow([x0, y0], [x1, y1], value, gradient) {
    const { make } = page, length = Math.hypot(x1 - x0, y1 - y0);
    const slant = Math.atan2(y1 - y0, x1 - x0), angle = slant * 180 / Math.PI, middle = length / 2;
    // The numbers stay upright: a long one needs more room next to a steep arrow.
    const away = (text) => 9 + 7 * Math.cos(slant) + 5.5 * text.length * Math.abs(Math.sin(slant));
    const beside = (side, kind, text) => make("text",
      { class: kind, y: 7, transform: `translate(${middle} ${side * away(text)}) rotate(${-angle})` }, text);
    return make("g", { transform: `translate(${x0} ${y0}) rotate(${angle})` },
      make("line", { class: "arrow", x1: 28, y1: 0, x2: length - 34, y2: 0 }),
      make("path", { class: "tip", d: `M${length - 27} 0l-11 -5v10z` }),
      beside(-1, "value", value), beside(1, "gradient", gradient));
  }
}

const figure = new GraphFigure(page.find("#graph"), new Graph({ x: 2, w: 3, b: -1, t: 4 }));
