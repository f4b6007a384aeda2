// What comes from where: the outputs of the layer before that an output is made of, and those of
// the layer after that are made of it, each with how strong the weights between them are.

/**
 * @typedef {import("../engine/layers.js").Layer} Layer
 *
 * One output with all its pixels; `strength` in [0, 1], `sign` that of the weights together.
 * @typedef {{ layer: string, channel: number, strength: number, sign: number }} Link
 */

const MOST_UNITS = 24 // of a dense layer's, the strongest

/** @param {Layer} layer */
const channelsOf = ({ shape }) => shape[shape.length - 1]

/**
 * @param {Map<string, Layer>} layers
 * @param {Layer} layer
 * @param {number} channel
 * @returns {Link[]}
 */
export function findSources(layers, layer, channel) {
  const source = layers.get(layer.source ?? "")
  if (!source) return []
  const weigh = (/** @type {number} */ input) => weighLink(layer, source, input, channel)
  return choose(source, layer, channelsOf(source), weigh)
}

/**
 * @param {Map<string, Layer>} layers
 * @param {Layer} layer
 * @param {number} channel
 * @returns {Link[]}
 */
export function findTargets(layers, layer, channel) {
  const targets = [...layers.values()].filter(({ source }) => source === layer.name)
  return targets.flatMap(target => {
    const weigh = (/** @type {number} */ output) => weighLink(target, layer, channel, output)
    return choose(target, target, channelsOf(target), weigh)
  })
}

/**
 * The links that there are, relative to the strongest; of a dense layer the strongest alone.
 * @param {Layer} at where the other ends lie
 * @param {Layer} layer
 * @param {number} count
 * @param {(index: number) => number} weigh
 * @returns {Link[]}
 */
function choose(at, layer, count, weigh) {
  const weights = Float32Array.from({ length: count }, (_, index) => weigh(index))
  let indices = [...weights.keys()].filter(index => weights[index] !== 0)
  indices.sort((one, other) => Math.abs(weights[other]) - Math.abs(weights[one]))
  if (layer.kind === "Dense") indices = indices.slice(0, MOST_UNITS)
  const largest = Math.abs(weights[indices[0]])
  return indices.map(index => ({
    layer: at.name,
    channel: index,
    strength: Math.abs(weights[index]) / largest,
    sign: Math.sign(weights[index]),
  }))
}

/**
 * How much an input counts for an output: of a kernel the length of the weights between the two,
 * with the sign of their sum; 1 where the input is passed on, 0 where it has no part.
 * @param {Layer} layer
 * @param {Layer} source
 * @param {number} input
 * @param {number} output
 */
function weighLink(layer, source, input, output) {
  const { kernel } = layer.weights
  const [inputs, outputs] = [channelsOf(source), channelsOf(layer)]
  if (layer.kind === "Flatten") return output % inputs === input ? 1 : 0
  if (layer.kind === "Softmax") return input === output ? 1 : 0.2
  if (!kernel) return input === output ? 1 : 0
  let [squares, sum] = [0, 0]
  for (let i = input * outputs + output; i < kernel.length; i += inputs * outputs) {
    squares += kernel[i] ** 2
    sum += kernel[i]
  }
  return Math.sqrt(squares) * (sum < 0 ? -1 : 1)
}
