// Which part of the image an output depends on.

import { findCorner, isMap, unflatten } from "./arithmetic.js"

/**
 * A rectangle of pixels, `bottom` and `right` outside, in one `channel` or in all (null); of a
 * layer of units it is one `unit`, or all (null).
 * @typedef {{ top: number, left: number, bottom: number, right: number, channel: number | null }} Pixels
 * @typedef {Pixels | { unit: number | null }} Field
 * @typedef {import("./layers.js").Layer} Layer
 */

const ELEMENTWISE = ["Dropout", "BatchNormalization", "Activation", "ReLU", "LeakyReLU"]

/**
 * Receptive field of one output in every layer before it, from the nearest to the image.
 * @param {Map<string, Layer>} layers
 * @param {string} name
 * @param {number[]} at
 * @returns {Map<string, Field>}
 */
export function findFields(layers, name, at) {
  const fields = new Map()
  let layer = /** @type {Layer} */ (layers.get(name))
  let field = fieldAt(layer.shape, at)
  while (layer.source && !layer.problem) {
    const source = /** @type {Layer} */ (layers.get(layer.source))
    field = stepBack(layer, field, source.shape)
    fields.set(source.name, field)
    layer = source
  }
  return fields
}

/**
 * @param {number[]} shape
 * @param {number[]} at
 * @returns {Field}
 */
function fieldAt(shape, [row, column, channel]) {
  if (!isMap(shape)) return { unit: row }
  return { top: row, left: column, bottom: row + 1, right: column + 1, channel }
}

/**
 * @param {Layer} layer
 * @param {Field} field
 * @param {number[]} shape of the layer before
 * @returns {Field}
 */
function stepBack(layer, field, shape) {
  if (ELEMENTWISE.includes(layer.kind)) return field
  if (layer.window && "unit" in field) return { ...wholeOf(shape), channel: field.unit }
  if (layer.window && "top" in field) {
    const [top, left] = findCorner(layer, field.top, field.left)
    const [low, far] = findCorner(layer, field.bottom - 1, field.right - 1)
    const [height, width] = layer.window.size
    return {
      top: Math.max(top, 0),
      left: Math.max(left, 0),
      bottom: Math.min(low + height, shape[0]),
      right: Math.min(far + width, shape[1]),
      channel: layer.kind === "Conv2D" ? null : field.channel,
    }
  }
  if (layer.kind === "Flatten" && "unit" in field && field.unit !== null) return fieldAt(shape, unflatten(shape, field.unit))
  return isMap(shape) ? wholeOf(shape) : { unit: null }
}

/**
 * @param {number[]} shape
 * @returns {Pixels}
 */
function wholeOf(shape) {
  return { top: 0, left: 0, bottom: shape[0], right: shape[1], channel: null }
}
