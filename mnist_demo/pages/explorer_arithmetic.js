// The arithmetic of one output, done again from the weights and from what the layer before gave.
// Products and results are rounded to float32, as the layers have them; a sum is rounded once, at
// its end. `at` is [row, column, channel] of a map or [unit]; values lie as NumPy has them.

const { fround } = Math

const ACTIVATIONS = {
  linear: value => value,
  relu: value => Math.max(value, 0),
  sigmoid: value => fround(1 / (1 + Math.exp(-value))),
  tanh: value => fround(Math.tanh(value)),
}

// What Python's `packing.pack` made: the header, and the arrays in their order.
function unpack(bytes) {
  const own = bytes.slice() // float32 numbers must begin at a multiple of four
  const length = new DataView(own.buffer).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(own.subarray(4, 4 + length)))
  let offset = 4 + length
  const arrays = header.arrays.map(([name, shape]) => {
    const size = shape.reduce((product, side) => product * side, 1)
    const values = new Float32Array(own.buffer, offset, size)
    offset += 4 * size
    return { name, shape, values }
  })
  return { header, arrays }
}

// From layer name to the layer, with its kernel and bias where it has them.
function connect({ header, arrays }) {
  const weights = new Map(arrays.map(({ name, values }) => [name, values]))
  return new Map(
    header.layers.map(layer => [
      layer.name,
      { ...layer, kernel: weights.get(`${layer.name}/kernel`), bias: weights.get(`${layer.name}/bias`) },
    ]),
  )
}

const isMap = shape => shape.length === 3

function flatIndex(shape, at) {
  return isMap(shape) ? (at[0] * shape[1] + at[1]) * shape[2] + at[2] : at[0]
}

function unflatten(shape, index) {
  if (!isMap(shape)) return [index]
  const pixel = Math.floor(index / shape[2])
  return [Math.floor(pixel / shape[1]), pixel % shape[1], index % shape[2]]
}

// Corner of the window behind an output; before the edge where the layer pads.
function windowCorner({ window }, row, column) {
  return [row * window.strides[0] - window.padding[0], column * window.strides[1] - window.padding[1]]
}

// Values of a window, (height, width, channels); `beyond` where it reaches over the edge.
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

// Kernels lie in memory with the outputs last: a step of `outputs` between weights of one output.
function explainSum(layer, inputs, shape, output, at) {
  const outputs = layer.shape.at(-1)
  const channels = shape.at(-1)
  const kernel = new Float32Array(inputs.length)
  const products = new Float32Array(inputs.length)
  const channelSums = new Float64Array(channels)
  let sum = 0
  for (let i = 0; i < inputs.length; i++) {
    kernel[i] = layer.kernel[i * outputs + at.at(-1)]
    products[i] = inputs[i] * kernel[i]
    channelSums[i % channels] += products[i]
    sum += products[i]
  }
  const bias = layer.bias ? layer.bias[at.at(-1)] : 0
  const total = fround(sum + bias)
  const result = ACTIVATIONS[layer.activation](total)
  return {
    kind: "sum", shape, inputs, kernel, products, channelSums: Float32Array.from(channelSums),
    sum: fround(sum), bias, total, activation: layer.activation, result, output,
  }
}

function explainConvolution(layer, source, values, output, at) {
  const corner = windowCorner(layer, at[0], at[1])
  const patch = cut(values, source.shape, corner, layer.window.size, 0)
  return { ...explainSum(layer, patch, [...layer.window.size, source.shape[2]], output, at), corner }
}

// The largest of the window; the first of equals has won.
function explainPooling(layer, source, values, output, [row, column, channel]) {
  const corner = windowCorner(layer, row, column)
  const size = layer.window.size
  const patch = cut(values, source.shape, corner, size, -Infinity)
  const window = patch.filter((_, i) => i % source.shape[2] === channel)
  const best = window.reduce((best, value, i) => (value > window[best] ? i : best), 0)
  const winner = [corner[0] + Math.floor(best / size[1]), corner[1] + (best % size[1])]
  return { kind: "pooling", size, corner, window, best, winner, channel, result: window[best], output }
}

