// The four steps from the drawing to the network's image.

import { element } from "../dom.js"
import { _ } from "../language.js"
import { FITTED_SIDE, IMAGE_SIDE } from "../engine/normalize.js"
import { GREYS, makeSheet, outline } from "../picture/paint.js"

const STEP_SIDE = 132 // CSS pixels

/** @returns {import("./panel.js").Content} */
export function openPreparation() {
  const names = [_("Ink found"), _("Cropped"), _("Fitted into 20 × 20"), _("Centre of mass to the middle")]
  const steps = names.map(name => {
    const canvas = element("canvas", "")
    const text = element("small", "")
    return { canvas, text, node: element("li", "", element("div", "frame", canvas), element("b", "", name), text) }
  })
  const note = element("p", "note", _("This picture has 28 × 28 pixels already: the network gets it as it is."))
  const list = element("ol", "steps", ...steps.map(({ node }) => node))
  return {
    title: _("From your drawing to the network’s 28 × 28 pixels"),
    node: element("div", "", list, note),
    fill({ steps: found, readings }) {
      note.hidden = Boolean(found) || !readings
      list.hidden = !found
      if (!found) return
      const { ink, box, cropped, fitted, centreOfMass: [x, y], offset: [left, top], image } = found
      const sizeOf = (/** @type {{ width: number, height: number }} */ { width, height }) => `${width} × ${height}`
      const point = (/** @type {number} */ x, /** @type {number} */ y) => `(${x.toFixed(1)}, ${y.toFixed(1)})`
      const texts = [
        _("{part} of {whole} pixels", { part: sizeOf(cropped), whole: sizeOf(ink) }),
        _("what is inked counts, not where"),
        _("{size} pixels, proportions kept", { size: sizeOf(fitted) }),
        _("from {before} to {after}: this is what it gets", { before: point(x, y), after: point(x + left, y + top) }),
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
