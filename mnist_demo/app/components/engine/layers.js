// What each kind of layer computes. Values lie as NumPy has them: maps by row, column, channel;
// kernels by row, column, input, output, so that the innermost loops run along the outputs.

import { _ } from "../language.js"

/**
 * A layer as Python's `anatomy.lay_open` tells of it, with its weights.
 * @typedef {object} Layer
 * @property {string} name
 * @property {string} kind Keras's class
 * @property {number[]} shape of its output
 * @property {string} [source] name of the layer before; the input has none
 * @property {{ size: number[], strides: number[], padding: number[] }} [window]
 * @property {string} [activation]
 * @property {number} [slope] of a leaky ReLU below zero
 * @property {number} [epsilon] of a batch normalisation
 * @property {string[]} [unusual] settings that are not what this module computes
 * @property {string} [problem] why its arithmetic is not explained, in a sentence
 * @property {number} [parameters]
 * @property {string} [work] what it does, in a sentence
 * @property {Record<string, Float32Array>} weights
 *
 * Computes the layer's output from that of the layer before.
 * @typedef {(input: Float32Array, output: Float32Array) => void} Run
 */

/** @type {Record<string, (values: Float32Array, slope: number) => void>} */
const ACTIVATIONS = {
  linear: () => {},
  relu: values => leak(values, 0),
  leaky_relu: leak,
  sigmoid: values => {
    for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + Math.exp(-values[i]))
  },
  tanh: values => {
    for (let i = 0; i < values.length; i++) values[i] = Math.tanh(values[i])
  },
  softmax: values => {
    const largest = values.reduce((most, value) => Math.max(most, value), -Infinity)
    let total = 0
    for (let i = 0; i < values.length; i++) total += values[i] = Math.exp(values[i] - largest)
    for (let i = 0; i < values.length; i++) values[i] /= total
  },
}

/**
 * From a kind to a function of a layer and the shape of its input.
 * @type {Record<string, (layer: Layer, shape: number[]) => Run>}
 */
const KINDS = {
  Conv2D: convolve,
  Dense: connect,
  MaxPooling2D: poolLargest,
  AveragePooling2D: poolMean,
  BatchNormalization: normalizeBatch,
  Flatten: () => copy,
  Dropout: () => copy,
  Activation: () => copy,
  ReLU: () => copy,
  LeakyReLU: () => copy,
  Softmax: () => (input, output) => ACTIVATIONS.softmax(copy(input, output), 0),
}

/**
 * Why a layer cannot be computed here, in a sentence; nothing where it can.
 * @param {Layer} layer
 * @param {number[]} shape of its input
 */
export function findProblem({ name, kind, activation = "linear", unusual = [], shape: output }, shape) {
  if (!(kind in KINDS)) return _("Your browser cannot compute the layer {name}, a {kind}.", { name, kind })
  if (!(activation in ACTIVATIONS)) return _("Your browser cannot compute the activation {activation} of {name}.", { activation, name })
  const isOdd = unusual.length || (kind === "Dense" && shape.length > 1) || (activation === "softmax" && output.length > 1)
  const settings = unusual.join(_(", ")) || shape.join(" × ")
  return isOdd ? _("Your browser cannot compute the layer {name} as it is set ({settings}).", { name, settings }) : ""
}

/**
 * @param {Layer} layer that has no problem
 * @param {number[]} shape of its input
 * @returns {Run}
 */
export function compile(layer, shape) {
  const run = KINDS[layer.kind](layer, shape)
  const activate = ACTIVATIONS[layer.activation ?? "linear"]
  return (input, output) => {
    run(input, output)
    activate(output, layer.slope ?? 0)
  }
}

/**
 * @param {Float32Array} input
 * @param {Float32Array} output
 */
function copy(input, output) {
  output.set(input)
  return output
}

/**
 * @param {Float32Array} values
 * @param {number} slope
 */
function leak(values, slope) {
  for (let i = 0; i < values.length; i++) if (values[i] < 0) values[i] *= slope
}

/**
 * @param {Layer} layer
 * @returns {Run}
 */
function connect({ shape: [outputs], weights }) {
  const sum = makeSum(weights, outputs)
  return (input, output) => {
    sum.take(input, 0, input.length, 0)
    sum.write(output, 0)
  }
}

/**
 * @param {Layer} layer
 * @param {number[]} shape
 * @returns {Run}
 */
