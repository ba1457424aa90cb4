// A page of one's own: the reader's network, a pad to try it on, and how it came to be.
"use strict";

page.begin(async () => {
  const { data, find } = page, { names } = data;
  document.title = data.title;
  find("#title").textContent = data.title;
  find("#about").textContent = data.about;
  find("#result").textContent = data.result;

  const curves = Object.entries(data.curves);
  find("#learning").hidden = curves.length === 0 && !data.result;
  find("#curves").append(...curves.map(([title, lines]) => page.curve(title, lines)));

  const network = await nn.read(data.network);
  const layers = new Layers(find("#layers"), network, names, { paper: true });

  function changed() {
    const image = pad.isEmpty ? null : prepare.drawing(pad.pixels()).data, pixels = image ?? new Float64Array(784);
    find("#answer").hidden = !image;
    find("#hint").hidden = Boolean(image) && !pad.isExample;
    find("#undo").disabled = find("#clear").disabled = pad.isEmpty;
    page.paint(find("#seen"), pixels.map((ink) => 1 - ink), 28);
    const scores = network.forward(nn.batch(pixels, [1, 1, 28, 28]));
    const ends = network.layers.at(-1).kind;
    if (image) page.answer(find("#answer"), names, ends === "Softmax" ? scores.data : nn.softmax(scores).data);
    layers.show();
  }

  const pad = new Pad(find("#pad"), changed);
  find("#clear").addEventListener("click", () => pad.clear());
  find("#undo").addEventListener("click", () => pad.undo());
  if (data.example) pad.offer([data.example.map((place) => place.map((share) => share * Pad.SIZE))]);
  else changed();
});
