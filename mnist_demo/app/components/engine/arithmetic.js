// The arithmetic of one output, done again from the weights and from what the layer before gave.
// Products and results are rounded to float32, as the layers have them; a sum is rounded once, at
// its end. `at` is [row, column, channel] of a map or [unit]; values lie as NumPy has them.

/**
 * @typedef {import("./layers.js").Layer} Layer
 *
 * How an output came about; which fields there are depends on the `kind`: sum, largest, mean,
 * normalization, activation, softmax, copy, input or problem.
 * @typedef {{ kind: string, output: number } & Record<string, any>} Explained
 */

const { fround } = Math

/** @type {Record<string, (value: number, slope: number) => number>} */
const ACTIVATIONS = {
  linear: value => value,
  relu: value => Math.max(value, 0),
  leaky_relu: (value, slope) => (value > 0 ? value : fround(value * slope)),
  sigmoid: value => fround(1 / (1 + Math.exp(-value))),
  tanh: value => fround(Math.tanh(value)),
}

/** @param {number[]} shape */
export const isMap = shape => shape.length === 3

/**
 * @param {number[]} shape
 * @param {number[]} at
 */
export function flatten(shape, at) {
  return isMap(shape) ? (at[0] * shape[1] + at[1]) * shape[2] + at[2] : at[0]
}

/**
 * @param {number[]} shape
 * @param {number} index
 */
export function unflatten(shape, index) {
  if (!isMap(shape)) return [index]
  const pixel = Math.floor(index / shape[2])
  return [Math.floor(pixel / shape[1]), pixel % shape[1], index % shape[2]]
}

/**
 * Corner of the window behind an output; before the edge where the layer pads.
 * @param {Layer} layer
 * @param {number} row
 * @param {number} column
 */
export function findCorner({ window }, row, column) {
  const { strides, padding } = /** @type {NonNullable<Layer["window"]>} */ (window)
  return [row * strides[0] - padding[0], column * strides[1] - padding[1]]
}

/**
 * Values of a window, (height, width, channels); `beyond` where it reaches over the edge.
 * @param {Float32Array} values
 * @param {number[]} shape
 * @param {number[]} corner
 * @param {number[]} size
 * @param {number} beyond
 */
function cut(values, shape, [top, left], [height, width], beyond) {
  const channels = shape[2]
  const patch = new Float32Array(height * width * channels).fill(beyond)
  for (let y = 0; y < height; y++) {
    if (top + y < 0 || top + y >= shape[0]) continue
    for (let x = 0; x < width; x++) {
      if (left + x < 0 || left + x >= shape[1]) continue
      const from = ((top + y) * shape[1] + left + x) * channels
      patch.set(values.subarray(from, from + channels), (y * width + x) * channels)
    }
  }
  return patch
}

/**
 * @param {Layer} layer
 * @param {Float32Array} inputs
 * @param {number[]} shape of the inputs
 * @param {number} unit
 */
function explainSum({ shape: outputShape, weights, activation = "linear", slope = 0 }, inputs, shape, unit) {
  const outputs = outputShape[outputShape.length - 1]
  const channels = shape[shape.length - 1]
  const kernel = inputs.map((_, i) => weights.kernel[i * outputs + unit]) // the outputs lie last
  const products = inputs.map((input, i) => input * kernel[i])
  const channelSums = new Float64Array(channels)
  let sum = 0
  for (const [i, product] of products.entries()) {
    channelSums[i % channels] += product
    sum += product
  }
  const bias = weights.bias ? weights.bias[unit] : 0
  const total = fround(sum + bias)
  const result = ACTIVATIONS[activation](total, slope)
  return { kind: "sum", shape, inputs, kernel, products, channelSums: Float32Array.from(channelSums), sum: fround(sum), bias, total, activation, result }
}

/**
 * The largest number of a window or its mean; `best` are the cells of all that are as large.
 * A global pooling gives units; its window is the whole map.
 * @param {Layer} layer
 * @param {Layer} source
 * @param {Float32Array} values
 * @param {number[]} at
 */