function convolve(layer, shape) {
  const [, , outputs] = layer.shape
  const [, , channels] = shape
  const sum = makeSum(layer.weights, outputs)
  return (input, output) =>
    visitWindows(layer, shape, {
      begin() {},
      take: (_, from, place) => sum.take(input, from, channels, place * channels),
      end: at => sum.write(output, at),
    })
}

/**
 * Sums of inputs times weights, for all outputs at once. Most inputs are zero, after a ReLU or where
 * there is no ink: they are left out. Four at a time, as that takes half as long.
 * @param {Record<string, Float32Array>} weights
 * @param {number} outputs
 */
function makeSum({ kernel, bias }, outputs) {
  const values = new Float32Array(kernel.length / outputs + 3)
  const starts = new Int32Array(values.length)
  let count = 0
  return {
    /**
     * @param {Float32Array} input
     * @param {number} from
     * @param {number} length
     * @param {number} row of the kernel
     */
    take(input, from, length, row) {
      for (let i = 0; i < length; i++) {
        const value = input[from + i]
        if (value === 0) continue
        values[count] = value
        starts[count++] = (row + i) * outputs
      }
    },
    /**
     * @param {Float32Array} output
     * @param {number} at
     */
    write(output, at) {
      values.fill(0, count, count + 3)
      for (let o = 0; o < outputs; o++) output[at + o] = bias ? bias[o] : 0
      for (let t = 0; t < count; t += 4) {
        const v0 = values[t], v1 = values[t + 1], v2 = values[t + 2], v3 = values[t + 3]
        const k0 = starts[t], k1 = starts[t + 1], k2 = starts[t + 2], k3 = starts[t + 3]
        for (let o = 0; o < outputs; o++)
          output[at + o] += v0 * kernel[k0 + o] + v1 * kernel[k1 + o] + v2 * kernel[k2 + o] + v3 * kernel[k3 + o]
      }
      count = 0
    },
  }
}

/**
 * @param {Layer} layer
 * @param {number[]} shape
 * @returns {Run}
 */
function poolLargest(layer, shape) {
  const [, , channels] = shape
  return (input, output) =>
    visitWindows(layer, shape, {
      begin: at => output.fill(-Infinity, at, at + channels),
      take(at, from) {
        for (let c = 0; c < channels; c++) if (input[from + c] > output[at + c]) output[at + c] = input[from + c]
      },
      end() {},
    })
}

/**
 * What lies beyond the edge has no part in a mean.
 * @param {Layer} layer
 * @param {number[]} shape
 * @returns {Run}
 */
function poolMean(layer, shape) {
  const [, , channels] = shape
  return (input, output) =>
    visitWindows(layer, shape, {
      begin: at => output.fill(0, at, at + channels),
      take(at, from) {
        for (let c = 0; c < channels; c++) output[at + c] += input[from + c]
      },
      end(at, count) {
        for (let c = 0; c < channels; c++) output[at + c] /= count
      },
    })
}

/**
 * Goes through the windows behind all outputs: `at` is where the output's channels begin, `from`
 * where those of a pixel of its window begin, `place` the pixel's number in the window.
 * @param {Layer} layer
 * @param {number[]} shape
 * @param {{
 *   begin: (at: number) => void,
 *   take: (at: number, from: number, place: number) => void,
 *   end: (at: number, count: number) => void,
 * }} visitor
 */
function visitWindows({ window, shape: [rows, columns, outputs] }, [height, width, channels], visitor) {
  if (!window) return
  const { size, strides, padding } = window
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, at += outputs) {
      const [top, left] = [row * strides[0] - padding[0], column * strides[1] - padding[1]]
      let count = 0
      visitor.begin(at)
      for (let y = Math.max(0, -top); y < size[0] && top + y < height; y++)
        for (let x = Math.max(0, -left); x < size[1] && left + x < width; x++, count++)
          visitor.take(at, ((top + y) * width + left + x) * channels, y * size[1] + x)
      visitor.end(at, count)
    }
}

/**
 * @param {Layer} layer
 * @returns {Run}
 */
function normalizeBatch({ shape, epsilon = 0, weights }) {
  const { gamma, beta, moving_mean: mean, moving_variance: variance } = weights
  const channels = shape[shape.length - 1]
  return (input, output) => {
    const scale = Float64Array.from(variance, (value, c) => (gamma ? gamma[c] : 1) / Math.sqrt(value + epsilon))
    const shift = scale.map((factor, c) => (beta ? beta[c] : 0) - mean[c] * factor)
    for (let i = 0; i < input.length; i++) output[i] = input[i] * scale[i % channels] + shift[i % channels]
  }
}
