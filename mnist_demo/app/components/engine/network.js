// A network from the file of its weights, and one pass through it.

import { compile, findProblem } from "./layers.js"
import { unpack } from "./unpack.js"

/** @typedef {import("./layers.js").Layer} Layer */

/**
 * @typedef {object} Network
 * @property {any} header
 * @property {Layer[]} layers in their order, the input first
 * @property {string} problem why it cannot be run here, in a sentence; nothing where it can
 * @property {(image: Float32Array) => Map<string, Float32Array>} run
 *   the output of every layer by its name, the image first; the next pass writes into the same
 *   arrays
 * @property {(packed: ArrayBuffer) => any} learn takes other weights, and gives the header beside them
 */

/**
 * @param {ArrayBuffer} packed
 * @returns {Network}
 */
export function readNetwork(packed) {
  const { header, arrays } = unpack(packed)
  const layers = attachWeights({ header, arrays })
  const learn = (/** @type {ArrayBuffer} */ other) => {
    const learned = unpack(other)
    for (const { name, values } of learned.arrays) {
      const [layer, weight] = name.split("/")
      layers.find(({ name }) => name === layer)?.weights[weight].set(values)
    }
    return learned.header
  }
  return { header, layers, learn, ...build(layers) }
}

/**
 * @param {{ header: any, arrays: { name: string, values: Float32Array }[] }} unpacked
 * @returns {Layer[]}
 */
export function attachWeights({ header, arrays }) {
  const layers = header.layers.map((/** @type {Layer} */ layer) => ({ ...layer, weights: {} }))
  const byName = new Map(layers.map((/** @type {Layer} */ layer) => [layer.name, layer]))
  for (const { name, values } of arrays) {
    const [layer, weight] = name.split("/")
    byName.get(layer).weights[weight] = values
  }
  return layers
}

/** @param {Layer[]} layers */
function build(layers) {
  const shapes = new Map(layers.map(layer => [layer.name, layer.shape]))
  const [input, ...others] = layers
  const sourceShape = (/** @type {Layer} */ layer) => shapes.get(layer.source ?? "") ?? []
  const problem = others.map(layer => findProblem(layer, sourceShape(layer))).find(Boolean) ?? ""
  if (problem) return { problem, run: () => { throw new Error(problem) } } // prettier-ignore
  const outputs = new Map(layers.map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]))
  const output = (/** @type {string | undefined} */ name) => /** @type {Float32Array} */ (outputs.get(name ?? ""))
  const steps = others.map(layer => ({
    run: compile(layer, sourceShape(layer)),
    from: output(layer.source),
    to: output(layer.name),
  }))
  return {
    problem,
    run(/** @type {Float32Array} */ image) {
      output(input.name).set(image)
      for (const { run, from, to } of steps) run(from, to)
      return outputs
    },
  }
}
