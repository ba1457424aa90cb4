// A network with one hidden layer, trained in the page on two classes of points.
//
// `Learner` is the network and its training; `MlpFigure` draws it. A hidden unit is a line of the
// plane, where w₁x₁ + w₂x₂ + b = 0. For one chosen point the figure also shows what runs through
// the network: its values on the way forward, its gradients on the way back.
"use strict";

class Learner {
  constructor(set, units, activation, seed) {
    const rng = page.random(seed);
    const linear = (inputs, outputs) => {
      const uniform = (length) => Float64Array.from({ length }, () => (2 * rng() - 1) / Math.sqrt(inputs));
      return new nn.Linear({
        weight: nn.batch(uniform(outputs * inputs), [outputs, inputs]),
        bias: nn.batch(uniform(outputs), [outputs]),
      });
    };
    this.first = linear(2, units);
    this.last = linear(units, 2);
    this.network = new nn.Sequential([this.first, new nn[activation](), this.last]);
    this.x = nn.batch(Float64Array.from(set.points.flat()), [set.points.length, 2]);
    this.labels = set.labels;
    this.steps = 0;
    this.look();
  }

  train(steps, rate) {
    for (let i = 0; i < steps; i++) nn.trainStep(this.network, this.x, this.labels, rate);
    this.steps += steps;
    this.look();
  }

  // Measure the loss and the share of right answers.
  look() {
    const scores = this.network.forward(this.x);
    this.loss = nn.crossEntropy(scores, this.labels).loss;
    const right = this.labels.filter((label, n) => (scores.data[2 * n + 1] > scores.data[2 * n]) === (label === 1));
    this.accuracy = right.length / this.labels.length;
  }

  // What runs through the network for one point: outputs forwards, deltas backwards.
  pass(n) {
    const { network } = this, point = nn.batch(this.x.data.slice(2 * n, 2 * n + 2), [1, 2]);
    const { loss, gradient } = nn.crossEntropy(network.forward(point), [this.labels[n]]);
    const outputs = network.outputs.map((output) => output.data);
    const deltas = [gradient];
    for (const layer of network.layers.slice(1).toReversed()) deltas.unshift(layer.backwardInput(deltas[0]));
    return { loss, outputs, deltas: deltas.map((delta) => delta.data) }; // of every layer's output
  }

  // The score of class 1 minus that of class 0, at many places.
  difference(places) {
    const scores = this.network.forward(nn.batch(Float64Array.from(places), [places.length / 2, 2]));
    return Float64Array.from({ length: places.length / 2 }, (_, n) => scores.data[2 * n + 1] - scores.data[2 * n]);
  }
}

