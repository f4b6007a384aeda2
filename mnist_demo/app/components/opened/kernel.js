// The weights of an output as pictures: a square for each map before.

import { digits, element } from "../dom.js"
import { _ } from "../language.js"
import { makeSheet, rangeOf } from "../picture/paint.js"

/** @typedef {import("../engine/layers.js").Layer} Layer */

/**
 * The layer whose outputs these are, before they were laid in one row or passed on.
 * @param {Map<string, Layer>} layers
 * @param {Layer} layer
 */
export function findOrigin(layers, { source: name = "" }) {
  let source = /** @type {Layer} */ (layers.get(name))
  while (["Flatten", "Dropout"].includes(source.kind)) source = /** @type {Layer} */ (layers.get(source.source ?? ""))
  return source
}

/**
 * Rows, columns and number of the squares that an output's weights lie in.
 * @param {Map<string, Layer>} layers
 * @param {Layer} layer
 */
export function shapeOfWeights(layers, layer) {
  const { shape } = findOrigin(layers, layer)
  if (layer.window) return [...layer.window.size, shape[2]]
  return shape.length === 3 ? shape : [1, 1, shape[0]]
}

/**
 * Numbers with signs in such squares, orange below zero and violet above.
 * @param {number[]} shape
 * @param {number} side CSS pixels at most, or as many as there are numbers
 * @param {Uint32Array} palette
 */
export function makeSquares([height, width, count], side, palette) {
  const canvas = element("canvas", "")
  const columns = Math.min(count, count < 8 ? count : 8 * Math.ceil(Math.sqrt((count * height) / width) / 8))
  const scale = Math.max(1, Math.floor(side / columns / Math.max(width, height)))
  const gap = count > 1 ? Math.max(1, Math.round(scale / 3)) : 0
  const sheet = makeSheet(canvas, { height, width, count, columns, rows: Math.ceil(count / columns), scale: [scale, scale], gap })
  canvas.style.width = `${Math.max(canvas.width, Math.min(side, canvas.width * 2))}px`
  return {
    canvas,
    /**
     * @param {Float32Array} values
     * @param {{ channel?: number, channels?: number, reach?: number }} options
     */
    paint(values, { reach, ...part } = {}) {
      const largest = reach ?? (Math.max(...rangeOf(values, part).map(Math.abs)) || 1)
      sheet.paint(values, palette, { range: [-largest, largest], ...part })
      return largest
    },
  }
}

/**
 * A figure: a picture, its title and a line below.
 * @param {HTMLElement} picture
 * @param {string} title
 * @param {string} text
 */
export function makeFigure(picture, title, text = "") {
  const line = element("small", "", text)
  return { node: element("figure", "", picture, element("figcaption", "", element("b", "", title), line)), line }
}

/**
 * The weights of one output; nothing where it has none.
 * @param {Map<string, Layer>} layers
 * @param {Layer} layer
 * @param {number} channel
 * @param {Uint32Array} palette
 */
export function drawKernel(layers, layer, channel, palette) {
  const { kernel } = layer.weights
  if (!kernel) return null
  const shape = shapeOfWeights(layers, layer)
  const squares = makeSquares(shape, 190, palette)
  const reach = squares.paint(kernel, { channel, channels: layer.shape[layer.shape.length - 1] })
  const title = layer.window
    ? _("Its kernel, {shape}", { shape: shape.join(" × ") })
    : _("Its {count} weights", { count: shape.reduce((a, b) => a * b).toLocaleString("en") })
  return makeFigure(squares.canvas, title, _("orange is below zero, violet above; the largest is {value}", { value: digits(reach) })).node
}
