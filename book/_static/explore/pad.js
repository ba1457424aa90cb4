// A drawing pad: dark strokes on white paper, by mouse, finger, pen or keyboard.
//
// `new Pad(canvas, changed)` calls `changed()` after each change. Strokes are kept as lists of
// points and drawn again each time, so that undo takes the last of them away.
// Keys: arrows move, with Shift in small steps; Space lowers and lifts the pen; Backspace undoes.
"use strict";

class Pad {
  static SIZE = 320; // pixels of the paper, whatever its size on the screen
  static PEN = 24; // the width of a stroke, about 2 of the 20 pixels of a digit
  static ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  constructor(canvas, changed) {
    Object.assign(this, { canvas, changed, strokes: [], isExample: false, pointer: null, pen: null, lowered: false });
    this.paper = document.createElement("canvas"); // the picture, without the pen's mark
    for (const c of [canvas, this.paper]) c.width = c.height = Pad.SIZE;
    this.ink = this.paper.getContext("2d", { willReadFrequently: true });
    canvas.tabIndex = 0;
    canvas.style.touchAction = "none"; // a finger draws and does not scroll
    // Nor does it fling the page: the browser would take the next tap for the end of the fling.
    canvas.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"])
      canvas.addEventListener(end, (event) => { if (event.pointerId === this.pointer) this.pointer = null; });
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => { this.pen = null; this.lowered = false; this.draw(); });
    this.draw();
  }

  get isEmpty() { return this.strokes.length === 0; }

  clear() { this.strokes = []; this.isExample = this.lowered = false; this.update(); }

  undo() { this.strokes.pop(); this.isExample = this.lowered = false; this.update(); }

  // Show strokes that make room for the first one drawn.
  offer(strokes) { this.strokes = strokes; this.isExample = true; this.update(); }

  start(place) {
    if (this.isExample) this.strokes = [];
    this.isExample = false;
    this.strokes.push([place]);
  }

  // The picture, four bytes a pixel.
  pixels() { return this.ink.getImageData(0, 0, Pad.SIZE, Pad.SIZE); }

  begin(event) {
    if (this.pointer !== null || event.button !== 0) return; // a second finger draws nothing
    this.pointer = event.pointerId;
    this.pen = null;
    this.canvas.setPointerCapture(event.pointerId); // also when the stroke leaves the pad
    this.start(this.place(event));
    this.update();
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    const passed = event.getCoalescedEvents?.() ?? []; // all places since the last picture
    for (const each of passed.length ? passed : [event]) this.strokes.at(-1).push(this.place(each));
    this.update();
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [
      (event.clientX - box.left) * Pad.SIZE / box.width,
      (event.clientY - box.top) * Pad.SIZE / box.height,
    ];
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Backspace" || event.key === "Delete") this.undo();
    else if (event.key in Pad.ARROWS) {
      const step = event.shiftKey ? 2 : 12, [x, y] = this.pen ?? [Pad.SIZE / 2, Pad.SIZE / 2];
      const [right, down] = Pad.ARROWS[event.key];
      const inside = (value) => Math.min(Math.max(value, 0), Pad.SIZE);
      this.pen = [inside(x + right * step), inside(y + down * step)];
      if (this.lowered) this.strokes.at(-1).push(this.pen);
      this.update();
    } else if (event.key === " ") {
      this.pen ??= [Pad.SIZE / 2, Pad.SIZE / 2];
      this.lowered = !this.lowered;
      if (this.lowered) this.start(this.pen);
      this.update();
    } else return;
    event.preventDefault(); // the page does not scroll
  }

  update() { this.draw(); this.changed(); }

  draw() {
    const { ink } = this;
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, Pad.SIZE, Pad.SIZE);
    ink.lineCap = ink.lineJoin = "round";
    for (const stroke of this.strokes) {
      ink.beginPath();
      ink.moveTo(...stroke[0]);
      ink.lineTo(stroke[0][0] + 0.01, stroke[0][1]); // a single point becomes a dot
      for (let i = 1; i < stroke.length; i++) { // a curve through the middles, bent at the points
        const [x, y] = stroke[i - 1], [next, below] = stroke[i];
        ink.quadraticCurveTo(x, y, (x + next) / 2, (y + below) / 2);
      }
      ink.lineTo(...stroke.at(-1));
      ink.strokeStyle = "rgb(0 0 0 / 45%)"; // a soft rim, then the stroke itself
      ink.lineWidth = Pad.PEN + 4;
      ink.stroke();
      ink.strokeStyle = "#000";
      ink.lineWidth = Pad.PEN - 3;
      ink.stroke();
    }
    const shown = this.canvas.getContext("2d");
    shown.drawImage(this.paper, 0, 0);
    if (!this.pen) return;
    shown.beginPath();
    shown.arc(...this.pen, Pad.PEN / 2, 0, 2 * Math.PI);
    shown.strokeStyle = "#c46a12";
    shown.lineWidth = 3;
    shown.stroke();
    if (this.lowered) { shown.fillStyle = "#c46a12"; shown.fill(); }
  }
}