class MlpFigure {
  static RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 1, 2, 5, 10];
  static GRID = 60; // the map is computed at 60 × 60 places
  static STEPS = 8; // of training between two pictures
  static SHOWS = {
    weights: "A line is a weight, a circle in the middle the bias of a hidden unit.",
    forward: "For the chosen point: a circle is what a unit says, a line the weight times what enters it.",
    backward: "For the chosen point: a circle is the gradient of the unit’s sum, a line the gradient of the weight: the circle on its right times what the unit on its left said.",
  };

  constructor() {
    const { find } = page;
    this.seed = 3;
    this.chosen = 0;
    this.view = "weights";
    for (const id of ["set", "activation", "units"]) find(`#${id}`).addEventListener("input", () => this.restart());
    find("#rate").addEventListener("input", () => this.draw());
    find("#restart").addEventListener("click", () => { this.seed += 1; this.restart(); });
    find("#step").addEventListener("click", () => { this.learner.train(1, this.rate); this.draw(); });
    find("#train").addEventListener("click", () => this.run(!this.running));
    find("#views").addEventListener("input", (event) => { this.view = event.target.value; this.draw(); });
    document.addEventListener("theme", () => this.draw());
    page.hand(find("#points"), (event) => this.point(event), ([right, down]) => {
      const count = this.set.labels.length;
      this.choose((this.chosen + right + 10 * down + count) % count);
    });
    this.restart();
  }

  get rate() { return MlpFigure.RATES[page.find("#rate").value]; }

  restart() {
    const value = (id) => page.find(`#${id}`).value;
    this.set = page.data.sets[value("set")];
    this.plot = new Plot(page.find("#points"), { ...this.set.range, margin: 0 });
    this.chosen = Math.min(this.chosen, this.set.labels.length - 1);
    this.learner = new Learner(this.set, Number(value("units")), value("activation"), this.seed);
    this.draw();
  }

  // Train until told to stop. Who asks for less motion gets 500 steps and one picture.
  run(running) {
    clearTimeout(this.timer);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.running = running && !calm;
    page.find("#train").textContent = this.running ? "Pause" : "Train";
    page.find("#train").setAttribute("aria-pressed", this.running);
    page.hush(this.running);
    if (!running) return;
    this.learner.train(calm ? 500 : MlpFigure.STEPS, this.rate);
    this.draw();
    if (this.running) this.timer = setTimeout(() => this.run(true), 20);
  }

  choose(n) { this.chosen = n; this.draw(); }

  point(event) {
    const [x, y] = this.plot.at(event);
    const far = ([u, v]) => (u - x) ** 2 + (v - y) ** 2;
    const { points } = this.set;
    this.choose(points.reduce((best, point, n) => (far(point) < far(points[best]) ? n : best), 0));
  }

  draw() {
    const { find, number } = page, { learner } = this;
    find("#units-is").textContent = find("#units").value;
    find("#rate-is").textContent = this.rate;
    find("#words").textContent =
      `Step ${learner.steps}: loss ${number(learner.loss)}, ${page.percent(learner.accuracy)} of the points right.`;
    this.drawMap();
    this.drawPoints();
    const pass = learner.pass(this.chosen);
    this.drawNetwork(pass);
    this.describe(pass);
  }

  drawMap() {
    const size = MlpFigure.GRID, { plot } = this, places = [];
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++)
        places.push(plot.x[0] + (column + 0.5) / size * (plot.x[1] - plot.x[0]), plot.y[1] - (row + 0.5) / size * (plot.y[1] - plot.y[0]));
    this.scores = this.learner.difference(places);
    const canvas = Object.assign(page.find("#map"), { width: size, height: size });
    const context = canvas.getContext("2d"), pixels = context.createImageData(size, size), tint = page.tints("one", "two");
    this.scores.forEach((score, i) => pixels.data.set([...tint(-0.45 * Math.tanh(score / 2)), 255], 4 * i));
    context.putImageData(pixels, 0, 0);
  }

  // The border: where neighbouring places of the map have scores of different sign.
  border() {
    const size = MlpFigure.GRID, { plot, scores } = this, pieces = [];
    const u = (column) => (column + 0.5) / size * plot.width, v = (row) => (row + 0.5) / size * plot.height;
    for (let row = 0; row + 1 < size; row++)
      for (let column = 0; column + 1 < size; column++) {
        const corners = [[row, column], [row, column + 1], [row + 1, column + 1], [row + 1, column]];
        const value = corners.map(([r, c]) => scores[r * size + c]), cuts = [];
        for (let k = 0; k < 4; k++) {
          const next = (k + 1) % 4;
          if ((value[k] > 0) === (value[next] > 0)) continue;
          const share = value[k] / (value[k] - value[next]), mix = (a) => corners[k][a] + share * (corners[next][a] - corners[k][a]);
          cuts.push(`${u(mix(1)).toFixed(1)} ${v(mix(0)).toFixed(1)}`);
        }
        for (let k = 0; k + 1 < cuts.length; k += 2) pieces.push(`M${cuts[k]}L${cuts[k + 1]}`);
      }
    return page.make("path", { class: "border", d: pieces.join("") });
  }

  // Where a hidden unit's sum w₁x₁ + w₂x₂ + b is 0: a line, drawn far beyond the picture.
  unitLine(o) {
    const [w1, w2] = this.learner.first.weight.data.slice(2 * o, 2 * o + 2), b = this.learner.first.bias.data[o];
    const size = w1 * w1 + w2 * w2, foot = [-b * w1 / size, -b * w2 / size], along = 9 / Math.sqrt(size);
    return this.plot.line([-along, along].map((t) => [foot[0] - t * w2, foot[1] + t * w1]), { class: "unit" });
  }

  drawPoints() {
    const { points, labels } = this.set, { plot } = this;
    const units = [...this.learner.first.bias.data.keys()].map((o) => this.unitLine(o));
    const order = [...points.keys()].filter((n) => n !== this.chosen).concat(this.chosen); // the chosen one on top
    plot.svg.replaceChildren(...units, this.border(), ...order.map((n) => {
      const name = labels[n] ? "two" : "one", chosen = n === this.chosen;
      return plot.mark(...points[n], labels[n], chosen ? 6.5 : 3.6, { class: chosen ? `${name} chosen` : name });
    }));
  }

  // What the circles of the three layers and the lines between them show in this view.
  numbers({ outputs, deltas }) {
    const { first, last } = this.learner, units = first.bias.data.length;
    const line = (layer, f) => Float64Array.from(layer.weight.data, (w, k) => f(w, Math.floor(k / layer.weight.shape[1]), k % layer.weight.shape[1]));
    if (this.view === "weights") return [new Float64Array(2), first.weight.data, first.bias.data, last.weight.data, last.bias.data];
    if (this.view === "forward") {
      const [x, , h, scores] = outputs;
      return [x, line(first, (w, o, i) => w * x[i]), h, line(last, (w, o, i) => w * h[i]), scores];
    }
    const [x, , h] = outputs, [sums, , scores] = deltas;
    return [new Float64Array(2), line(first, (w, o, i) => sums[o] * x[i]), sums.slice(0, units), line(last, (w, o, i) => scores[o] * h[i]), scores];
  }

  drawNetwork(pass) {
    const { make, find } = page, tint = page.tints(), shapes = [];
    const numbers = this.numbers(pass), units = numbers[2].length;
    const largest = (data) => data.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
    const colour = (share) => `rgb(${tint(share).join(" ")})`;
    const y = (k, count) => 30 + (k + 0.5) / count * 270, columns = [40, 160, 280], counts = [2, units, 2];
    [1, 3].forEach((which, layer) => {
      const most = largest(numbers[which]), inputs = counts[layer];
      numbers[which].forEach((value, k) => {
        const share = value / most, [o, i] = [Math.floor(k / inputs), k % inputs];
        shapes.push(make("line", { x1: columns[layer], y1: y(i, inputs), x2: columns[layer + 1], y2: y(o, counts[layer + 1]), stroke: colour(share), "stroke-width": 0.6 + 4 * Math.abs(share) }));
      });
    });
    [0, 2, 4].forEach((which, layer) => {
      const most = largest(numbers[which]), radius = layer === 1 ? Math.min(13, 120 / units) : 17;
      numbers[which].forEach((value, k) => shapes.push(
        make("circle", { cx: columns[layer], cy: y(k, counts[layer]), r: radius, fill: colour(value / most) })));
    });
    ["x₁", "x₂"].forEach((name, k) => shapes.push(make("text", { class: "name", x: 12, y: y(k, 2) + 4 }, name)));
    ["0", "1"].forEach((name, k) => shapes.push(make("text", { class: "name", x: 308, y: y(k, 2) + 4 }, name)));
    ["input", "hidden units", "scores"].forEach((name, k) => shapes.push(make("text", { class: "name", x: columns[k], y: 14 }, name)));
    find("#network").replaceChildren(...shapes);
    find("#network").setAttribute("aria-label", `The network: 2 inputs, ${units} hidden units, 2 scores, with its ${this.view}`);
    find("#shows").textContent = MlpFigure.SHOWS[this.view];
  }

  // The chosen point in words, and the hidden units in a table.
  describe({ loss, outputs, deltas }) {
    const { make, find, number } = page, { points, labels } = this.set, { first } = this.learner;
    const [x, y] = points[this.chosen], scores = deltas[2], truth = labels[this.chosen];
    const p = 1 - Math.abs(scores[truth]); // p − y is p − 1 at the label
    find("#chosen").textContent = `Point ${this.chosen}, (${number(x, 2)}, ${number(y, 2)}), is of class ${truth}; the network gives that class ${page.percent(p)}, so its loss is ${number(loss)}. `
      + `What goes back is p − y = (${number(scores[0])}, ${number(scores[1])}), and every gradient follows from it.`;
    find("#table").replaceChildren(...[...first.bias.data.keys()].map((o) => make("tr", {},
      ...[o, number(first.weight.data[2 * o]), number(first.weight.data[2 * o + 1]), number(first.bias.data[o]), number(outputs[2][o]), number(deltas[0][o], 4)]
        .map((text) => make("td", {}, text)))));
  }
}

const figure = new MlpFigure();
