// A canvas to draw on with one round pen, white on black, where there is no other; with Undo, Clear
// and examples. `live/pen.js` watches it as it watches the app's.

const DOT = 0.01 // pixels: a stroke must lead somewhere

/**
 * Points in pixels of the canvas.
 * @typedef {[number, number][]} Stroke
 */

/**
 * @typedef {object} Controls
 * @property {HTMLButtonElement} undo
 * @property {HTMLButtonElement} clear
 * @property {HTMLSelectElement} example
 */

export class Board {
  /** @type {Stroke[]} */
  strokes = []

  /**
   * @param {HTMLCanvasElement} canvas alone in a shadow root, where the pen's watch looks for layers
   * @param {Controls} controls
   * @param {number} brush width in pixels of the canvas
   * @param {Record<string, Stroke[]>} examples
   * @param {(pixels: Uint8ClampedArray) => void} onChange what no pen has drawn is there, or gone
   */
  constructor(canvas, controls, brush, examples, onChange) {
    this.canvas = canvas
    this.controls = controls
    this.onChange = onChange
    const options = { willReadFrequently: true }
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", options))
    Object.assign(this.context, { lineCap: "round", lineJoin: "round", strokeStyle: "#fff", lineWidth: brush })
    canvas.onpointerdown = event => this.begin(event)
    canvas.onpointermove = event => this.move(event)
    controls.undo.onclick = () => this.put(this.strokes.slice(0, -1))
    controls.clear.onclick = () => this.put([])
    controls.example.onchange = () => this.put(examples[controls.example.value] ?? [], controls.example.value)
    this.paint()
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (!event.isPrimary || event.button) return
    this.canvas.setPointerCapture(event.pointerId)
    this.controls.example.value = ""
    this.strokes = [...this.strokes, [this.locate(event)]]
    this.paint()
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.canvas.hasPointerCapture(event.pointerId)) return
    this.strokes.at(-1)?.push(this.locate(event))
    this.paint()
  }

  /**
   * Where the pointer is, in pixels of the canvas.
   * @param {PointerEvent} event
   * @returns {[number, number]}
   */
  locate({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect()
    return [((clientX - left) / width) * this.canvas.width, ((clientY - top) / height) * this.canvas.height]
  }

  /**
   * Another drawing in the place of this one.
   * @param {Stroke[]} strokes
   * @param {string} example that it is
   */
  put(strokes, example = "") {
    this.strokes = strokes
    this.controls.example.value = example
    this.paint()
    this.onChange(this.context.getImageData(0, 0, this.canvas.width, this.canvas.height).data)
  }

  paint() {
    const { canvas, context, controls, strokes } = this
    context.fillRect(0, 0, canvas.width, canvas.height)
    for (const stroke of strokes) drawStroke(context, stroke)
    controls.undo.disabled = controls.clear.disabled = !strokes.length
  }
}

/**
 * From the middle of two points to the middle of the next two in a parabola, as the app's canvas
 * rounds a stroke.
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke} points
 */
function drawStroke(context, points) {
  const [[startX, startY]] = points
  const [endX, endY] = points[points.length - 1]
  context.beginPath()
  context.moveTo(startX, startY)
  points.slice(1).forEach(([x, y], i) => {
    const [bendX, bendY] = points[i]
    context.quadraticCurveTo(bendX, bendY, (bendX + x) / 2, (bendY + y) / 2)
  })
  context.lineTo(endX + DOT, endY)
  context.stroke()
}
