// From a picture to the 28×28 that a network of the course was trained on.
"use strict";

const prepare = (() => {
  const SIDE = 28, BOX = 20, FAINT = 0.2;

  // Return the prepared image of 784 numbers from 0 to 1, or null if there is nothing on the picture.
  function digit({ width, height, data }) {
    const rim = [];
    for (let x = 0; x < width; x++) rim.push(data[x], data[(height - 1) * width + x]);
    for (let y = 0; y < height; y++) rim.push(data[y * width], data[(y + 1) * width - 1]);
    rim.sort((a, b) => a - b);
    const paper = (rim[rim.length / 2 - 1] + rim[rim.length / 2]) / 2;
    let ink = data.map((value) => Math.abs(value - paper));
    const most = ink.reduce((a, b) => Math.max(a, b), 0);
    if (most === 0) return null;
    ink = ink.map((value) => value / most);
    let [top, left, bottom, right] = [height, width, 0, 0];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (ink[y * width + x] > FAINT) {
          top = Math.min(top, y); left = Math.min(left, x);
          bottom = Math.max(bottom, y + 1); right = Math.max(right, x + 1);
        }
    const size = [bottom - top, right - left];
    const [H, W] = size.map((n) => Math.max(1, Math.round(n * BOX / Math.max(...size))));
    const small = new Float64Array(H * W);
    const share = (from, to, cell) => Math.min(to, cell + 1) - Math.max(from, cell);
    for (let h = 0; h < H; h++)
      for (let w = 0; w < W; w++) {
        const [y0, y1] = [h, h + 1].map((v) => top + v * size[0] / H);
        const [x0, x1] = [w, w + 1].map((v) => left + v * size[1] / W);
        let sum = 0;
        for (let y = Math.floor(y0); y < y1; y++)
          for (let x = Math.floor(x0); x < x1; x++)
            sum += ink[y * width + x] * share(y0, y1, y) * share(x0, x1, x);
        small[h * W + w] = sum / ((y1 - y0) * (x1 - x0));
      }
    const largest = small.reduce((a, b) => Math.max(a, b), 0);
    const total = small.reduce((a, b) => a + b, 0);
    const middle = [0, 0];
    small.forEach((value, i) => {
      middle[0] += Math.floor(i / W) * value / total;
      middle[1] += (i % W) * value / total;
    });
    const [y, x] = [H, W].map((n, axis) =>
      Math.min(Math.max(Math.round((SIDE - 1) / 2 - middle[axis]), 0), SIDE - n));
    const image = new Float64Array(SIDE * SIDE);
    small.forEach((value, i) => {
      image[(y + Math.floor(i / W)) * SIDE + x + (i % W)] = value / largest;
    });
    return image;
  }

  return { digit };
})();
