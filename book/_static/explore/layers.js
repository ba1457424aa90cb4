// A network drawn layer by layer, with what every layer says about the picture at hand.
//
// Point at a number, by mouse, finger or arrow keys, and see how it came about: its arithmetic, and
// its receptive field, the part of the picture that it depends on.
"use strict";

class Layers {
  // With `paper` the picture that the frame lies over is dark on white, as on the pad.
  constructor(list, network, names, { paper = false } = {}) {
    Object.assign(this, { list, network, names, paper, chosen: null });
    network.forward(nn.batch(new Float64Array(784), [1, 1, 28, 28])); // to know every shape
    this.rows = network.layers.map((layer, index) => this.row(layer, index));
    this.picture = page.make("canvas", { class: `pixels${paper ? " paper" : ""}` });
    this.field = page.make("i");
    this.words = page.make("div", { role: "status" });
    const framed = page.make("span", { class: "framed", "aria-hidden": "true" }, this.picture, this.field);
    this.tip = page.make("div", { class: "tip", hidden: true }, framed, this.words);
    list.replaceChildren(...this.rows.map(({ item }) => item));
    list.after(this.tip);
    list.addEventListener("pointerleave", () => this.leave());
    list.addEventListener("keydown", (event) => { if (event.key === "Escape") this.leave(); });
    document.addEventListener("theme", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(list);
  }

  row(layer, index) {
    const shape = this.network.outputs[index + 1].shape.slice(1);
    const weights = (layer.weight?.data.length ?? 0) + (layer.bias?.data.length ?? 0);
    const label = `${layer.kind}, ${shape.join(" × ")} numbers; arrow keys move through them`;
    const canvas = page.make("canvas", { tabindex: 0, role: "application", "aria-label": label });
    canvas.addEventListener("pointermove", (event) => this.point(index, event));
    canvas.addEventListener("pointerdown", (event) => this.point(index, event));
    canvas.addEventListener("keydown", (event) => this.key(index, event));
    canvas.addEventListener("focus", () => { if (this.chosen?.index !== index) this.choose(index, 0); });
    canvas.addEventListener("blur", () => this.leave());
    const facts = [Layers.settings(layer), shape.join(" × "), weights && `${page.spaced(weights)} weights`];
    const item = page.make("li", {},
      page.make("div", { class: "head" }, page.make("b", {}, layer.kind),
        ...facts.filter(Boolean).map((fact) => page.make("span", { class: "muted" }, fact))),
      canvas);
    return { item, canvas, shape };
  }

  // Say in words what makes this layer different from others of its kind.
  static settings({ kind, kernel, stride, p, weight }) {
    if (kind === "Conv2d") return `${weight.shape[0]} templates of ${kernel.join("×")}`;
    if (kind.endsWith("Pool2d") && kernel) return `windows of ${kernel.join("×")}, step ${stride[0]}`;
    if (kind === "Dropout") return `${100 * p} % while learning, nothing now`;
    return "";
  }

  // How to lay a layer's numbers out: maps as tiles, a row of numbers as small squares.
  tiles({ shape: [channels, height = 1, width = 1] }) {
    const single = channels > 200 ? 7 : 12;
    const smallest = height > 14 ? 2 : height > 7 ? 3 : height > 3 ? 4 : height > 1 ? 7 : single;
    const gap = height > 1 ? 3 : 1, room = this.list.clientWidth + gap;
    // Maps that share one row grow with it, up to twice their size.
    const most = Math.floor((room / channels - gap) / width);
    const scale = height > 1 ? Math.min(Math.max(most, smallest), 2 * smallest) : smallest;
    const fit = Math.max(1, Math.floor(room / (width * scale + gap)));
    const rows = Math.ceil(channels / fit), columns = height > 1 ? Math.ceil(channels / rows) : Math.min(fit, channels);
    return { channels, height, width, scale, gap, columns, rows };
  }

  // Show the layers' outputs of the last forward pass.
  show() {
    const { data } = this.network.outputs[0];
    page.paint(this.picture, this.paper ? data.map((ink) => 1 - ink) : data, 28);
    this.draw();
    if (this.chosen) this.choose(this.chosen.index, this.chosen.place);
  }

  draw() {
    if (!this.list.clientWidth) return; // folded away: drawn when it is unfolded
    const tint = page.tints();
    this.rows.forEach((row, index) => {
      row.tiles = this.tiles(row);
      const { channels, height, width, scale, gap, columns, rows } = row.tiles;
      const { data } = this.network.outputs[index + 1], context = row.canvas.getContext("2d");
      row.canvas.width = columns * (width * scale + gap) - gap;
      row.canvas.height = rows * (height * scale + gap) - gap;
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
      for (let place = 0; place < data.length; place++) {
        context.fillStyle = `rgb(${tint(data[place] / largest).join(" ")})`;
        context.fillRect(...this.corner(row.tiles, place), scale, scale);
      }
      if (this.chosen?.index !== index) return;
      const [x, y] = this.corner(row.tiles, this.chosen.place);
      context.strokeStyle = page.colour("text");
      context.lineWidth = 2;
      context.strokeRect(x - 1, y - 1, scale + 2, scale + 2);
    });
  }

  leave() {
    this.chosen = null;
    this.tip.hidden = true;
    this.draw();
  }

  corner({ height, width, scale, gap, columns }, place) {
    const channel = Math.floor(place / (height * width)), pixel = place % (height * width);
    return [
      (channel % columns) * (width * scale + gap) + (pixel % width) * scale,
      Math.floor(channel / columns) * (height * scale + gap) + Math.floor(pixel / width) * scale,
    ];
  }

  point(index, event) {
    const { canvas, tiles } = this.rows[index], box = canvas.getBoundingClientRect();
    const { channels, height, width, scale, gap, columns } = tiles;
    const x = (event.clientX - box.left) * canvas.width / box.width;
    const y = (event.clientY - box.top) * canvas.height / box.height;
    const column = Math.floor(x / (width * scale + gap)), row = Math.floor(y / (height * scale + gap));
    const w = Math.floor((x - column * (width * scale + gap)) / scale);
    const h = Math.floor((y - row * (height * scale + gap)) / scale), channel = row * columns + column;
    if (w < 0 || h < 0 || w >= width || h >= height || channel >= channels || column >= columns) return;
    this.choose(index, (channel * height + h) * width + w);
  }

  key(index, event) {
    const { channels, height, width, columns } = this.rows[index].tiles;
    const size = height * width, place = this.chosen?.index === index ? this.chosen.place : 0;
    const channel = Math.floor(place / size), h = Math.floor(place % size / width), w = place % width;
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const [down, right] = moves[event.key] ?? [];
    if (right === undefined) return;
    event.preventDefault();
    // Past the rim of a map lies the next one.
    let next = channel, [y, x] = [h + down, w + right];
    if (x < 0 || x >= width) { next += right; x = (x + width) % width; }
    if (y < 0 || y >= height) { next += down * columns; y = (y + height) % height; }
    if (next >= 0 && next < channels) this.choose(index, next * size + y * width + x);
  }

  // Explain one number: where it looks, and how it is computed.
  choose(index, place) {
    this.chosen = { index, place };
    this.draw();
    const { tiles, item } = this.rows[index], size = tiles.height * tiles.width;
    const [channel, pixel] = [Math.floor(place / size), place % size];
    const [h, w] = [Math.floor(pixel / tiles.width), pixel % tiles.width];
    const where = size > 1 ? `map ${channel}, row ${h}, column ${w}` : `number ${channel}`;
    const last = index === this.rows.length - 1 ? `, the score of ${this.names[channel]}` : "";
    const [top, left, bottom, right] = nn.receptiveField(this.network, index, place);
    const share = (pixels) => `${pixels / 0.28}%`;
    Object.assign(this.field.style, {
      top: share(top), left: share(left), width: share(right - left), height: share(bottom - top),
    });
    const value = this.network.outputs[index + 1].data[place];
    this.words.replaceChildren(
      page.make("div", {}, page.make("b", {}, this.network.layers[index].kind), `, ${where}${last}: `,
        right - left > 1 || bottom - top > 1
          ? `depends on ${bottom - top} × ${right - left} pixels` : "depends on a single pixel"),
      page.make("code", {}, `${page.number(value)} = ${this.formula(index, channel, h, w, place)}`));
    this.tip.hidden = false;
    this.tip.style.top = `${item.offsetTop + item.offsetHeight}px`;
  }

  // Write down how a number was computed, its three largest terms if there are many.
  formula(index, channel, h, w, place) {
    const layer = this.network.layers[index], x = this.network.outputs[index];
    const number = page.number, input = x.data[place];
    if (layer.kind === "Conv2d" || layer.kind === "Linear") {
      const [O, K] = [layer.weight.shape[0], nn.count(layer.weight.shape.slice(1))];
      const terms = [];
      const add = (k, from) => {
        if (from >= 0 && x.data[from]) terms.push([layer.weight.data[channel * K + k], x.data[from]]);
      };
      if (layer.kind === "Conv2d") layer.eachPixel(0, h, w, add);
      else for (let k = 0; k < K; k++) add(k, k);
      terms.sort((a, b) => Math.abs(b[0] * b[1]) - Math.abs(a[0] * a[1]));
      const shown = terms.slice(0, 3).map(([t, v]) => `${number(t)} · ${number(v)}`);
      const more = terms.slice(3).reduce((sum, [t, v]) => sum + t * v, 0);
      if (terms.length > 3) shown.push(`${number(more)} from ${terms.length - 3} more products`);
      if (layer.bias) shown.push(`${number(layer.bias.data[channel])}, the bias`);
      return shown.join("  +  ") || "0, since all it looks at is 0";
    }
    if (layer.kind === "MaxPool2d" || layer.kind === "AvgPool2d") {
      const [, , , W] = x.shape, H = x.shape[2], seen = [];
      for (let i = 0; i < layer.kernel[0]; i++)
        for (let j = 0; j < layer.kernel[1]; j++)
          seen.push(x.data[(channel * H + h * layer.stride[0] + i) * W + w * layer.stride[1] + j]);
      return `the ${layer.kind === "MaxPool2d" ? "largest" : "mean"} of ${seen.map(number).join(", ")}`;
    }
    if (layer.kind === "GlobalAvgPool2d") return `the mean of the ${x.shape[2] * x.shape[3]} numbers of map ${channel}`;
    if (layer.kind.startsWith("BatchNorm"))
      return `${number(layer.scale[channel])} · ${number(input)}  +  ${number(layer.shift[channel])}`;
    if (layer.kind === "ReLU") return `max(0, ${number(input)})`;
    if (layer.kind === "LeakyReLU") return input > 0 ? number(input) : `${layer.negativeSlope} · ${number(input)}`;
    if (layer.kind === "Tanh") return `tanh(${number(input)})`;
    if (layer.kind === "Sigmoid") return `1 / (1 + exp(${number(-input)}))`;
    if (layer.kind === "Softmax") return `exp(${number(input)}) divided by the sum of all of these`;
    return `${number(input)}, unchanged`;
  }
}
