// The recogniser: a picture from anywhere, the eleven steps, a network, and what it thinks.
"use strict";

page.begin(async () => {
  const { data, find, make, percent } = page;
  const network = await nn.read(data.network), NAMES = [..."0123456789"];
  const bytes = new Uint8Array(await nn.unzip(data.digits.images)), { labels } = data.digits;
  const layers = new Layers(find("#layers"), network, [...NAMES, "no digit"]);

  const STEPS = [
    ["read", "Read", "upright, its longer side 320 to 900 pixels"],
    ["grey", "Grey", "how bright the eye finds each pixel"],
    ["even light", "Even light", "compared with the paper, the median of a wide neighbourhood"],
    ["polarity", "Polarity", "ink becomes bright, paper black"],
    ["noise", "Noise", "each pixel the mean of itself and its neighbours"],
    ["threshold", "Threshold", "Otsu’s threshold divides ink from paper"],
    ["clean", "Clean", "no lines of the paper, no specks, no rim"],
    ["parts", "Parts", "what hangs together, numbered as it is read"],
    ["straighten", "Straighten", "one digit, cut out, and slanted back if it leans"],
    ["scale", "Scale", "into 20 pixels, with strokes as wide as MNIST’s"],
    ["centre", "Centre", "its centre of mass in the middle of 28 × 28"],
  ];

  // What the page shows: the digits of a picture, and which of them is looked at.
  let state = { digits: [], chosen: 0 };

  // -- asking the network -------------------------------------------------------------------------

  const scores = (image) => network.forward(nn.batch(Float64Array.from(image), [1, 1, 28, 28]));
  const logs = (image) => nn.softmax(scores(image)).data.map(Math.log);

  // The nine views of test-time augmentation: the image moved by up to a pixel.
  function views(image) {
    const moves = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => [down, right]));
    return moves.map(([down, right]) => Float64Array.from(image, (_, at) => {
      const [y, x] = [Math.floor(at / 28) + down, (at % 28) + right];
      return x < 0 || y < 0 || x > 27 || y > 27 ? 0 : image[28 * y + x];
    }));
  }

  // Return the probability of each class; the temperature makes the network as sure as it is right.
  function probabilities(image, often = false) {
    const answers = (often ? views(image) : [image]).map(logs), K = answers[0].length;
    const mean = Float64Array.from({ length: K }, (_, k) =>
      answers.reduce((total, each) => total + each[k], 0) / answers.length / data.temperature);
    return nn.softmax(nn.batch(mean, [1, K])).data;
  }

  const best = (p) => p.slice(0, 10).reduce((top, value, k, all) => (value > all[top] ? k : top), 0);
  const isRefused = (p) => p[best(p)] < data.least;

  function refusal(digits) {
    const refused = digits.filter(({ p }) => isRefused(p)).length, count = digits.length;
    if (count === 0) return "Nothing is written on it.";
    if (2 * refused <= count) return "";
    if (count > 1) return `${refused} of ${count} marks on it look like no digit.`;
    const [top, left, bottom, right] = digits[0].box ?? [0, 0, 1, 1];
    return right - left > bottom - top
      ? "It looks like no digit, or like two that touch." : "It looks like no digit.";
  }

  // -- showing what it said -----------------------------------------------------------------------

  // Take over a new picture: {digits: [{image, box, quality, pictures}], pictures, label}.
  function show(next) {
    state = { chosen: 0, ...next };
    fail("");
    ask();
  }

  const HINTS = {
    "tab-draw": "Write a digit, or several: the answer comes while you draw.",
    "tab-upload": "Choose a picture of digits on paper: one digit, or several.",
    "tab-camera": "Hold the camera over digits on paper: one digit, or several.",
    "tab-dataset": "Choose an image.",
  };

  function nothing() {
    state = { digits: [], chosen: 0 };
    for (const id of ["text", "answer", "refusal", "quality", "chips", "closer", "photo"]) find(`#${id}`).hidden = true;
    find("#hint").textContent = HINTS[tabs.find((tab) => tab.tabIndex === 0).id];
    find("#hint").hidden = false;
    find("#pictures").replaceChildren();
    find("#nosteps").hidden = true;
  }

  function fail(sentence) {
    find("#error").textContent = sentence;
    find("#error").hidden = !sentence;
    if (sentence) nothing();
    find("#hint").hidden = Boolean(sentence);
  }

  function ask() {
    const { digits } = state;
    for (const digit of digits) digit.p = probabilities(digit.image, find("#tta").checked);
    const why = refusal(digits), several = digits.length > 1;
    find("#hint").hidden = true;
    find("#refusal").textContent = why && digits.length === 1 ? `${why} Of the ten, these come nearest:` : why;
    find("#refusal").hidden = !why;
    find("#text").hidden = Boolean(why) || !several;
    find("#text").textContent = digits.filter(({ p }) => !isRefused(p)).map(({ p }) => best(p)).join("");
    find("#chips").hidden = !several;
    find("#chips").replaceChildren(...digits.map(({ p }, k) => make("button", {
      type: "button", "aria-pressed": String(k === state.chosen), onclick: () => choose(k),
    }, isRefused(p) ? "?" : String(best(p)))));
    drawPhoto();
    choose(state.chosen);
  }

  function choose(k) {
    state.chosen = k;
    const digit = state.digits[k];
    [...find("#chips").children].forEach((chip, i) => chip.setAttribute("aria-pressed", String(i === k)));
    for (const id of ["answer", "closer"]) find(`#${id}`).hidden = !digit;
    find("#quality").hidden = !digit?.quality && !state.label;
    drawSteps();
    if (!digit) return;
    page.answer(find("#answer"), NAMES, digit.p.slice(0, 10));
    if (isRefused(digit.p)) find("#answer .said").textContent = "?";
    if (digit.quality) {
      const { grade, lowest, advice } = digit.quality;
      const helps = grade !== "Excellent" && (state.source !== "draw" || ["size", "shape"].includes(lowest));
      find("#quality").textContent = helps
        ? `Quality: ${grade}. What lowers it most is ${lowest}: ${advice}.` : `Quality: ${grade}.`;
    } else if (state.label) {
      const right = String(best(digit.p)) === state.label;
      find("#quality").textContent = `Its writer meant ${state.label}: ` + (isRefused(digit.p)
        ? `refused; its first choice, ${best(digit.p)}, would have been ${right ? "right" : "wrong"}.`
        : right ? "✓ right." : "✗ wrong.");
    }
    page.paint(find("#seen"), digit.image, 28);
    showVotes(digit);
    resetMap(digit);
    find("#epsilon").value = 0;
    fool();
    scores(digit.image);
    layers.show();
  }

  function showVotes({ image }) {
    const asked = find("#tta").checked;
    find("#divided").hidden = !asked || state.label && picked === data.divided;
    if (!asked) { find("#votes").textContent = "Moved by a pixel, it is asked again."; return; }
    const count = new Map();
    for (const view of views(image)) {
      const said = best(nn.softmax(scores(view)).data);
      count.set(said, (count.get(said) ?? 0) + 1);
    }
    const votes = [...count].sort((a, b) => b[1] - a[1]).map(([digit, n]) => `${n} × ${digit}`);
    find("#votes").textContent = `The votes: ${votes.join(", ")}.`;
  }

  function drawPhoto() {
    const { pictures, digits, source } = state, canvas = find("#photo");
    canvas.hidden = !pictures || (source === "draw" && digits.length < 2);
    if (canvas.hidden) return;
    const { width, height, data: bytes } = pictures.read;
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    context.putImageData(new ImageData(Uint8ClampedArray.from(bytes), width, height), 0, 0);
    const line = Math.max(width, height) / 150;
    context.lineWidth = line;
    context.font = `600 ${9 * line}px sans-serif`;
    for (const { box: [top, left, bottom, right], p } of digits) {
      context.strokeStyle = context.fillStyle = isRefused(p) ? "#8a8a8a" : "#d8741a";
      context.strokeRect(left - line, top - line, right - left + 2 * line, bottom - top + 2 * line);
      context.fillText(isRefused(p) ? "?" : best(p), left, top > 12 * line ? top - 3 * line : bottom + 10 * line);
    }
  }

  // The eleven pictures, drawn when somebody looks.
  function drawSteps() {
    const { pictures, digits, chosen } = state, digit = digits[chosen];
    find("#nosteps").hidden = Boolean(pictures) || !digit;
    if (!find("#steps").open) return;
    const all = pictures ? { ...pictures, ...digit?.pictures } : {};
    find("#pictures").replaceChildren(...STEPS.filter(([name]) => all[name]).map(([name, title, words]) => {
      const canvas = make("canvas", { role: "img", "aria-label": `${title}: ${words}` });
      paintStep(canvas, name, all[name]);
      if (["scale", "centre"].includes(name)) canvas.className = "pixels";
      const number = STEPS.findIndex(([each]) => each === name) + 1;
      return make("li", {}, canvas, make("p", {}, make("b", {}, `${number}. ${title}`), `, ${words}`));
    }));
  }

  const PARTS = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7"];

  function paintStep(canvas, name, { width, height, data: numbers }) {
    if (name === "read") {
      Object.assign(canvas, { width, height });
      return canvas.getContext("2d").putImageData(new ImageData(Uint8ClampedArray.from(numbers), width, height), 0, 0);
    }
    if (name === "parts") {
      page.paint(canvas, new Float64Array(width * height), width, height);
      const context = canvas.getContext("2d");
      numbers.forEach((label, at) => {
        if (!label) return;
        context.fillStyle = PARTS[(label - 1) % PARTS.length];
        context.fillRect(at % width, Math.floor(at / width), 1, 1);
      });
      return canvas;
    }
    let [low, high] = [0, 1]; // what is not between 0 and 1 is spread out to be seen
    if (["even light", "polarity", "noise"].includes(name))
      for (const value of numbers) { low = Math.min(low, value); high = Math.max(high === 1 ? 0 : high, value); }
    const spread = Math.max(high - low, 0.05);
    return page.paint(canvas, numbers.map((value) => (value - low) / spread), width, height);
  }

  // -- looking closer -----------------------------------------------------------------------------

  function resetMap({ image }) {
    state.run = null;
    page.paint(find("#map"), image.map((value) => value / 2), 28);
    find("#covered").textContent = "";
  }

  // Cover a patch of 6×6 at each of 14×14 places: where that costs the answer most, it was looked at.
  async function occlude() {
    const digit = state.digits[state.chosen], { image, p } = digit, run = (state.run = {});
    const answer = best(p), own = probabilities(image)[answer], drop = new Float64Array(196);
    for (let place = 0; place < 196; place++) {
      const [y, x] = [2 * Math.floor(place / 14) - 2, 2 * (place % 14) - 2], covered = Float64Array.from(image);
      for (let i = Math.max(y, 0); i < Math.min(y + 6, 28); i++)
        for (let j = Math.max(x, 0); j < Math.min(x + 6, 28); j++) covered[28 * i + j] = 0;
      drop[place] = Math.max(own - probabilities(covered)[answer], 0);
      if (place % 14 === 13) {
        await new Promise((done) => setTimeout(done)); // let the page breathe
        if (state.run !== run) return; // another digit has come
        drawMap(image, drop);
      }
    }
    scores(image);
    const most = Math.max(...drop);
    find("#covered").textContent = most < 0.01
      ? `Wherever it is covered, it stays a ${answer}.`
      : `Bright where the ${answer} needs it: there it loses up to ${percent(most, 0)}.`;
  }

  function drawMap(image, drop) {
    const canvas = page.paint(find("#map"), image.map((value) => value / 2), 28);
    const context = canvas.getContext("2d"), most = Math.max(...drop, 1e-9);
    drop.forEach((value, place) => {
      context.fillStyle = `rgb(255 176 0 / ${(80 * value / most).toFixed(0)}%)`;
      context.fillRect(2 * (place % 14), 2 * Math.floor(place / 14), 2, 2);
    });
  }

  // Add the direction that lowers the answer fastest, every pixel by the same amount.
  function fool() {
    const digit = state.digits[state.chosen], epsilon = Number(find("#epsilon").value);
    if (!digit) return;
    const answer = best(digit.p), before = scores(digit.image);
    const { gradient } = nn.crossEntropy(before, [answer]), slope = network.backwardInput(gradient).data;
    const attacked = Float64Array.from(digit.image, (value, i) =>
      Math.min(Math.max(value + epsilon * Math.sign(slope[i]), 0), 1));
    page.paint(find("#attacked"), attacked, 28);
    const p = probabilities(attacked);
    const said = isRefused(p) ? `no digit${isRefused(digit.p) ? "" : " any more"}` : `a ${best(p)}, ${percent(p[best(p)])}`;
    find("#fooled").textContent = epsilon === 0
      ? "Change every pixel a little, each the way that hurts."
      : `Every pixel changed by ${epsilon.toFixed(2)}: ${said}.`;
    scores(digit.image);
  }

  find("#tta").addEventListener("change", ask);
  find("#occlude").addEventListener("click", occlude);
  find("#epsilon").addEventListener("input", fool);
  find("#steps").addEventListener("toggle", drawSteps);

  // -- pictures from four places --------------------------------------------------------------------

  const tabs = [...document.querySelectorAll("[role=tab]")];

  function open(tab) {
    for (const each of tabs) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
      find(`#${each.getAttribute("aria-controls")}`).hidden = each !== tab;
    }
    stop();
    fail("");
    nothing();
    if (tab.id === "tab-draw" && !pad.isEmpty) drawn();
    find("#samples").hidden = !["tab-upload", "tab-camera"].includes(tab.id);
    if (tab.id === "tab-dataset") pick(picked);
  }

  tabs.forEach((tab, k) => {
    tab.addEventListener("click", () => open(tab));
    tab.addEventListener("keydown", ({ key }) => {
      const to = { ArrowRight: k + 1, ArrowLeft: k - 1, Home: 0, End: tabs.length - 1 }[key];
      if (to === undefined) return;
      const next = tabs.at(to % tabs.length);
      next.focus();
      open(next);
    });
  });

  // Draw: an answer at most ten times a second, so that the pen never waits.
  const THREE = [[100, 80], [130, 55], [170, 50], [205, 70], [205, 105], [175, 135], [145, 148], [185, 155], [220, 185], [215, 235], [170, 268], [120, 262], [92, 238]];
  let waiting = null;
  const pad = new Pad(find("#pad"), () => { waiting ??= setTimeout(drawn, 100); });
  function drawn() {
    clearTimeout(waiting);
    waiting = null;
    find("#undo").disabled = find("#clear").disabled = pad.isEmpty;
    if (pad.isEmpty) return nothing();
    show({ ...prepare.prepared(pad.pixels()), source: "draw" });
    if (!pad.isExample) return;
    find("#hint").textContent = "An example. Write over it: the answer comes while you draw.";
    find("#hint").hidden = false;
  }
  find("#clear").addEventListener("click", () => pad.clear());
  find("#undo").addEventListener("click", () => pad.undo());

  // Upload, drop, paste
  const MOST_PIXELS = 64e6;
  async function take(file) {
    let bitmap;
    try {
      bitmap = await createImageBitmap(file);
    } catch {
      const start = new Uint8Array(await file.slice(0, 12).arrayBuffer());
      const film = String.fromCharCode(...start.slice(4, 8)) === "ftyp";
      return fail(film
        ? `${file.name} is a HEIC picture or a film, which this browser does not read; save it as JPEG or PNG (iPhone: Settings, Camera, Formats, Most Compatible).`
        : `${file.name} is not a picture that this browser can read; save it as PNG or JPEG.`);
    }
    if (bitmap.width * bitmap.height > MOST_PIXELS)
      return fail(`${file.name} has ${bitmap.width} × ${bitmap.height} pixels, and this reads at most 64 million; make it smaller.`);
    look(bitmap, "upload");
  }

  function look(bitmap, source) {
    const canvas = make("canvas", { width: bitmap.width ?? bitmap.videoWidth, height: bitmap.height ?? bitmap.videoHeight });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0);
    show({ ...prepare.prepared(context.getImageData(0, 0, canvas.width, canvas.height)), source });
  }

  function taken(files) {
    const [file] = files ?? [];
    if (!file) return;
    open(find("#tab-upload"));
    take(file);
  }
  find("#file").addEventListener("change", ({ target }) => { taken(target.files); target.value = ""; });
  document.addEventListener("paste", ({ clipboardData }) => taken(clipboardData?.files));
  document.addEventListener("dragover", (event) => { event.preventDefault(); find("#drop").classList.add("over"); });
  document.addEventListener("dragleave", () => find("#drop").classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault(); // the browser would open the picture instead of this page
    find("#drop").classList.remove("over");
    taken(event.dataTransfer?.files);
  });

  // Made pictures, for who has none at hand
  find("#samples").append(...data.samples.map(([words, url]) => {
    const picture = make("img", { src: url, alt: "" });
    const take = async () => { stop(); look(await createImageBitmap(picture), "upload"); };
    return make("button", { type: "button", class: "sample", onclick: take }, picture, words);
  }));

  // Camera
  const video = find("#video");
  async function start() {
    try {
      if (!navigator.mediaDevices) throw new DOMException("", "NotFoundError");
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      await video.play();
    } catch (error) {
      return fail(error.name === "NotAllowedError"
        ? "The camera was refused: allow it in the browser’s settings for this page, or upload a picture."
        : "There is no camera that this page can use: upload a picture.");
    }
    fail("");
    nothing();
    video.hidden = find("#shoot").hidden = false;
    find("#start").hidden = true;
  }
  function stop() {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    video.hidden = find("#shoot").hidden = true;
    find("#start").hidden = false;
  }
  find("#start").addEventListener("click", start);
  find("#shoot").addEventListener("click", () => {
    const canvas = make("canvas", { width: video.videoWidth, height: video.videoHeight });
    canvas.getContext("2d").drawImage(video, 0, 0);
    stop();
    look(canvas, "camera");
  });

  // Data set
  const image = (k) => Float64Array.from(bytes.subarray(784 * k, 784 * (k + 1)), (value) => value / 255);
  let picked = 0;
  const radios = [...labels].map((label, k) => {
    const canvas = page.paint(make("canvas", { class: "pixels" }), image(k), 28);
    return make("button", {
      type: "button", role: "radio", "aria-checked": "false", tabindex: k ? -1 : 0,
      "aria-label": `Test image ${k + 1}, a ${label}`, onclick: () => pick(k),
    }, canvas);
  });
  find("#digits").append(...radios);
  find("#digits").addEventListener("keydown", (event) => {
    const columns = getComputedStyle(find("#digits")).gridTemplateColumns.split(" ").length;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (!step || !radios[picked + step]) return;
    event.preventDefault();
    pick(picked + step);
    radios[picked].focus();
  });
  function pick(k) {
    for (const radio of radios) {
      radio.setAttribute("aria-checked", String(radio === radios[k]));
      radio.tabIndex = radio === radios[k] ? 0 : -1;
    }
    picked = k;
    show({ digits: [{ image: image(k) }], label: labels[k] });
  }
  find("#divided").addEventListener("click", () => {
    picked = data.divided;
    open(find("#tab-dataset"));
    radios[picked].scrollIntoView({ block: "nearest" });
  });

  // -- how well it reads --------------------------------------------------------------------------

  find("#performance").hidden = data.records.length === 0;
  find("#records").append(...data.records.map(([what, how]) =>
    make("tr", {}, make("th", { scope: "row" }, what), make("td", {}, how))));
  pad.offer([THREE]);
  drawn();
});
