// From a picture to images like those of MNIST: the eleven steps of `lib.recognition`.
//
// An image is `{width, height, data}`: its numbers row by row. Comments here say what; why it is
// done so is said in the Python files of the same names.
"use strict";

const prepare = (() => {
  const image = (width, height, data) => ({
    width, height, data: data ?? new Float64Array(width * height),
  });
  const map = ({ width, height, data }, change) => image(width, height, data.map(change));
  function sum(numbers) { let total = 0; for (const value of numbers) total += value; return total; }
  function most(numbers) { let top = 0; for (const value of numbers) if (value > top) top = value; return top; }

  function median(numbers) {
    const own = Float64Array.from(numbers), half = own.length >> 1, upper = smallest(own, half);
    return own.length % 2 ? upper : (smallest(own, half - 1) + upper) / 2;
  }

  // Return the number that k others are smaller than, by Hoare's *quickselect*; reorders the numbers.
  function smallest(numbers, k) {
    let [low, high] = [0, numbers.length - 1];
    while (low < high) {
      const pivot = numbers[(low + high) >> 1];
      let [i, j] = [low, high];
      while (i <= j) {
        while (numbers[i] < pivot) i++;
        while (numbers[j] > pivot) j--;
        if (i <= j) { const other = numbers[i]; numbers[i++] = numbers[j]; numbers[j--] = other; }
      }
      if (k <= j) high = j; else if (k >= i) low = i; else break;
    }
    return numbers[k];
  }

  // Python rounds halves to the even neighbour.
  function round(value) {
    const down = Math.floor(value);
    return value - down === 0.5 ? down + (down % 2) : Math.round(value);
  }

  // -- resizing -----------------------------------------------------------------------------------

  // For each new pixel along an axis: the first old one that goes into it, and the weights from there.
  function weights(old, fresh) {
    const size = old / fresh; // of a new pixel, in old ones
    return Array.from({ length: fresh }, (_, k) => {
      if (size >= 1) { // the mean of the area it covers
        const from = Math.floor(k * size), to = Math.min(Math.ceil((k + 1) * size - 1e-9), old);
        const covered = (at) => (Math.min((k + 1) * size, at + 1) - Math.max(k * size, at)) / size;
        return [from, Array.from({ length: to - from }, (_, i) => covered(from + i))];
      }
      const middle = Math.min(Math.max((k + 0.5) * size - 0.5, 0), old - 1); // between two pixels
      const from = Math.floor(middle), part = middle - from;
      return [from, part > 0 ? [1 - part, part] : [1]];
    });
  }

  function resize({ width, height, data }, newWidth, newHeight) {
    const narrow = image(newWidth, height), result = image(newWidth, newHeight);
    weights(width, newWidth).forEach(([from, shares], x) => {
      for (let y = 0; y < height; y++) {
        let total = 0;
        for (let k = 0; k < shares.length; k++) total += shares[k] * data[y * width + from + k];
        narrow.data[y * newWidth + x] = total;
      }
    });
    weights(height, newHeight).forEach(([from, shares], y) => {
      for (let x = 0; x < newWidth; x++) {
        let total = 0;
        for (let k = 0; k < shares.length; k++) total += shares[k] * narrow.data[(from + k) * newWidth + x];
        result.data[y * newWidth + x] = total;
      }
    });
    return result;
  }

  // -- steps 1 and 2: reading, and grey --------------------------------------------------------------

  const SMALLEST = 320, LARGEST = 900;

  // Step 1: `pixels` is what a canvas gives, {width, height, data} with red, green, blue and opacity
  // in four bytes a pixel. The longer side becomes 320 to 900 pixels.
  function read(pixels) {
    const longer = Math.max(pixels.width, pixels.height);
    let scale = 1;
    if (longer > LARGEST) scale = LARGEST / longer;
    else if (longer < SMALLEST) scale = Math.ceil(SMALLEST / longer);
    if (scale === 1) return pixels;
    const [W, H] = [pixels.width, pixels.height].map((n) => Math.max(1, round(n * scale)));
    return bytesResized(bytesResized(pixels, W, false), H, true);
  }

  // Pillow, which reads for `lib`, shrinks by the mean of whole pixels: those whose middle is inside.
  function wholePixels(old, fresh) {
    const size = old / fresh;
    if (size < 1) return weights(old, fresh);
    return Array.from({ length: fresh }, (_, k) => {
      const [from, to] = [k, k + 1].map((edge) => Math.min(Math.floor(edge * size + 0.5), old));
      return [from, new Array(to - from).fill(1 / (to - from))];
    });
  }

  // Resize the bytes of a picture along one axis, and round to bytes again, as Pillow does.
  function bytesResized({ width, height, data }, fresh, down) {
    const [W, H] = down ? [width, fresh] : [fresh, height], step = down ? 4 * width : 4;
    const result = { width: W, height: H, data: new Uint8ClampedArray(4 * W * H) };
    wholePixels(down ? height : width, fresh).forEach(([from, shares], k) => {
      for (let other = 0; other < (down ? width : height); other++)
        for (let channel = 0; channel < 4; channel++) {
          let at = 4 * (down ? from * width + other : other * width + from) + channel, total = 0.5;
          for (let i = 0; i < shares.length; i++, at += step) total += shares[i] * data[at];
          result.data[4 * (down ? k * W + other : other * W + k) + channel] = Math.floor(total);
        }
    });
    return result;
  }

  // Step 2: how bright the eye finds each pixel.
  function grey({ width, height, data }) {
    let [drawn, opacity, least] = [0, 0, 1];
    for (let i = 0; i < data.length; i += 4) {
      const cover = data[i + 3] / 255;
      drawn += (data[i] + data[i + 1] + data[i + 2]) / 255 * cover;
      opacity += cover;
      if (cover < least) least = cover;
    }
    const brightInk = drawn / Math.max(3 * opacity, 1) > 0.5;
    const ground = brightInk && least < 0.5 ? 0 : 1; // what shows where nothing is
    const bright = image(width, height);
    for (let i = 0; i < bright.data.length; i++) {
      const at = 4 * i, cover = data[at + 3] / 255;
      const colour = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
      bright.data[i] = colour / 255 * cover + ground * (1 - cover);
    }
    return bright;
  }

  // -- steps 3 to 6: from brightness to ink ------------------------------------------------------------

  const COPY = 48, SOFT = 0.5, BINS = 256;

  // Step 3: compare with the paper, the median of a wide neighbourhood, taken in a small copy.
  function evenLight(bright) {
    const { width, height } = bright, longer = Math.max(width, height);
    const [w, h] = [width, height].map((n) => Math.max(1, round(n * COPY / longer)));
    const small = resize(bright, w, h), paper = image(w, h), reach = COPY / 4;
    const mirror = (at, size) => { // past the rim the picture comes back, as in a mirror
      const period = ((at % (2 * size)) + 2 * size) % (2 * size);
      return period < size ? period : 2 * size - 1 - period;
    };
    const window = new Float64Array((2 * reach + 1) ** 2);
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        let k = 0;
        for (let i = y - reach; i <= y + reach; i++) {
          const row = mirror(i, h) * w;
          for (let j = x - reach; j <= x + reach; j++) window[k++] = small.data[row + mirror(j, w)];
        }
        paper.data[y * w + x] = smallest(window, window.length >> 1);
      }
    const light = resize(paper, width, height).data;
    return map(bright, (value, i) => (value - light[i]) * (1 + SOFT) / (light[i] + SOFT));
  }

  // Step 4: ink is on the side with the longer tail, and becomes positive.
  function polarity(difference) {
    let cubes = 0;
    for (const value of difference.data) cubes += value * value * value;
    const sign = cubes > 0 ? 1 : -1;
    return map(difference, (value) => Math.max(sign * value, 0));
  }

  // Step 5: each pixel becomes a mean of itself and its neighbours, with weights 1, 2, 1.
  function denoise({ width, height, data }) {
    const rows = image(width, height), result = image(width, height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const above = data[Math.max(y - 1, 0) * width + x];
        const below = data[Math.min(y + 1, height - 1) * width + x];
        rows.data[y * width + x] = (above + 2 * data[y * width + x] + below) / 4;
      }
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const left = rows.data[y * width + Math.max(x - 1, 0)];
        const right = rows.data[y * width + Math.min(x + 1, width - 1)];
        result.data[y * width + x] = (left + 2 * rows.data[y * width + x] + right) / 4;
      }
    return result;
  }

  // Step 6: what is less than Otsu's threshold becomes 0, the median of the rest and more becomes 1.
  function threshold(ink) {
    const cut = otsu(ink.data), kept = ink.data.filter((value) => value > cut);
    if (!kept.length) return map(ink, () => 0);
    const full = median(kept);
    return map(ink, (value) => (value > cut ? Math.min(value / full, 1) : 0));
  }

  function otsu(values) {
    const top = Math.max(most(values), 1e-9), step = top / BINS, counts = new Float64Array(BINS);
    for (const value of values) counts[Math.min(Math.floor(value / step), BINS - 1)]++;
    const all = values.length;
    const total = counts.reduce((a, n, k) => a + n * (k + 0.5) * step, 0);
    let [n, below, best, cut] = [0, 0, -1, 0];
    for (let k = 0; k < BINS - 1; k++) {
      n += counts[k];
      below += counts[k] * (k + 0.5) * step;
      const difference = below / Math.max(n, 1) - (total - below) / Math.max(all - n, 1);
      const between = n * (all - n) * difference ** 2;
      if (between > best) { best = between; cut = (k + 1) * step; }
    }
    return cut;
  }

  // -- connected parts ---------------------------------------------------------------------------------

  // Return {labels, boxes, ink}: for each pixel the number of its part, 0 for none, and for each part
  // its box [top, left, bottom, right] and the sum of its pixels. Pixels that share a corner connect.
  function findParts(ink) {
    const { width, height, data } = ink, labels = new Int32Array(width * height), parent = [0];
    const root = (k) => {
      while (parent[k] !== k) { parent[k] = parent[parent[k]]; k = parent[k]; }
      return k;
    };
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = y * width + x;
        if (!(data[at] > 0)) continue;
        let own = 0;
        const meet = (label) => { // two parts that touch are one, named by the older
          if (!label) return;
          const other = root(label);
          if (!own) own = other;
          else if (own !== other) own = parent[Math.max(own, other)] = Math.min(own, other);
        };
        if (x > 0) meet(labels[at - 1]);
        if (y > 0) {
          if (x > 0) meet(labels[at - width - 1]);
          meet(labels[at - width]);
          if (x < width - 1) meet(labels[at - width + 1]);
        }
        if (!own) parent.push(own = parent.length);
        labels[at] = own;
      }
    return relabelled(ink, labels.map((label) => (label ? root(label) : 0)));
  }

  // Number parts from 1 in the order of their labels, and measure them.
  function relabelled(ink, labels) {
    const { width, height, data } = ink, number = new Int32Array(most(labels) + 1);
    for (const label of labels) number[label] = 1;
    number[0] = 0;
    let count = 0;
    for (let k = 1; k < number.length; k++) if (number[k]) number[k] = ++count;
    const boxes = Array.from({ length: count }, () => [Infinity, Infinity, 0, 0]);
    const fresh = new Int32Array(labels.length), amount = new Array(count).fill(0);
    for (let y = 0, at = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++) {
        const k = number[labels[at]];
        if (!k) continue;
        const box = boxes[k - 1];
        if (y < box[0]) box[0] = y;
        if (x < box[1]) box[1] = x;
        if (y >= box[2]) box[2] = y + 1;
        if (x >= box[3]) box[3] = x + 1;
        amount[k - 1] += data[at];
        fresh[at] = k;
      }
    return { labels: fresh, boxes, ink: amount, sizes: boxes.map(size) };
  }

  const size = ([top, left, bottom, right]) => Math.max(bottom - top, right - left);
  const heightOf = ([top, , bottom]) => bottom - top;
  const only = (ink, parts, keep) => map(ink, (value, at) => (keep[parts.labels[at] - 1] ? value : 0));

  // Each pixel of ink becomes a rectangle, so far up, down and aside.
  function widened({ width, height, data }, rows, columns) {
    const result = image(width, height), along = new Uint8Array(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0, last = -Infinity, next = -1; x < width; x++) {
        while (next < x + columns && next < width - 1) if (data[y * width + ++next] > 0) last = next;
        along[y * width + x] = last >= x - columns ? 1 : 0;
      }
    for (let x = 0; x < width; x++)
      for (let y = 0, last = -Infinity, next = -1; y < height; y++) {
        while (next < y + rows && next < height - 1) if (along[++next * width + x]) last = next;
        result.data[y * width + x] = last >= y - rows ? 1 : 0;
      }
    return result;
  }

  // -- step 7: away with lines of the paper, specks and the rim ------------------------------------------

  const THIN = 0.015, STRAIGHT = 1 / 16, SPAN = 0.9, GAP = 1 / 12, SPECK = 0.02;

  const clean = (ink) => withoutRim(withoutSpecks(withoutLines(ink)));

  function turned({ width, height, data }) {
    const result = image(height, width);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) result.data[x * height + y] = data[y * width + x];
    return result;
  }

  function withoutLines(ink) {
    const mask = map(ink, (value) => (value > 0 ? 1 : 0));
    const [across, n] = lines(mask), [down, m] = lines(turned(mask)), upright = turned(down);
    if (n + m <= 1) return ink; // a line never comes alone: a 1 is a line as well
    return map(ink, (value, at) => (across.data[at] || upright.data[at] ? 0 : value));
  }

  // Return the pixels of the lines from left to right, and how many lines there are.
  function lines(mask) {
    const { width } = mask, thickest = Math.max(3, THIN * Math.max(width, mask.height));
    const { data: above } = turned(runLengths(turned(mask))); // how many pixels of ink are above each other
    const straight = runLengths(widened(mask, 1, 0)).data, isThin = (at) => above[at] <= thickest;
    const pieces = map(mask, (value, at) =>
      (value && isThin(at) && straight[at] >= STRAIGHT * width ? 1 : 0));
    const closed = widened(pieces, 0, Math.floor(GAP * width)), found = findParts(closed);
    const long = found.boxes.map(([, left, , right]) => right - left > SPAN * width);
    const kept = only(closed, found, long).data;
    const pixels = map(mask, (value, at) => (value && kept[at] && isThin(at) ? 1 : 0));
    const usual = median(above.filter((_, at) => pixels.data[at])); // a stroke on a line is thicker
    return [map(pixels, (value, at) => (value && above[at] <= 2 * usual ? 1 : 0)), long.filter(Boolean).length];
  }

  // For each pixel of ink: how long the run of ink along its row is.
  function runLengths({ width, height, data }) {
    const result = image(width, height);
    for (let y = 0; y < height; y++)
      for (let x = 0, start = 0; x <= width; x++)
        if (x === width || !data[y * width + x]) {
          result.data.fill(x - start, y * width + start, y * width + x);
          start = x + 1;
        }
    return result;
  }

  function withoutSpecks(ink) {
    const parts = findParts(ink), least = SPECK * Math.max(ink.width, ink.height);
    return only(ink, parts, parts.sizes.map((each) => each >= least));
  }

  function withoutRim(ink) {
    const { width, height } = ink, parts = findParts(ink);
    const sides = [[0, 1, width], [(height - 1) * width, 1, width], [0, width, height], [width - 1, width, height]];
    const along = parts.sizes.map(() => 0);
    for (const [start, step, length] of sides) {
      const touched = parts.sizes.map(() => 0);
      for (let k = 0; k < length; k++) {
        const label = parts.labels[start + k * step];
        if (label) touched[label - 1]++;
      }
      touched.forEach((n, k) => { along[k] = Math.max(along[k], n); });
    }
    const inside = most(parts.sizes.filter((_, k) => along[k] === 0));
    if (inside < 0.05 * Math.max(width, height)) return ink;
    return only(ink, parts, parts.sizes.map((each, k) =>
      along[k] <= each / 3 && (along[k] === 0 || each <= 2 * inside)));
  }

  // -- step 8: which parts are digits, and in which order they are read ------------------------------------

  const TOUCH = 0.03, STACKED = 0.2, TALLEST = 1.6, SMALL = 0.45;

  // Return {labels, boxes, ink, sizes} of the digits alone, numbered as they are read.
  function choose(ink) {
    let parts = findParts(ink);
    if (!parts.ink.length) return parts;
    const reach = Math.max(1, round(TOUCH * usual(parts.sizes, parts.ink)));
    const mask = map(ink, (value) => (value > 0 ? 1 : 0)), joined = findParts(widened(mask, reach, reach));
    parts = relabelled(ink, joined.labels.map((label, at) => (mask.data[at] ? label : 0)));
    parts = joinedIfStacked(ink, parts);
    const least = SMALL * usual(parts.sizes, parts.ink);
    const large = parts.sizes.map((_, k) => k).filter((k) => parts.sizes[k] >= least);
    const number = parts.sizes.map(() => 0);
    readingOrder(large.map((k) => parts.boxes[k])).forEach((k, place) => { number[large[k]] = place + 1; });
    return relabelled(ink, parts.labels.map((label) => (label ? number[label - 1] : 0)));
  }

  // The median of the sizes, each counted as often as its part has ink.
  function usual(sizes, ink) {
    const order = sizes.map((_, k) => k).sort((a, b) => sizes[a] - sizes[b]), half = sum(ink) / 2;
    let total = 0;
    for (const k of order) if ((total += ink[k]) >= half) return sizes[k];
    return sizes[order.at(-1)];
  }

  function joinedIfStacked(ink, parts) {
    const tallest = TALLEST * usual(parts.boxes.map(heightOf), parts.ink);
    const gap = STACKED * usual(parts.sizes, parts.ink);
    for (let pair; (pair = firstStacked(parts.boxes, tallest, gap)); )
      parts = relabelled(ink, parts.labels.map((label) => (label === pair[1] + 1 ? pair[0] + 1 : label)));
    return parts;
  }

  // Two parts of which the second is right below the first, if there are any.
  function firstStacked(boxes, tallest, gap) {
    for (let a = 0; a < boxes.length; a++)
      for (let b = 0; b < boxes.length; b++) {
        const [top, left, bottom, right] = boxes[a], [under, west, floor, east] = boxes[b];
        const overlap = Math.min(right, east) - Math.max(left, west);
        const low = Math.max(bottom, floor) - top < tallest;
        const below = top <= under && under - bottom < gap;
        if (a !== b && below && low && overlap > Math.min(right - left, east - west) / 3) return [a, b];
      }
    return null;
  }

  // Line by line, each from left to right.
  function readingOrder(boxes) {
    const lines = [], mean = (line, side) => sum(line.map((k) => boxes[k][side])) / line.length;
    const order = boxes.map((_, k) => k);
    order.sort((a, b) => boxes[a][0] + boxes[a][2] - boxes[b][0] - boxes[b][2]);
    for (const k of order) {
      const line = lines.find((each) => {
        const [top, bottom] = [mean(each, 0), mean(each, 2)];
        const shared = Math.min(bottom, boxes[k][2]) - Math.max(top, boxes[k][0]);
        return shared > Math.min(bottom - top, heightOf(boxes[k])) / 2;
      });
      if (line) line.push(k); else lines.push([k]);
    }
    lines.sort((a, b) => mean(a, 0) + mean(a, 2) - mean(b, 0) - mean(b, 2));
    return lines.flatMap((line) => line.sort((a, b) => boxes[a][1] - boxes[b][1]));
  }

  // -- steps 9 to 11: from the ink of one digit to 28×28 -----------------------------------------------------

  const SIDE = 28, BOX = 20, FINE = 3, THINNEST = 2.8, UPRIGHT = 0.5;

  // Step 9: cut out the digit, and slant it back if it leans too far.
  function straighten(ink) {
    const cut = crop(ink), { width, height, data } = cut;
    const [row, column] = middle(cut);
    let [both, own, total] = [0, 0, 0];
    for (let y = 0, at = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++) {
        both += (y - row) * (x - column) * data[at];
        own += (y - row) ** 2 * data[at];
        total += data[at];
      }
    const slope = both / total / Math.max(own / total, 1e-9);
    const excess = slope - Math.min(Math.max(slope, -UPRIGHT), UPRIGHT);
    if (Math.abs(excess) * height < 1) return cut;
    const margin = Math.ceil(Math.abs(excess) * height), wide = image(width + 2 * margin, height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < wide.width; x++) { // each row moves to the side, between its pixels
        const from = x + excess * (y - row) - margin, left = Math.floor(from), part = from - left;
        const pixel = (at) => (at >= 0 && at < width ? data[y * width + at] : 0);
        wide.data[y * wide.width + x] = (1 - part) * pixel(left) + part * pixel(left + 1);
      }
    return crop(wide);
  }

  // The mean row and the mean column of the ink.
  function middle({ width, data }) {
    const total = sum(data);
    let [row, column] = [0, 0];
    data.forEach((value, at) => {
      row += Math.floor(at / width) * value / total;
      column += (at % width) * value / total;
    });
    return [row, column];
  }

  function crop({ width, height, data }) {
    let [top, left, bottom, right] = [height, width, 0, 0];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (data[y * width + x] > 0) {
          top = Math.min(top, y); bottom = y + 1;
          left = Math.min(left, x); right = Math.max(right, x + 1);
        }
    const result = image(right - left, bottom - top);
    for (let y = top; y < bottom; y++)
      result.data.set(data.subarray(y * width + left, y * width + right), (y - top) * result.width);
    return result;
  }

  function strokeWidth({ width, height, data }) {
    const half = most(data) / 2;
    const inside = (y, x) => y >= 0 && x >= 0 && y < height && x < width && data[y * width + x] > half;
    let [area, outline] = [0, 0];
    for (let y = 0; y <= height; y++)
      for (let x = 0; x <= width; x++) {
        area += inside(y, x);
        outline += (inside(y, x) !== inside(y - 1, x)) + (inside(y, x) !== inside(y, x - 1));
      }
    return 2 * area / (outline * Math.PI / 4);
  }

  // Step 10: the longer side becomes 20 pixels, and no stroke is thinner than MNIST's.
  function scale(ink) {
    const fine = fit(ink, FINE * BOX);
    const radius = round((FINE * THINNEST - strokeWidth(fine)) / 2);
    return fit(radius > 0 ? thicker(fine, radius) : fine, BOX);
  }

  function fit(ink, longer) {
    const cut = crop(ink), by = longer / Math.max(cut.width, cut.height);
    const small = resize(cut, ...[cut.width, cut.height].map((n) => Math.max(1, round(n * by))));
    const least = most(small.data) / 3, full = median(small.data.filter((value) => value > least));
    return map(small, (value) => Math.min(1, value / full));
  }

  // For each pixel the most ink within a disc.
  function thicker({ width, height, data }, radius) {
    const result = image(width + 2 * radius, height + 2 * radius);
    for (let i = -radius; i <= radius; i++)
      for (let j = -radius; j <= radius; j++)
        if (Math.hypot(i, j) <= radius)
          for (let y = 0; y < height; y++)
            for (let x = 0; x < width; x++) {
              const at = (y + radius + i) * result.width + x + radius + j;
              result.data[at] = Math.max(result.data[at], data[y * width + x]);
            }
    return result;
  }

  // Step 11: the centre of mass moves into the middle of 28×28.
  function centre(ink) {
    const { width, height, data } = ink, result = image(SIDE, SIDE), mean = middle(ink);
    const [top, left] = [height, width].map((n, axis) =>
      Math.min(Math.max(round((SIDE - 1) / 2 - mean[axis]), 0), SIDE - n));
    for (let y = 0; y < height; y++)
      result.data.set(data.subarray(y * width, (y + 1) * width), (top + y) * SIDE + left);
    return result;
  }

  // -- how well a digit can be seen ----------------------------------------------------------------------

  const GRADES = [[0.8, "Excellent"], [0.6, "Good"], [0.4, "Fair"], [0, "Poor"]];
  const ADVICE = {
    contrast: "use a darker pen, or more light",
    size: "write larger, or go closer",
    shape: "write one digit, with room around it",
    sharpness: "hold the camera still, and wait until it has focused",
  };

  // Judge a digit by its ink before the threshold; `mask` says where it is.
  function quality({ width, height, data }, mask) {
    const near = (values, y, x) => // past the rim the ink goes on
      values[Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1)];
    const inside = (y, x) => y >= 0 && x >= 0 && y < height && x < width && mask[y * width + x];
    const rises = [];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const around = inside(y - 1, x) && inside(y + 1, x) && inside(y, x - 1) && inside(y, x + 1);
        if (!inside(y, x) || around) continue;
        rises.push(Math.hypot(
          (near(data, y + 1, x) - near(data, y - 1, x)) / 2,
          (near(data, y, x + 1) - near(data, y, x - 1)) / 2));
      }
    const full = median(data.filter((_, at) => mask[at])), longer = Math.max(width, height);
    const edge = full / Math.max(median(rises), 1e-6); // pixels from paper to full ink
    const scores = {
      contrast: full / 0.3, size: longer / 60, shape: 2 - width / height,
      sharpness: 1.3 - 15 * edge / longer,
    };
    for (const name in scores) scores[name] = Math.min(Math.max(scores[name], 0), 1);
    const lowest = Object.keys(scores).reduce((a, b) => (scores[b] < scores[a] ? b : a));
    const grade = GRADES.find(([least]) => scores[lowest] >= least)[1];
    return { scores, lowest, score: scores[lowest], grade, advice: ADVICE[lowest] };
  }

  // -- all of it --------------------------------------------------------------------------------------------

  // Take a picture, as a canvas gives it, through the steps. Returns {pictures, digits}: what each of
  // steps 1 to 8 made of it, and for every digit its box, its last three pictures, its quality and the 784 numbers for the network.
  function prepared(pixels) {
    const pictures = {};
    pictures.grey = grey(pictures.read = read(pixels));
    pictures["even light"] = evenLight(pictures.grey);
    pictures.polarity = polarity(pictures["even light"]);
    pictures.noise = denoise(pictures.polarity);
    pictures.threshold = threshold(pictures.noise);
    pictures.clean = clean(pictures.threshold);
    const parts = choose(pictures.clean), { width, height } = pictures.clean;
    pictures.parts = image(width, height, Float64Array.from(parts.labels));
    const digits = parts.boxes.map((box, k) => {
      const mask = part(pictures.parts, box, (label) => (label === k + 1 ? 1 : 0));
      const ink = part(pictures.clean, box, (value, at) => value * mask.data[at]);
      const straight = straighten(ink), scaled = scale(straight);
      const seen = part(pictures.noise, box, (value) => value);
      return {
        box, quality: quality(seen, mask.data), image: centre(scaled).data,
        pictures: { straighten: straight, scale: scaled, centre: centre(scaled) },
      };
    });
    return { pictures, digits };
  }

  function part({ width, data }, [top, left, bottom, right], change) {
    const result = image(right - left, bottom - top);
    for (let y = top, at = 0; y < bottom; y++)
      for (let x = left; x < right; x++, at++) result.data[at] = change(data[y * width + x], at);
    return result;
  }

  // A single digit, drawn dark on a clean white pad: all that is left to do are the last steps.
  const drawing = (pixels) => centre(scale(crop(map(grey(pixels), (bright) => 1 - bright))));

  return { drawing, grey, prepared, resize };
})();
