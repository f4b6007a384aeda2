// Lines over the network's picture: how the layers follow each other, and what comes from where.

/**
 * @typedef {{ left: number, top: number, width: number, height: number }} Box
 *
 * A line from one output to another; `strength` in [0, 1], `sign` of the weights.
 * @typedef {{ from: Box, to: Box, strength: number, sign: number }} Line
 */

/** @param {HTMLCanvasElement} canvas over everything that is drawn on */
export function makeRibbons(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  return {
    /** @param {{ bands: [Box, Box][], lines: Line[], marked: Box[], isDown: boolean }} what */
    draw({ bands, lines, marked, isDown }) {
      const box = canvas.getBoundingClientRect()
      const style = getComputedStyle(canvas)
      const colours = { accent: style.getPropertyValue("--accent"), warm: style.getPropertyValue("--warm"), text: style.color }
      const [width, height] = [box.width, box.height].map(length => Math.round(length * devicePixelRatio))
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
      context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, -box.left * devicePixelRatio, -box.top * devicePixelRatio)
      context.clearRect(box.left, box.top, box.width, box.height)
      for (const [from, to] of bands) drawBand(context, from, to, isDown, colours.accent)
      for (const line of lines) drawLine(context, line, isDown, line.sign < 0 ? colours.warm : colours.accent)
      context.globalAlpha = 1
      context.strokeStyle = colours.accent
      context.lineWidth = 2
      for (const one of marked) strokeAround(context, one, box)
    },
  }
}

/**
 * A frame of two pixels around a box, or inside it where the canvas ends.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} marked
 * @param {DOMRect} canvas
 */
function strokeAround(context, { left, top, width, height }, canvas) {
  const [x0, y0] = [Math.max(left, canvas.left + 2) - 1, Math.max(top, canvas.top + 2) - 1]
  const [x1, y1] = [Math.min(left + width, canvas.right - 2) + 1, Math.min(top + height, canvas.bottom - 2) + 1]
  context.strokeRect(x0, y0, x1 - x0, y1 - y0)
}

/**
 * A band from a layer's whole side to that of the next, and an arrow's head in its middle.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} from
 * @param {Box} to
 * @param {boolean} isDown
 * @param {string} colour
 */
function drawBand(context, from, to, isDown, colour) {
  context.fillStyle = colour
  context.globalAlpha = 0.1
  context.beginPath()
  if (isDown) {
    const [y0, y1] = [from.top + from.height, to.top]
    band(context, [from.left, y0], [from.left + from.width, y0], [to.left + to.width, y1], [to.left, y1], isDown)
  } else {
    const [x0, x1] = [from.left + from.width, to.left]
    band(context, [x0, from.top], [x0, from.top + from.height], [x1, to.top + to.height], [x1, to.top], isDown)
  }
  context.fill()
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number]} start
 * @param {[number, number]} end along the first side
 * @param {[number, number]} far
 * @param {[number, number]} near along the second
 * @param {boolean} isDown
 */
function band(context, start, end, far, near, isDown) {
  context.moveTo(...start)
  context.lineTo(...end)
  curve(context, end, far, isDown)
  context.lineTo(...near)
  curve(context, near, start, isDown)
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number]} from
 * @param {[number, number]} to
 * @param {boolean} isDown
 */
function curve(context, [x0, y0], [x1, y1], isDown) {
  if (isDown) context.bezierCurveTo(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2, x1, y1)
  else context.bezierCurveTo((x0 + x1) / 2, y0, (x0 + x1) / 2, y1, x1, y1)
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Line} line
 * @param {boolean} isDown
 * @param {string} colour
 */
function drawLine(context, { from, to, strength }, isDown, colour) {
  const start = /** @type {[number, number]} */ (isDown ? [from.left + from.width / 2, from.top + from.height] : [from.left + from.width, from.top + from.height / 2])
  const end = /** @type {[number, number]} */ (isDown ? [to.left + to.width / 2, to.top] : [to.left, to.top + to.height / 2])
  context.globalAlpha = 0.15 + 0.75 * strength
  context.lineWidth = 0.5 + 2.5 * strength
  context.strokeStyle = colour
  context.beginPath()
  context.moveTo(...start)
  curve(context, start, end, isDown)
  context.stroke()
}