function explainPooling(layer, source, values, at) {
  const [row, column, channel] = isMap(layer.shape) ? at : [0, 0, at[0]]
  const corner = findCorner(layer, row, column)
  const size = layer.window?.size ?? []
  const window = cut(values, source.shape, corner, size, NaN).filter((_, i) => i % source.shape[2] === channel)
  const inside = window.filter(Number.isFinite)
  const shared = { size, corner, window, count: inside.length, channel }
  if (layer.kind.includes("Average")) {
    const sum = inside.reduce((total, value) => total + value, 0)
    return { kind: "mean", ...shared, sum: fround(sum), result: fround(sum / inside.length) }
  }
  const result = inside.reduce((most, value) => Math.max(most, value))
  const best = [...window.keys()].filter(i => window[i] === result)
  const winners = best.map(i => [corner[0] + Math.floor(i / size[1]), corner[1] + (i % size[1])])
  return { kind: "largest", ...shared, best, winners, result }
}

/**
 * From the mean and the spread of the training to those that were learned.
 * @param {Layer} layer
 * @param {number} input
 * @param {number} channel
 */
function explainNormalization({ weights, epsilon = 0 }, input, channel) {
  const { moving_mean: means, moving_variance: variances, gamma, beta } = weights
  const mean = means[channel]
  const deviation = fround(Math.sqrt(variances[channel] + epsilon))
  const scale = gamma ? gamma[channel] : 1
  const shift = beta ? beta[channel] : 0
  return { kind: "normalization", input, mean, deviation, scale, shift, result: fround(((input - mean) / deviation) * scale + shift) }
}

/**
 * @param {Float32Array} logits
 * @param {Float32Array} outputs
 * @param {number} unit
 */
function explainSoftmax(logits, outputs, unit) {
  const largest = logits.reduce((most, value) => Math.max(most, value))
  const exponentials = logits.map(logit => Math.exp(fround(logit - largest)))
  const total = fround(exponentials.reduce((sum, value) => sum + value, 0))
  const results = exponentials.map(value => value / total)
  return { kind: "softmax", logit: logits[unit], logits, largest, exponential: exponentials[unit], exponentials, total, results, outputs, result: results[unit] }
}

/**
 * How one output of a layer came about.
 * @param {Map<string, Layer>} layers
 * @param {Map<string, Float32Array>} readings of every layer
 * @param {string} name
 * @param {number[]} at
 * @returns {Explained}
 */
export function explain(layers, readings, name, at) {
  const layer = /** @type {Layer} */ (layers.get(name))
  const outputs = /** @type {Float32Array} */ (readings.get(name))
  const source = layers.get(layer.source ?? "")
  const values = readings.get(layer.source ?? "")
  const output = outputs[flatten(layer.shape, at)]
  if (layer.problem) return { kind: "problem", problem: layer.problem, output }
  if (!source || !values) return { kind: "input", output }
  return { ...explainKind(layer, source, values, outputs, at), output }
}

/**
 * @param {Layer} layer
 * @param {Layer} source
 * @param {Float32Array} values
 * @param {Float32Array} outputs
 * @param {number[]} at
 */
function explainKind(layer, source, values, outputs, at) {
  const { kind, window, activation = "linear", slope = 0 } = layer
  const channel = at[at.length - 1]
  const input = values[flatten(source.shape, at)]
  if (kind === "Conv2D" && window) {
    const corner = findCorner(layer, at[0], at[1])
    const patch = cut(values, source.shape, corner, window.size, 0)
    return { ...explainSum(layer, patch, [...window.size, source.shape[2]], channel), corner }
  }
  if (window) return explainPooling(layer, source, values, at)
  if (kind === "Dense") return explainSum(layer, values, source.shape, channel)
  if (kind === "BatchNormalization") return explainNormalization(layer, input, channel)
  if (kind === "Softmax") return explainSoftmax(values, outputs, channel)
  if (["Activation", "ReLU", "LeakyReLU"].includes(kind))
    return { kind: "activation", input, activation, result: ACTIVATIONS[activation](input, slope) }
  const from = kind === "Flatten" ? unflatten(source.shape, at[0]) : at
  return { kind: "copy", source: source.name, from, result: values[flatten(source.shape, from)] }
}

/**
 * Indices of the largest values above zero, or with the sign -1 of the lowest below it.
 * @param {Float32Array} values
 * @param {number} sign
 * @param {number} count
 */
export function findLargest(values, sign, count) {
  const indices = [...values.keys()].filter(i => sign * values[i] > 0)
  return indices.sort((one, other) => sign * (values[other] - values[one])).slice(0, count)
}

/**
 * Distance from a number to the next larger float32.
 * @param {number} value
 */
export function stepOf(value) {
  const number = Float32Array.of(Math.abs(value))
  new Int32Array(number.buffer)[0]++
  return number[0] - fround(Math.abs(value))
}
