// t-SNE in the page: shares of attention by perplexity, and springs between the points of a map.
"use strict";

class Tsne {
  static EARLY = 250; // steps in which everything pulls twelve times as hard
  static STEPS = 500;
  static RATE = 40;

  constructor(points, perplexity, seed) {
    this.N = points.length;
    this.P = Tsne.attention(points, perplexity);
    this.restart(seed);
  }

  restart(seed) {
    const rng = page.random(seed);
    this.Y = Float64Array.from({ length: 2 * this.N }, () => 2e-4 * (rng() - 0.5));
    this.v = new Float64Array(2 * this.N);
    this.steps = 0;
  }

  // Take over a map that has been walked already.
  finish(map) {
    this.Y = Float64Array.from(map.flat());
    this.steps = Tsne.STEPS;
  }

  // (7.3): the shares p of all pairs, (N, N) in a row; each beta is found by halving.
  static attention(points, perplexity) {
    const N = points.length, P = new Float64Array(N * N), target = Math.log(perplexity), d = new Float64Array(N);
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < N; j++) d[j] = i === j ? Infinity : points[i].reduce((sum, x, k) => sum + (x - points[j][k]) ** 2, 0);
      const nearest = d.reduce((a, b) => Math.min(a, b));
      let beta = 1, low = 0, high = Infinity;
      for (let turn = 0; turn < 40; turn++) {
        let sum = 0, weighted = 0; // of e^(−beta d), and of d times that
        for (let j = 0; j < N; j++) {
          if (i === j) continue;
          const share = Math.exp(-beta * (d[j] - nearest));
          P[i * N + j] = share;
          sum += share;
          weighted += share * (d[j] - nearest);
        }
        for (let j = 0; j < N; j++) P[i * N + j] /= sum;
        if (Math.log(sum) + beta * weighted / sum > target) low = beta; else high = beta; // the entropy
        beta = high === Infinity ? 2 * beta : (low + high) / 2;
      }
    }
    const both = new Float64Array(N * N);
    for (let i = 0; i < N; i++) for (let j = 0; j < N; j++) both[i * N + j] = (P[i * N + j] + P[j * N + i]) / (2 * N);
    return both;
  }

  // (7.6): the springs that pull and push every point; `pull` multiplies what p asks for.
  gradient(pull = 1) {
    const { N, P, Y } = this, gradient = new Float64Array(2 * N), w = this.w ??= new Float64Array(N * N);
    let sum = 0;
    for (let i = 0; i < N; i++)
      for (let j = 0; j < i; j++) {
        const far = (Y[2 * i] - Y[2 * j]) ** 2 + (Y[2 * i + 1] - Y[2 * j + 1]) ** 2;
        w[i * N + j] = 1 / (1 + far);
        sum += 2 * w[i * N + j];
      }
    for (let i = 0; i < N; i++)
      for (let j = 0; j < i; j++) {
        const share = w[i * N + j], spring = 4 * (pull * P[i * N + j] - share / sum) * share;
        const right = spring * (Y[2 * i] - Y[2 * j]), up = spring * (Y[2 * i + 1] - Y[2 * j + 1]);
        gradient[2 * i] += right;
        gradient[2 * i + 1] += up;
        gradient[2 * j] -= right;
        gradient[2 * j + 1] -= up;
      }
    return gradient;
  }

  // Gradient descent with momentum, as in section 7.
  step() {
    const early = this.steps < Tsne.EARLY, gradient = this.gradient(early ? 12 : 1), { Y, v } = this;
    for (let i = 0; i < Y.length; i++) {
      v[i] = (early ? 0.5 : 0.8) * v[i] - Tsne.RATE * gradient[i];
      Y[i] += v[i];
    }
    this.steps += 1;
  }
}

class TsneFigure {
  constructor() {
    const { find } = page;
    this.seed = 1;
    this.chosen = 0;
    find("#set").addEventListener("input", () => this.begin());
    find("#perplexity").addEventListener("input", () => { find("#perplexity-is").textContent = this.perplexity; });
    find("#perplexity").addEventListener("change", () => this.begin());
    find("#run").addEventListener("click", () => this.run(!this.running));
    find("#restart").addEventListener("click", () => { this.seed += 1; this.begin(); });
    page.hand(find("#map"), (event) => this.point(event), ([right, down]) => this.choose(this.chosen + right + 10 * down));
    this.begin();
    this.tsne.finish(this.set.map); // it opens with the digits at the end of a walk
    this.draw();
  }

  get perplexity() { return Number(page.find("#perplexity").value); }

  // New shares and a new start; goes on running if it ran.
  begin() {
    page.find("#perplexity-is").textContent = this.perplexity;
    this.set = page.data.sets[page.find("#set").value];
    this.tsne = new Tsne(this.set.points, this.perplexity, this.seed);
    this.draw();
  }

  // Walk 500 steps. Who asks for less motion sees the map at the end only.
  run(running) {
    clearTimeout(this.timer);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (running && !this.running && this.tsne.steps >= Tsne.STEPS) this.tsne.restart(this.seed);
    for (let i = 0; running && i < 5; i++) this.tsne.step();
    const done = this.tsne.steps >= Tsne.STEPS;
    this.running = running && !done;
    page.find("#run").textContent = this.running ? "Pause" : "Run";
    page.find("#run").setAttribute("aria-pressed", this.running);
    page.hush(this.running);
    if (!calm || !this.running) this.draw();
    if (this.running) this.timer = setTimeout(() => this.run(true), calm ? 0 : 10);
  }

  choose(n) {
    const { N } = this.tsne;
    this.chosen = (n + N) % N;
    this.draw();
  }

  point(event) {
    const [x, y] = this.plot.at(event), { Y, N } = this.tsne;
    const far = (n) => (Y[2 * n] - x) ** 2 + (Y[2 * n + 1] - y) ** 2;
    this.choose([...Array(N).keys()].reduce((best, n) => (far(n) < far(best) ? n : best), 0));
  }

  draw() {
    const { make, find } = page, { Y, P, N, steps } = this.tsne, { labels } = this.set, { chosen } = this;
    const half = 1.06 * Y.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
    const plot = this.plot = new Plot(find("#map"), { x: [-half, half], y: [-half, half], width: 440, height: 440, margin: 0 });
    const at = (n) => [Y[2 * n], Y[2 * n + 1]], all = [...Array(N).keys()];
    const friends = all.toSorted((a, b) => P[chosen * N + b] - P[chosen * N + a]).slice(0, 10);
    plot.svg.replaceChildren(
      ...friends.map((n) => plot.line([at(chosen), at(n)], { class: "spring" })),
      ...all.map((n) => (labels
        ? make("text", { class: `digit d${labels[n]}`, x: plot.px(Y[2 * n]), y: plot.py(Y[2 * n + 1]) + 3 }, labels[n])
        : plot.dot(...at(n), 2, { class: "noise" }))),
      plot.dot(...at(chosen), 7, { class: "chosen" }));
    const alike = labels && friends.filter((n) => labels[n] === labels[chosen]).length;
    find("#words").textContent = `Step ${steps} of ${Tsne.STEPS}, perplexity ${this.perplexity}. `
      + (labels ? `Point ${chosen} is a ${labels[chosen]}; of the ten that it pays most attention to, ${alike} are as well.`
        : `Point ${chosen} of the noise, and the ten that it pays most attention to.`);
  }
}

const figure = new TsneFigure();
