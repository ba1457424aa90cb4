// Draw on the ten templates of a linear model: each pixel times its weight, ten sums live.
"use strict";

page.begin(async () => {
  const { data, find, make, number } = page;
  const network = await nn.read(data.network), [linear] = network.layers.filter((layer) => layer.weight);
  const weights = [...Array(10).keys()].map((digit) => linear.weight.data.subarray(784 * digit, 784 * (digit + 1)));
  const largest = 0.5 * linear.weight.data.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  let image = new Float64Array(784), chosen = null, view = "weights";

  const tiles = weights.map((_, digit) => {
    const canvas = make("canvas", { width: 28, height: 28, "aria-hidden": "true" });
    const name = make("b", {}, digit), score = make("span", {});
    const button = make("button", { type: "button", "aria-pressed": "false" }, canvas, name, " ", score);
    for (const event of ["pointerenter", "focus", "click"])
      button.addEventListener(event, () => { chosen = digit; draw(); });
    return { button, canvas, score };
  });
  find("#tiles").append(...tiles.map(({ button }) => button));

  // The products of one digit: their sum above 0, their sum below 0.
  const parts = (digit) => image.reduce(([plus, minus], pixel, i) => {
    const product = pixel * weights[digit][i];
    return product > 0 ? [plus + product, minus] : [plus, minus + product];
  }, [0, 0]);

  function draw() {
    const tint = page.tints(), scores = network.forward(nn.batch(image, [1, 784])).data;
    const best = scores.indexOf(Math.max(...scores)), shown = chosen ?? best;
    tiles.forEach(({ button, canvas, score }, digit) => {
      const context = canvas.getContext("2d"), pixels = context.createImageData(28, 28);
      weights[digit].forEach((weight, i) => {
        const value = view === "weights" ? weight : weight * image[i];
        const ink = view === "weights" && image[i] > 0.5; // the drawing lies on the template
        pixels.data.set([...(ink ? tint(value / largest).map((c) => 0.55 * c) : tint(value / largest)), 255], 4 * i);
      });
      context.putImageData(pixels, 0, 0);
      score.textContent = number(scores[digit], 1);
      score.className = digit === best ? "best" : "";
      button.setAttribute("aria-pressed", digit === shown);
    });
    const [plus, minus] = parts(shown), bias = linear.bias.data[shown];
    find("#words").textContent = pad.isEmpty ? "Draw a digit: the ten sums change with every stroke. So far each is only its bias. Point at a template to see how its sum comes about."
      : `The ${shown}: what lies on red adds ${number(plus, 2)}, what lies on blue takes away ${number(-minus, 2)}, the bias is ${number(bias, 2)}. The score is ${number(scores[shown], 2)}. The largest of the ten is that of the ${best}.`;
    find("#undo").disabled = find("#clear").disabled = pad.isEmpty;
  }

  const pad = new Pad(find("#pad"), () => {
    image = pad.isEmpty ? new Float64Array(784) : Float64Array.from(prepare.drawing(pad.pixels()).data);
    draw();
  });
  find("#clear").addEventListener("click", () => { chosen = null; pad.clear(); });
  find("#undo").addEventListener("click", () => pad.undo());
  find("#views").addEventListener("input", (event) => { view = event.target.value; draw(); });
  document.addEventListener("theme", draw);
  draw();
});