function explainSoftmax(logits, outputs, at) {
  const largest = logits.reduce((most, value) => Math.max(most, value))
  const exponentials = logits.map(logit => Math.exp(fround(logit - largest)))
  const total = fround(exponentials.reduce((sum, value) => sum + value, 0))
  const results = exponentials.map(value => value / total)
  return {
    kind: "softmax", logits, largest, exponentials, total, results, outputs,
    result: results[at[0]], output: outputs[at[0]],
  }
}

// How one output of a layer came about; `readings` is from layer name to values.
function explain(network, readings, name, at) {
  const layer = network.get(name)
  const output = readings.get(name)[flatIndex(layer.shape, at)]
  if (layer.problem) return { kind: "problem", problem: layer.problem, output }
  if (!layer.source) return { kind: "input", output }
  const source = network.get(layer.source)
  const values = readings.get(layer.source)
  switch (layer.kind) {
    case "Conv2D":
      return explainConvolution(layer, source, values, output, at)
    case "MaxPooling2D":
      return explainPooling(layer, source, values, output, at)
    case "Dense":
      return explainSum(layer, values, source.shape, output, at)
    case "Softmax":
      return explainSoftmax(values, readings.get(name), at)
  }
  const from = layer.kind === "Flatten" ? unflatten(source.shape, at[0]) : at
  return { kind: "copy", source: source.name, from, result: values[flatIndex(source.shape, from)], output }
}

// Indices of the largest values above zero, or with the sign -1 of the lowest below it.
function findLargest(values, sign, count) {
  const best = []
  for (let i = 0; i < values.length; i++) {
    const value = sign * values[i]
    if (value <= 0 || (best.length === count && value <= sign * values[best.at(-1)])) continue
    const place = best.findIndex(other => value > sign * values[other])
    best.splice(place < 0 ? best.length : place, 0, i)
    best.length = Math.min(best.length, count)
  }
  return best
}

// Distance from a number to the next larger float32.
function stepOf(value) {
  const number = Float32Array.of(Math.abs(value))
  new Int32Array(number.buffer)[0]++
  return number[0] - fround(Math.abs(value))
}

// Receptive field of one output in every layer before it, from the nearest to the image. A field
// is a rectangle of pixels, `bottom` and `right` outside, in one `channel` or in all (null); of
// a layer of units it is one `unit`, or all (null).
function findFields(network, name, at) {
  const fields = new Map()
  let layer = network.get(name)
  let field = fieldAt(layer.shape, at)
  while (layer.source) {
    const source = network.get(layer.source)
    field = stepBack(layer, field, source.shape)
    fields.set(source.name, field)
    layer = source
  }
  return fields
}

function fieldAt(shape, [row, column, channel]) {
  if (!isMap(shape)) return { unit: row }
  return { top: row, left: column, bottom: row + 1, right: column + 1, channel }
}

function stepBack(layer, field, shape) {
  if (layer.window) {
    const [top, left] = windowCorner(layer, field.top, field.left)
    const [low, far] = windowCorner(layer, field.bottom - 1, field.right - 1)
    const [height, width] = layer.window.size
    return {
      top: Math.max(top, 0),
      left: Math.max(left, 0),
      bottom: Math.min(low + height, shape[0]),
      right: Math.min(far + width, shape[1]),
      channel: layer.kind === "Conv2D" ? null : field.channel,
    }
  }
  if (layer.kind === "Dropout") return field
  if (layer.kind === "Flatten" && field.unit !== null) return fieldAt(shape, unflatten(shape, field.unit))
  if (!isMap(shape)) return { unit: null }
  return { top: 0, left: 0, bottom: shape[0], right: shape[1], channel: null }
}
