// The four steps from the drawing to the network's image.

import { element } from "../dom.js"
import { FITTED_SIDE, IMAGE_SIDE } from "../engine/normalize.js"
import { GREYS, makeSheet, outline } from "../picture/paint.js"

const STEP_SIDE = 132 // CSS pixels

/** @returns {import("./panel.js").Content} */
export function openPreparation() {
  const names = ["Ink found", "Cropped", "Fitted into 20 × 20", "Centre of mass to the middle"]
  const steps = names.map(name => {
    const canvas = /** @type {HTMLCanvasElement} */ (element("canvas", ""))
    const text = element("small", "")
    return { canvas, text, node: element("li", "", element("div", "frame", canvas), element("b", "", name), text) }
  })
  const note = element("p", "note", "This picture has 28 × 28 pixels already: the network gets it as it is.")
  const list = element("ol", "steps", ...steps.map(({ node }) => node))
  return {
    title: "From your drawing to the network’s 28 × 28 pixels",
    node: element("div", "", list, note),
    fill({ steps: found, readings }) {
      note.hidden = Boolean(found) || !readings
      list.hidden = !found
      if (!found) return
      const { ink, box, cropped, fitted, centreOfMass: [x, y], offset: [left, top], image } = found
      const texts = [
        `${box.right - box.left} × ${box.bottom - box.top} of ${ink.width} × ${ink.height} pixels`,
        "what is inked counts, not where",
        `${fitted.width} × ${fitted.height} pixels, proportions kept`,
        `from (${x.toFixed(1)}, ${y.toFixed(1)}) to (${(x + left).toFixed(1)}, ${(y + top).toFixed(1)}): this is what it gets`,
      ]
      const planes = [ink, cropped, fitted, { values: image, width: IMAGE_SIDE, height: IMAGE_SIDE }]
      steps.forEach(({ canvas, text }, i) => {
        paintPlane(canvas, planes[i])
        text.textContent = texts[i]
      })
      outline(steps[0].canvas, [box.left, box.top, box.right - box.left, box.bottom - box.top])
      mark(steps[3].canvas, x + left + 0.5, y + top + 0.5)
    },
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("../engine/normalize.js").Plane} plane
 */
function paintPlane(canvas, { values, width, height }) {
  const scale = Math.max(1, Math.ceil(STEP_SIDE / Math.max(width, height)))
  makeSheet(canvas, { height, width, count: 1, columns: 1, rows: 1, scale: [scale, scale], gap: 0 }).paint(values, GREYS)
}

/**
 * Where the centre of mass is now, and the square that the ink was fitted into.
 * @param {HTMLCanvasElement} canvas
 * @param {number} x
 * @param {number} y
 */
function mark(canvas, x, y) {
  const scale = canvas.width / IMAGE_SIDE
  const margin = (scale * (IMAGE_SIDE - FITTED_SIDE)) / 2
  outline(canvas, [margin, margin, scale * FITTED_SIDE, scale * FITTED_SIDE])
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  context.fillStyle = "#ff9f1c"
  context.beginPath()
  context.arc(x * scale, y * scale, 6, 0, 2 * Math.PI)
  context.fill()
}
