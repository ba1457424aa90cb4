// Networks in the browser: the layers of `lib.nn`, forwards and back, in plain JavaScript.
//
// A batch is `{data, shape}`: all numbers in one row, and how to fold it, such as [N, C, H, W].
// Every layer has `forward(x)`, which keeps what the way back needs, and `backwardInput(g)`, the
// gradient of the loss for the input. Layers behave as in evaluation: Dropout does nothing, and
// BatchNorm uses its running averages. `Linear` also has `backwardParams(g)`, so that networks
// of Linear layers and activations can be trained.
"use strict";

const nn = (() => {
  const count = (shape) => shape.reduce((product, size) => product * size, 1);
  const batch = (data, shape) => ({ data, shape });
  const empty = (shape) => batch(new Float64Array(count(shape)), shape);

  // y[o] = Σ_k T[o, k] x[k] for every row o of T. Four rows at a time: each number of x is then
  // read once for four products, and the processor can compute four sums side by side.
  function multiply(T, x, from, K, y, to, step, bias) {
    const O = T.length / K;
    let o = 0;
    for (; o + 3 < O; o += 4) {
      const a = o * K, b = a + K, c = b + K, d = c + K;
      let sumA = 0, sumB = 0, sumC = 0, sumD = 0;
      for (let k = 0; k < K; k++) {
        const value = x[from + k];
        sumA += T[a + k] * value;
        sumB += T[b + k] * value;
        sumC += T[c + k] * value;
        sumD += T[d + k] * value;
      }
      y[to + o * step] = sumA;
      y[to + (o + 1) * step] = sumB;
      y[to + (o + 2) * step] = sumC;
      y[to + (o + 3) * step] = sumD;
    }
    for (; o < O; o++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += T[o * K + k] * x[from + k];
      y[to + o * step] = sum;
    }
    if (bias) for (o = 0; o < O; o++) y[to + o * step] += bias[o];
  }

  // A layer that changes each number by itself: y = f(x), with the slope dy/dx from x and y.
  class Elementwise {
    forward(x) {
      this.x = x;
      this.y = batch(x.data.map((value) => this.value(value)), x.shape);
      return this.y;
    }
    backwardInput(g) {
      const { x, y } = this;
      return batch(g.data.map((value, i) => value * this.slope(x.data[i], y.data[i])), g.shape);
    }
  }

  class ReLU extends Elementwise {
    value(x) { return x > 0 ? x : 0; }
    slope(x) { return x > 0 ? 1 : 0; }
  }

  class LeakyReLU extends Elementwise {
    constructor({ negativeSlope }) { super(); this.negativeSlope = negativeSlope; }
    value(x) { return x > 0 ? x : this.negativeSlope * x; }
    slope(x) { return x > 0 ? 1 : this.negativeSlope; }
  }

  class Tanh extends Elementwise {
    value(x) { return Math.tanh(x); }
    slope(x, y) { return 1 - y * y; }
  }

  class Sigmoid extends Elementwise {
    value(x) { return 1 / (1 + Math.exp(-x)); }
    slope(x, y) { return y * (1 - y); }
  }

  // yᵢ = eˣⁱ / Σₖ eˣᵏ along the last axis  ⇒  ∂L/∂xⱼ = yⱼ (gⱼ − Σᵢ gᵢ yᵢ)
  class Softmax {
    forward(x) {
      this.y = empty(x.shape);
      const K = x.shape.at(-1), y = this.y.data;
      for (let row = 0; row < y.length; row += K) {
        const scores = x.data.subarray(row, row + K);
        const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity); // exp() stays finite
        let sum = 0;
        for (let k = 0; k < K; k++) sum += y[row + k] = Math.exp(scores[k] - largest);
        for (let k = 0; k < K; k++) y[row + k] /= sum;
      }
      return this.y;
    }
    backwardInput(g) {
      const K = g.shape.at(-1), y = this.y.data, gradient = empty(g.shape);
      for (let row = 0; row < y.length; row += K) {
        let sum = 0;
        for (let k = 0; k < K; k++) sum += g.data[row + k] * y[row + k];
        for (let k = 0; k < K; k++) gradient.data[row + k] = y[row + k] * (g.data[row + k] - sum);
      }
      return gradient;
    }
  }

  class Dropout {
    forward(x) { return x; }
    backwardInput(g) { return g; }
  }

  class Flatten {
    forward(x) {
      this.shape = x.shape;
      return batch(x.data, [x.shape[0], count(x.shape.slice(1))]);
    }
    backwardInput(g) { return batch(g.data, this.shape); }
  }

  // y = x Wᵀ + b  ⇒  ∂L/∂x = g W,  ∂L/∂W = gᵀ x,  ∂L/∂b = Σₙ gₙ
  class Linear {
    constructor({ weight, bias }) { Object.assign(this, { weight, bias }); }
    forward(x) {
      this.x = x;
      const [O, K] = this.weight.shape, N = x.shape[0], y = empty([N, O]);
      for (let n = 0; n < N; n++)
        multiply(this.weight.data, x.data, n * K, K, y.data, n * O, 1, this.bias?.data);
      return y;
    }
    backwardInput(g) {
      const [O, K] = this.weight.shape, W = this.weight.data, gradient = empty(this.x.shape);
      for (let n = 0; n < g.shape[0]; n++)
        for (let o = 0; o < O; o++)
          for (let k = 0; k < K; k++)
            gradient.data[n * K + k] += g.data[n * O + o] * W[o * K + k];
      return gradient;
    }
    backwardParams(g) {
      const [O, K] = this.weight.shape, x = this.x.data;
      for (const p of this.parameters()) p.grad ??= new Float64Array(p.data.length);
      for (let n = 0; n < g.shape[0]; n++)
        for (let o = 0; o < O; o++) {
          const share = g.data[n * O + o];
          for (let k = 0; k < K; k++) this.weight.grad[o * K + k] += share * x[n * K + k];
          if (this.bias) this.bias.grad[o] += share;
        }
    }
    parameters() { return this.bias ? [this.weight, this.bias] : [this.weight]; }
  }

  // y[o, h, w] = b[o] + Σ W[o] · the window of x at (h, w); each window is laid out in a line, and
  // then it is Linear. On the way back every window gets its share: ∂L/∂window = Wᵀ g.
  class Conv2d {
    constructor(layer) { Object.assign(this, layer); } // weight, bias, kernel, stride, padding
    forward(x) {
      this.x = x;
      const [N, C, H, W] = x.shape, [KH, KW] = this.kernel, [SH, SW] = this.stride;
      const [PH, PW] = this.padding, O = this.weight.shape[0];
      const Ho = Math.floor((H + 2 * PH - KH) / SH) + 1;
      const Wo = Math.floor((W + 2 * PW - KW) / SW) + 1;
      const y = empty([N, O, Ho, Wo]), K = C * KH * KW, line = new Float64Array(K);
      for (let n = 0; n < N; n++)
        for (let h = 0; h < Ho; h++)
          for (let w = 0; w < Wo; w++) {
            this.eachPixel(n, h, w, (k, place) => { line[k] = place < 0 ? 0 : x.data[place]; });
            const to = n * O * Ho * Wo + h * Wo + w;
            multiply(this.weight.data, line, 0, K, y.data, to, Ho * Wo, this.bias?.data);
          }
      return y;
    }
    // Call visit(place in the line, place in x or -1 in the padding) for a window's pixels.
    eachPixel(n, h, w, visit) {
      const [, C, H, W] = this.x.shape, [KH, KW] = this.kernel;
      const top = h * this.stride[0] - this.padding[0], left = w * this.stride[1] - this.padding[1];
      let k = 0;
      for (let c = 0; c < C; c++)
        for (let i = top; i < top + KH; i++)
          for (let j = left; j < left + KW; j++, k++)
            visit(k, i < 0 || j < 0 || i >= H || j >= W ? -1 : ((n * C + c) * H + i) * W + j);
    }
    backwardInput(g) {
      const [N, O, Ho, Wo] = g.shape, T = this.weight.data, K = T.length / O;
      const gradient = empty(this.x.shape), line = new Float64Array(K);
      for (let n = 0; n < N; n++)
        for (let h = 0; h < Ho; h++)
          for (let w = 0; w < Wo; w++) {
            line.fill(0);
            for (let o = 0; o < O; o++) {
              const share = g.data[((n * O + o) * Ho + h) * Wo + w];
              if (share) for (let k = 0; k < K; k++) line[k] += share * T[o * K + k];
            }
            this.eachPixel(n, h, w, (k, place) => { if (place >= 0) gradient.data[place] += line[k]; });
          }
      return gradient;
    }
  }

  // What both pooling layers share: their windows.
  class Pool2d {
    constructor(layer) { Object.assign(this, layer); } // kernel, stride
    forward(x) {
      const [N, C, H, W] = x.shape, [KH, KW] = this.kernel, [SH, SW] = this.stride;
      const Ho = Math.floor((H - KH) / SH) + 1, Wo = Math.floor((W - KW) / SW) + 1;
      this.x = x;
      const y = empty([N, C, Ho, Wo]);
      for (let image = 0, to = 0; image < N * C; image++)
        for (let h = 0; h < Ho; h++)
          for (let w = 0; w < Wo; w++, to++)
            y.data[to] = this.summary(x.data, (image * H + h * SH) * W + w * SW, W, to);
      return y;
    }
  }

  // y = max of the window  ⇒  ∂y/∂x is 1 at the winner (the first, if several are equal)
  class MaxPool2d extends Pool2d {
    forward(x) { this.winners = []; return super.forward(x); }
    summary(x, corner, W, to) {
      let best = corner;
      for (let i = 0; i < this.kernel[0]; i++)
        for (let j = 0; j < this.kernel[1]; j++)
          if (x[corner + i * W + j] > x[best]) best = corner + i * W + j;
      this.winners[to] = best;
      return x[best];
    }
    backwardInput(g) {
      const gradient = empty(this.x.shape);
      g.data.forEach((share, i) => { gradient.data[this.winners[i]] += share; });
      return gradient;
    }
  }

  // y = the mean of the window's K numbers  ⇒  ∂y/∂x = 1/K at each of them
  class AvgPool2d extends Pool2d {
    forward(x) { this.corners = []; return super.forward(x); }
    summary(x, corner, W, to) {
      let sum = 0;
      for (let i = 0; i < this.kernel[0]; i++)
        for (let j = 0; j < this.kernel[1]; j++) sum += x[corner + i * W + j];
      this.corners[to] = corner;
      return sum / count(this.kernel);
    }
    backwardInput(g) {
      const gradient = empty(this.x.shape), W = this.x.shape[3], K = count(this.kernel);
      g.data.forEach((share, at) => {
        for (let i = 0; i < this.kernel[0]; i++)
          for (let j = 0; j < this.kernel[1]; j++)
            gradient.data[this.corners[at] + i * W + j] += share / K;
      });
      return gradient;
    }
  }

  // y = the mean of each channel  ⇒  ∂y/∂x = 1/(H·W)
  class GlobalAvgPool2d {
    forward(x) {
      this.shape = x.shape;
      const [N, C, H, W] = x.shape, y = empty([N, C]);
      x.data.forEach((value, i) => { y.data[Math.floor(i / (H * W))] += value / (H * W); });
      return y;
    }
    backwardInput(g) {
      const pixels = this.shape[2] * this.shape[3], gradient = empty(this.shape);
      for (let i = 0; i < gradient.data.length; i++)
        gradient.data[i] = g.data[Math.floor(i / pixels)] / pixels;
      return gradient;
    }
  }

  // In evaluation a channel c becomes γ (x − m) / √(v + ε) + β, with four fixed numbers.
  class BatchNorm {
    constructor({ weight, bias, running_mean, running_var, eps }) {
      this.scale = weight.data.map((gamma, c) => gamma / Math.sqrt(running_var.data[c] + eps));
      this.shift = bias.data.map((beta, c) => beta - running_mean.data[c] * this.scale[c]);
    }
    perChannel(x, change) {
      const [, C, ...rest] = x.shape, pixels = count(rest);
      return batch(x.data.map((value, i) => change(value, Math.floor(i / pixels) % C)), x.shape);
    }
    forward(x) { return this.perChannel(x, (value, c) => value * this.scale[c] + this.shift[c]); }
    backwardInput(g) { return this.perChannel(g, (value, c) => value * this.scale[c]); }
  }

  class Sequential {
    constructor(layers) { this.layers = layers; }
    // `outputs` keeps what every layer said, the input first, for those who want to look inside.
    forward(x) {
      this.outputs = [x];
      for (const layer of this.layers) this.outputs.push(layer.forward(this.outputs.at(-1)));
      return this.outputs.at(-1);
    }
    backwardInput(g) {
      for (const layer of this.layers.toReversed()) g = layer.backwardInput(g);
      return g;
    }
    // Both halves of backward; the lowest layer with weights has no layer below to tell.
    backward(g) {
      const lowest = this.layers.findIndex((layer) => layer.parameters);
      for (let i = this.layers.length - 1; i >= lowest; i--) {
        this.layers[i].backwardParams?.(g);
        if (i > lowest) g = this.layers[i].backwardInput(g);
      }
    }
    parameters() { return this.layers.flatMap((layer) => layer.parameters?.() ?? []); }
  }

  const softmax = (scores) => new Softmax().forward(scores);

  // L = −1/N Σₙ log p[n, label]  ⇒  ∂L/∂scores = (p − one-hot) / N
  function crossEntropy(scores, labels) {
    const [N, K] = scores.shape, gradient = softmax(scores);
    let loss = 0;
    labels.forEach((label, n) => {
      loss -= Math.log(gradient.data[n * K + label]) / N;
      gradient.data[n * K + label] -= 1;
    });
    gradient.data.forEach((value, i) => { gradient.data[i] = value / N; });
    return { loss, gradient };
  }

  // One step of stochastic gradient descent: forward, loss, backward, and w ← w − lr · ∂L/∂w.
  function trainStep(network, x, labels, lr) {
    const { loss, gradient } = crossEntropy(network.forward(x), labels);
    for (const p of network.parameters()) p.grad = new Float64Array(p.data.length);
    network.backward(gradient);
    for (const p of network.parameters())
      for (let i = 0; i < p.data.length; i++) p.data[i] -= lr * p.grad[i];
    return loss;
  }

  // Return [top, left, bottom, right] of the pixels that number `place` of layer `index` depends on.
  function receptiveField(network, index, place) {
    const size = ({ shape }) => (shape.length === 4 ? shape.slice(2) : null);
    const pixel = ([H, W]) => {
      const [h, w] = [Math.floor((place % (H * W)) / W), place % W];
      return [h, w, h + 1, w + 1];
    };
    const output = size(network.outputs[index + 1]);
    let field = output ? pixel(output) : null; // null while the way back runs through rows
    for (let i = index; i >= 0; i--) {
      const { kind, kernel, stride, padding = [0, 0] } = network.layers[i];
      const input = size(network.outputs[i]);
      if (kind === "Linear" || kind === "Softmax") place = null; // depends on the whole row
      else if (input && field && kernel) {
        const from = [0, 1].map((a) => field[a] * stride[a] - padding[a]);
        const to = [0, 1].map((a) => (field[a + 2] - 1) * stride[a] - padding[a] + kernel[a]);
        field = [...from.map((v) => Math.max(v, 0)), ...to.map((v, a) => Math.min(v, input[a]))];
      } else if (input && !field)
        field = kind === "Flatten" && place !== null ? pixel(input) : [0, 0, ...input];
    }
    return field ?? [0, 0, 1, 1];
  }

  const LAYERS = {
    AvgPool2d, BatchNorm1d: BatchNorm, BatchNorm2d: BatchNorm, Conv2d, Dropout, Flatten,
    GlobalAvgPool2d, LeakyReLU, Linear, MaxPool2d, ReLU, Sigmoid, Softmax, Tanh,
  };

  // -- from the text that lib.page wrote to numbers -----------------------------------------------

  // Return the bytes of base64 text that holds gzip.
  async function unzip(text) {
    const zipped = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([zipped]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  }

  // Build the network of `lib.page.pack`: its layers, and all their arrays in one row of bytes.
  // An array of 16 or 8 bits holds integers, with a scale for each row of weights before them.
  async function read({ layers, arrays }) {
    const bytes = await unzip(arrays);
    let place = 0;
    const take = (Kind, length) => {
      const from = place;
      place += length * Kind.BYTES_PER_ELEMENT;
      return new Kind(bytes.slice(from, place)); // a copy, since a view would have to be aligned
    };
    const array = ({ shape, bits }) => {
      if (bits === 32) return batch(Float64Array.from(take(Float32Array, count(shape))), shape);
      const scales = take(Float32Array, shape[0]);
      const integers = take(bits === 16 ? Int16Array : Int8Array, count(shape));
      const row = count(shape.slice(1));
      return batch(Float64Array.from(integers, (q, i) => q * scales[Math.floor(i / row)]), shape);
    };
    return new Sequential(layers.map((layer) => {
      const own = Object.fromEntries(layer.arrays.map((name) => [name, array(layer[name])]));
      const built = new LAYERS[layer.kind]({ ...layer, ...own });
      return Object.assign(built, { ...layer, ...own, ...built }); // what it is, for those who ask
    }));
  }

  return { batch, count, crossEntropy, read, receptiveField, Sequential, softmax, trainStep, unzip, ...LAYERS };
})();
