// What the layers are called in plain words, and what they do, in a sentence.

import { short } from "../dom.js"

/**
 * @typedef {import("../engine/layers.js").Layer} Layer
 * @typedef {import("./layout.js").Role} Role
 */

const CONVOLUTIONS = ["Edges", "Corners and bends", "Parts"]
const FAINTEST = 0.1 // of the strongest output: what is weaker has found nothing
const SIMPLE = {
  MaxPooling2D: "Smaller",
  AveragePooling2D: "Averages",
  Flatten: "In one row",
  Dropout: "Passed on",
  BatchNormalization: "On one scale",
  ReLU: "Cut at zero",
  LeakyReLU: "Bent at zero",
}

/** @type {Record<string, string>} */
const ACTIVATIONS = { relu: "ReLU", linear: "", softmax: "softmax" }

const isWhole = (/** @type {Role} */ role) => role === "points" || role === "answer"

/** @param {number[]} sides */
const times = sides => sides.join(" × ")

/**
 * Plain names, in the layers' order.
 * @param {{ layer: Layer, role: Role }[]} columns
 */
export function nameLayers(columns) {
  const dense = columns.filter(({ layer, role }) => layer.kind === "Dense" && role === "units")
  let [convolutions, clues] = [0, 0]
  return columns.map(({ layer, role }) => {
    if (role === "image") return "Pixels"
    if (role === "answer") return "Answer"
    if (role === "points") return "Points"
    if (layer.kind === "Conv2D") return CONVOLUTIONS[convolutions++] ?? "Larger parts"
    if (layer.kind === "Dense") return dense.length > 1 ? `Clues ${++clues}` : "Clues"
    return SIMPLE[/** @type {keyof typeof SIMPLE} */ (layer.kind)] ?? layer.name
  })
}

/**
 * How many of what size.
 * @param {Layer} layer
 * @param {Role} role
 */
export function describeSize({ shape }, role) {
  if (role === "image") return times(shape.slice(0, 2))
  if (role === "maps") return `${shape[2]} maps ${times(shape.slice(0, 2))}`
  return role === "units" ? `${shape[0].toLocaleString("en")} units` : `${shape[0]} numbers`
}

/**
 * Name, kind, shape and parameters, for those who know the words.
 * @param {Layer} layer
 */
export function listFacts({ name, kind, shape, parameters = 0, window, activation }) {
  const size = window ? ` ${times(window.size)}` : ""
  const facts = [["name", name], ["kind", kind + size], ["shape", times(shape)], ["parameters", parameters.toLocaleString("en")]]
  const named = ACTIVATIONS[activation ?? "linear"] ?? activation
  return named ? [...facts, ["activation", named]] : facts
}

/**
 * What a layer does, in a sentence.
 * @param {Layer} layer
 */
export function explainWork({ work }) {
  return work ?? "The drawing as the network gets it, from 0 (no ink) to 1."
}

/**
 * What a layer makes of this drawing, in a few words.
 * @param {Layer} layer
 * @param {Role} role
 * @param {Float32Array} values
 * @param {ArrayLike<number>} highs of each channel
 * @param {{ classes: string[], logits: ArrayLike<number> }} about
 */
export function tellOf(layer, role, values, highs, { classes, logits }) {
  if (role === "image") return `${values.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0)} of 784 pixels have ink`
  if (isWhole(role)) return compareBest(layer, values, classes, logits)
  const { kind, shape, window } = layer
  if (kind === "Conv2D" || kind === "Dense") {
    const [, best] = findBest(highs)
    const count = shape[shape.length - 1]
    const active = Array.from(highs).filter(high => high > FAINTEST * highs[best]).length
    return role === "maps"
      ? `${active} of ${count} maps find something, map ${best} most`
      : `${active} of ${count} units fire, unit ${best} most`
  }
  if (kind === "MaxPooling2D" && window) return `the strongest of every ${times(window.size)}`
  if (kind === "AveragePooling2D" && window) return `the mean of every ${times(window.size)}`
  return kind === "Flatten" ? "the same numbers" : "one number for each"
}

/**
 * @param {Layer} layer
 * @param {Float32Array} values
 * @param {string[]} classes
 * @param {ArrayLike<number>} logits
 */
function compareBest({ kind }, values, classes, logits) {
  const [second, best] = findBest(values)
  if (kind === "Softmax") return `e^${short(logits[best])} is ${(100 * values[best]).toFixed(1)}% of the sum of all e^points`
  return `${classes[best]} leads ${classes[second]} by ${short(values[best] - values[second])}`
}

/**
 * Indices of the second largest and the largest.
 * @param {ArrayLike<number>} values
 */
export function findBest(values) {
  let [second, best] = [-1, 0]
  for (let i = 1; i < values.length; i++) {
    if (values[i] > values[best]) [second, best] = [best, i]
    else if (second < 0 || values[i] > values[second]) second = i
  }
  return [second, best]
}

/**
 * What an output is called: a map or unit, a pixel of it, a class.
 * @param {Role} role
 * @param {number} channel
 * @param {string[]} classes
 */
export function nameOutput(role, channel, classes) {
  if (role === "image") return "Pixel"
  if (isWhole(role)) return classes[channel]
  return role === "maps" ? `Map ${channel}` : `Unit ${channel}`
}
