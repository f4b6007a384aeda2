// What the layers are called in plain words, and what they do, in a sentence.

import { short } from "../dom.js"
import { _, N_ } from "../language.js"

/**
 * @typedef {import("../engine/layers.js").Layer} Layer
 * @typedef {import("./layout.js").Role} Role
 */

const CONVOLUTIONS = [N_("Edges"), N_("Corners and bends"), N_("Parts"), N_("Larger parts")] // the last for all more
const FAINTEST = 0.1 // of the strongest output: what is weaker has found nothing
const SIMPLE = {
  MaxPooling2D: N_("Smaller"),
  AveragePooling2D: N_("Averages"),
  Flatten: N_("In one row"),
  Dropout: N_("Passed on"),
  BatchNormalization: N_("On one scale"),
  ReLU: N_("Cut at zero"),
  LeakyReLU: N_("Bent at zero"),
}

/** @type {Record<string, string>} */
const ACTIVATIONS = { relu: "ReLU", linear: "", softmax: "softmax" }

const isWhole = (/** @type {Role} */ role) => role === "points" || role === "answer"

/** @param {number[]} sides */
const times = sides => sides.join("\u00a0×\u00a0") // on one line

/**
 * Plain names, in the layers' order.
 * @param {{ layer: Layer, role: Role }[]} columns
 */
export function nameLayers(columns) {
  const dense = columns.filter(({ layer, role }) => layer.kind === "Dense" && role === "units")
  let [convolutions, clues] = [0, 0]
  return columns.map(({ layer, role }) => {
    if (role === "image") return _("Pixels")
    if (role === "answer") return _("Answer")
    if (role === "points") return _("Scores")
    if (layer.kind === "Conv2D") return _(CONVOLUTIONS[Math.min(convolutions++, CONVOLUTIONS.length - 1)])
    if (layer.kind === "Dense") return dense.length > 1 ? _("Clues {number}", { number: ++clues }) : _("Clues")
    const name = SIMPLE[/** @type {keyof typeof SIMPLE} */ (layer.kind)]
    return name ? _(name) : layer.name
  })
}

/**
 * How many of what size.
 * @param {Layer} layer
 * @param {Role} role
 */
export function describeSize({ shape }, role) {
  if (role === "image") return times(shape.slice(0, 2))
  if (role === "maps") return _("{count} maps {size}", { count: shape[2], size: times(shape.slice(0, 2)) })
  if (role === "units") return _("{count} units", { count: shape[0].toLocaleString("en") })
  return _("{count} numbers", { count: shape[0] })
}

/**
 * Name, kind, shape and parameters, for those who know the words.
 * @param {Layer} layer
 */
export function listFacts({ name, kind, shape, parameters = 0, window, activation }) {
  const size = window ? ` ${times(window.size)}` : ""
  const facts = [[_("name"), name], [_("kind"), kind + size], [_("shape"), times(shape)], [_("parameters"), parameters.toLocaleString("en")]]
  const named = ACTIVATIONS[activation ?? "linear"] ?? activation
  return named ? [...facts, [_("activation"), named]] : facts
}

/**
 * What a layer does, in a sentence.
 * @param {Layer} layer
 */
export function explainWork({ work }) {
  return work ?? _("The drawing as the network gets it, from 0 (no ink) to 1.")
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
  if (role === "image") return _("{count} of 784 pixels have ink", { count: values.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0) })
  if (isWhole(role)) return compareBest(layer, values, classes, logits)
  const { kind, shape, window } = layer
  if (kind === "Conv2D" || kind === "Dense") {
    const [, best] = findBest(highs)
    const count = shape[shape.length - 1]
    const active = Array.from(highs).filter(high => high > FAINTEST * highs[best]).length
    return role === "maps"
      ? _("{active} of {count} maps find something, map {best} the most", { active, count, best })
      : _("{active} of {count} units fire, unit {best} the most", { active, count, best })
  }
  if (kind === "MaxPooling2D" && window) return _("the strongest of every {size}", { size: times(window.size) })
  if (kind === "AveragePooling2D" && window) return _("the mean of every {size}", { size: times(window.size) })
  return kind === "Flatten" ? _("the same numbers") : _("one number for each")
}

/**
 * @param {Layer} layer
 * @param {Float32Array} values
 * @param {string[]} classes
 * @param {ArrayLike<number>} logits
 */
function compareBest({ kind }, values, classes, logits) {
  const [second, best] = findBest(values)
  if (kind !== "Softmax") return _("{first} leads {second} by {points}", { first: classes[best], second: classes[second], points: short(values[best] - values[second]) })
  const percent = `${(100 * values[best]).toFixed(1)}%`
  return _("e^{points} is {percent} of the sum of all e^score", { points: short(logits[best]), percent })
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
 * What an output is called that is no pixel: a map or unit, a class.
 * @param {Role} role
 * @param {number} channel
 * @param {string[]} classes
 */
export function nameOutput(role, channel, classes) {
  if (isWhole(role)) return classes[channel]
  return role === "maps" ? _("Map {channel}", { channel }) : _("Unit {channel}", { channel })
}
