// A template of 5 × 5 numbers that slides over a digit: one window, one response, and all of them.
"use strict";

class Sliding {
  static K = 5;
  static PRESETS = {
    "a horizontal stroke": [-1, 0.5, 1, 0.5, -1].flatMap((row) => Array(5).fill(row)),
    "an upright stroke": Array(5).fill([-1, 0.5, 1, 0.5, -1]).flat(),
    "an edge, ink on the left": Array(5).fill([1, 1, 0, -1, -1]).flat(),
    "a blur": Array(25).fill(0.04),
    "one pixel": [...Array(25).keys()].map((k) => (k === 12 ? 1 : 0)),
  };

  constructor(image) {
    Object.assign(this, { image, stride: 1, padding: 0, h: 6, w: 14 });
    this.template = Float64Array.from(Sliding.PRESETS["a horizontal stroke"]);
    this.respond();
  }

  // (5.3) with one template and one channel: all responses, by the runtime's own layer.
  respond() {
    const { K } = Sliding, { stride, padding } = this;
    const layer = new nn.Conv2d({
      weight: nn.batch(this.template, [1, 1, K, K]), kernel: [K, K],
      stride: [stride, stride], padding: [padding, padding],
    });
    const { data, shape } = layer.forward(nn.batch(this.image, [1, 1, 28, 28]));
    Object.assign(this, { map: data, size: shape[2] });
    this.go(this.h, this.w);
  }

  // Put the window at response (h, w), or as near as there is one.
  go(h, w) {
    const inside = (place) => Math.min(Math.max(place, 0), this.size - 1);
    [this.h, this.w] = [inside(h), inside(w)];
  }

  get response() { return this.map[this.h * this.size + this.w]; }
}

class SlidingFigure {
  constructor(image) {
    const { find, make } = page;
    this.model = new Sliding(image);
    this.fields = [...this.model.template.keys()].map((k) => {
      const label = `row ${Math.floor(k / 5)}, column ${k % 5}`;
      const field = make("input", { type: "number", step: 0.5, min: -9, max: 9, "aria-label": label });
      field.addEventListener("input", () => this.edit(k, field));
      field.addEventListener("change", () => { field.value = this.model.template[k]; });
      return field;
    });
    find("#template").append(...this.fields);
    find("#presets").append(...Object.keys(Sliding.PRESETS).map((name) => make("option", {}, name)));
    find("#presets").addEventListener("input", () => this.take(Sliding.PRESETS[find("#presets").value]));
    for (const name of ["stride", "padding"])
      find(`#${name}`).addEventListener("input", (event) => this.set(name, Number(event.target.value)));
    const arrow = ([right, down]) => this.go(this.model.h + down, this.model.w + right);
    page.hand(find("#image"), (event) => this.dragWindow(event), arrow);
    page.hand(find("#map"), (event) => this.go(...this.cell(event, this.model.size)), arrow);
    document.addEventListener("theme", () => this.draw());
    this.take(this.model.template);
  }

  take(numbers) {
    this.model.template.set(numbers);
    this.fields.forEach((field, k) => { field.value = numbers[k]; });
    this.update();
  }

  // A number that is none counts as 0, and none is beyond ±9.
  edit(k, field) {
    this.model.template[k] = Math.min(Math.max(Number(field.value), -9), 9);
    this.update();
  }

  set(name, value) {
    this.model[name] = value;
    page.find(`#${name}-is`).textContent = value;
    this.update();
  }

  show(image) { this.model.image = image; this.update(); }

  update() { this.model.respond(); this.draw(); }

  go(h, w) { this.model.go(h, w); this.draw(); }

  // Row and column at which a hand points, on a canvas of so many cells a side.
  cell(event, cells) {
    const box = event.currentTarget.getBoundingClientRect();
    return [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width]
      .map((share) => Math.floor(share * cells));
  }

  // The pixel under the hand becomes the middle of the window.
  dragWindow(event) {
    const { padding, stride } = this.model;
    this.go(...this.cell(event, 28 + 2 * padding).map((place) => Math.round((place - 2) / stride)));
  }

  draw() {
    const { find, number } = page, { model } = this, { image, template, map, size, padding, stride, h, w } = model;
    const side = 28 + 2 * padding, padded = new Float64Array(side * side);
    image.forEach((pixel, i) => { padded[(Math.floor(i / 28) + padding) * side + i % 28 + padding] = pixel; });
    page.paint(find("#image"), padded.map((ink) => 1 - ink), side); // ink on paper, as in the book
    this.frame(find("#window"), h * stride, w * stride, Sliding.K, side);

    const tint = page.tints(), largest = (data) => data.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
    const strongest = largest(map), canvas = Object.assign(find("#map"), { width: size, height: size });
    const context = canvas.getContext("2d"), pixels = context.createImageData(size, size);
    map.forEach((value, i) => pixels.data.set([...tint(value / strongest), 255], 4 * i));
    context.putImageData(pixels, 0, 0);
    this.frame(find("#place"), h, w, 1, size);

    const heaviest = largest(template);
    this.fields.forEach((field, k) => { field.style.background = `rgb(${tint(0.3 * template[k] / heaviest).join(" ")})`; });
    find("#size").textContent = `${size} × ${size}`;
    const sum = `(28 + 2 · ${padding} − 5) / ${stride}`.replaceAll(" ", "\u00a0"); // on one line
    find("#words").textContent = `At row ${h}, column ${w} the response is ${number(model.response, 4)}, the sum of 25 products; `
      + `the strongest of all is ${number(strongest, 4)} in size. ${sum}, rounded down, plus 1 is ${size}.`;
  }

  frame(element, row, column, cells, side) {
    const share = (count) => `${100 * count / side}%`;
    Object.assign(element.style, { top: share(row), left: share(column), width: share(cells), height: share(cells) });
  }
}

const seven = Float64Array.from(page.data.image, (value) => value / 255);
const figure = new SlidingFigure(seven);
const pad = new Pad(page.find("#pad"), () =>
  figure.show(pad.isEmpty ? seven : Float64Array.from(prepare.drawing(pad.pixels()).data)));
page.find("#clear").addEventListener("click", () => pad.clear());
page.find("#undo").addEventListener("click", () => pad.undo());
