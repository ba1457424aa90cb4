// The plane of a dense autoencoder's codes: drag a point, and the decoder draws what is there.
"use strict";

// Black on white, as the lesson draws digits.
const ink = (image) => image.map((pixel) => 1 - pixel);

class Latent {
  constructor(encoder, decoder) {
    const { find } = page, { codes, range } = page.data;
    Object.assign(this, { encoder, decoder, own: null });
    this.plot = new Plot(find("#plane"), { ...range, margin: 0 });
    page.hand(find("#plane"), (event) => this.go(this.plot.at(event)), ([right, down], event) => {
      const step = (event.shiftKey ? 0.005 : 0.03) * (range.x[1] - range.x[0]);
      this.go([this.code[0] + right * step, this.code[1] - down * step]);
    });
    this.go(codes[0]);
  }

  decode(code) { return this.decoder.forward(nn.batch(Float64Array.from(code), [1, 2])).data; }

  encode(image) { return [...this.encoder.forward(nn.batch(image, [1, 784])).data]; }

  // Put the point at a code, inside the picture.
  go(code) {
    const { x, y } = page.data.range, inside = (value, [low, high]) => Math.min(Math.max(value, low), high);
    this.code = [inside(code[0], x), inside(code[1], y)];
    this.draw();
  }

  // Show where the encoder puts an image, and how well the decoder draws it from there.
  show(image) {
    this.own = image && this.encode(image);
    if (!image) return this.draw();
    this.go(this.own);
    const error = this.decode(this.own).reduce((sum, pixel, i) => sum + (pixel - image[i]) ** 2, 0) / 784;
    page.paint(page.find("#seen"), ink(image), 28);
    page.find("#own-words").textContent = `Your digit has the code (${this.own.map((z) => page.number(z, 2)).join(", ")}). Drawn again from these two numbers, it has a squared error of ${page.number(error, 4)} a pixel.`;
  }

  draw() {
    const { make, find, number } = page, { codes, labels } = page.data, { plot, code } = this;
    const own = this.own && [plot.px(this.own[0]), plot.py(this.own[1])];
    plot.svg.replaceChildren(
      ...codes.map(([x, y], n) => make("text", { class: `digit d${labels[n]}`, x: plot.px(x), y: plot.py(y) + 3 }, labels[n])),
      ...(own ? [make("path", { class: "own", d: `M${own[0]} ${own[1] - 11}l11 11l-11 11l-11 -11z` })] : []),
      plot.dot(...code, 8, { class: "code" }));
    page.paint(find("#drawn"), ink(this.decode(code)), 28);
    const far = codes.map(([x, y]) => Math.hypot(x - code[0], y - code[1]));
    const near = [...far.keys()].sort((a, b) => far[a] - far[b]).slice(0, 5);
    find("#words").textContent = `The code is (${code.map((z) => number(z, 2)).join(", ")}). The five nearest of ${codes.length} test images are ${near.map((n) => labels[n]).join(", ")}; the first is ${number(far[near[0]], 2)} away.`;
    find("#drawn").setAttribute("aria-label", `A drawing of 28 by 28 pixels, made from the code ${code.map((z) => number(z, 2)).join(", ")}`);
  }
}

let figure;
page.begin(async () => {
  figure = new Latent(await nn.read(page.data.encoder), await nn.read(page.data.decoder));
  const pad = new Pad(page.find("#pad"), () =>
    figure.show(pad.isEmpty ? null : Float64Array.from(prepare.drawing(pad.pixels()).data)));
  page.find("#clear").addEventListener("click", () => pad.clear());
  page.find("#undo").addEventListener("click", () => pad.undo());
});
