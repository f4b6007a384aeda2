// How one number came about, step by step: one view for each kind of layer, built once and filled
// for each number. It plays from the first product to the result; all of it can be read at once.

import { digits, element, exact, power, write } from "../dom.js"
import { explain, findLargest, stepOf, unflatten } from "../engine/arithmetic.js"
import { _, N_, ngettext } from "../language.js"
import { makeSheet } from "../picture/paint.js"
import { findOrigin, makeSquares, shapeOfWeights } from "./kernel.js"

/**
 * @typedef {import("../engine/layers.js").Layer} Layer
 * @typedef {import("../engine/arithmetic.js").Explained} Explained
 * @typedef {(value: number) => string} Say
 *
 * @typedef {object} View
 * @property {HTMLElement[]} nodes
 * @property {(explained: Explained, say: Say, at: number[]) => void} fill
 *
 * @typedef {object} Situation what a view is made for
 * @property {Layer} layer
 * @property {import("./panel.js").Context} context
 * @property {() => void} again fills the view once more
 */

const STRONGEST = 6
const MOST_CELLS = 49 // of a window that are written out
const ABOVE = "128 115 172" // red, green, blue
const BELOW = "224 130 20"
/** @type {Record<string, string>} */
const ACTIVATIONS = {
  linear: N_("no activation: the same"),
  relu: N_("ReLU: 0 where that is below 0"),
  leaky_relu: N_("leaky ReLU: less where that is below 0"),
  sigmoid: N_("sigmoid: 1 ÷ (1 + e^−that)"),
  tanh: N_("tanh of that"),
}

let isExact = false // for all numbers, once chosen

/**
 * @param {import("../picture/column.js").Column} column
 * @param {import("./panel.js").Context} context
 * @param {HTMLElement | string} beside what stands beside the sums
 */
export function makeArithmetic({ layer }, context, beside = "") {
  /** @type {View | null} */
  let view = null
  /** @type {[Map<string, Float32Array>, number[]] | null} */
  let last = null
  const onchange = () => {
    isExact = box.checked
    again()
  }
  const box = element("input", { type: "checkbox", checked: isExact, onchange })
  const label = element("label", { title: _("All digits of float32, and how far this is from what the layer gave") }, box, _("exact"))
  const button = element("button", { className: "step", ariaLabel: _("Play how the number is calculated") }, _("▶ play"))
  const body = element("div", "steps-of")
  const node = element("div", "arithmetic", element("div", "choices", button, label), body)
  const again = () => last && fill(...last)
  const play = () => {
    node.classList.remove("playing")
    node.getBoundingClientRect() // or the animation would not begin anew
    node.classList.add("playing")
  }
  button.onclick = play

  /**
   * @param {Map<string, Float32Array>} readings
   * @param {number[]} at
   */
  function fill(readings, at) {
    const explained = explain(context.layers, readings, layer.name, at)
    const isFirst = !view
    view ??= makeView(explained, { layer, context, again })
    if (isFirst) body.replaceChildren(...view.nodes, beside)
    last = [readings, at]
    node.classList.toggle("exact", isExact)
    view.fill(explained, isExact ? exact : digits, at)
    if (isFirst) play()
  }
  return { node, fill, play }
}

/**
 * A table of named numbers, the layer's own output and the difference from it at its end.
 * @param {Record<string, string>} labels from name to label
 * @param {number} first step of the animation
 */
function makeTerms(labels, first = 0) {
  /** @type {Record<string, HTMLElement>} */
  const cells = {}
  const all = { ...labels, output: _("the layer’s own"), difference: _("difference") }
  const rows = Object.entries(all).map(([name, label], i) => {
    cells[name] = element("td", "")
    cells[name].dataset.term = name
    return animate(element("tr", `${name} appear`, header(label), cells[name]), first + 3 * i)
  })
  return {
    node: element("table", "terms", element("tbody", "", ...rows)),
    /** @type {(explained: Explained, say: Say) => void} */
    fill(explained, say) {
      for (const name of Object.keys(labels)) write(cells[name], say(explained[name]))
      write(cells.output, say(explained.output))
      write(cells.difference, "result" in explained ? describeDifference(explained) : "")
    },
  }
}

/** @param {Explained} explained */
function describeDifference({ result, output }) {
  const difference = result - output
  if (difference === 0) return "0"
  const steps = Math.round(Math.abs(difference) / stepOf(output))
  const number = `${difference < 0 ? "−" : ""}${power(Math.abs(difference))}`
  return ngettext("{number} ({steps} step of float32)", "{number} ({steps} steps of float32)", steps, { number, steps })
}

/**
 * @param {string} text
 * @param {"row" | "col"} scope
 */
function header(text, scope = "row") {
  const cell = /** @type {HTMLTableCellElement} */ (element("th", "", text))
  cell.scope = scope
  return cell
}

/**
 * @template {HTMLElement} T
 * @param {T} node
 * @param {number} step
 */
function animate(node, step) {
  node.style.setProperty("--step", String(step))
  return node
}

/**
 * Numbers of a window as a table; colour says as much as it can, the text says all.
 * @param {string} title
 * @param {number[]} size
 * @param {string} motion
 */
function makeGrid(title, [height, width], motion) {
  const cells = Array.from({ length: height * width }, (_, i) => animate(element("td", motion), i))
  const rows = Array.from({ length: height }, (_, y) => element("tr", "", ...cells.slice(y * width, (y + 1) * width)))
  const caption = element("caption", "", title)
  return {
    node: element("table", "grid", caption, element("tbody", "", ...rows)),
    caption,
    /** @type {(values: Float32Array, say: Say, chosen?: number[]) => void} */
    fill(values, say, chosen = []) {
      const reach = Math.max(...Array.from(values, value => Math.abs(value) || 0))
      cells.forEach((cell, i) => {
        const value = values[i]
        write(cell, Number.isFinite(value) ? say(value) : "–")
        cell.style.backgroundColor = `rgb(${value < 0 ? BELOW : ABOVE} / ${reach && value ? (0.6 * Math.abs(value)) / reach : 0})`
        cell.classList.toggle("chosen", chosen.includes(i))
      })
    },
  }
}

/** @type {(values: Float32Array, channels: number, channel: number) => Float32Array} */
const channelOf = (values, channels, channel) => values.filter((_, i) => i % channels === channel)

/** @type {(explained: Explained, situation: Situation) => View} */
function makeView(explained, situation) {
  const { kind } = explained
  if (kind === "sum") return situation.layer.window ? makeWindowSum(explained, situation) : makeUnitSum(explained, situation)
  if (kind === "largest" || kind === "mean") return makePooling(explained)
  if (kind === "softmax") return makeSoftmax(explained, situation)
  return makePlain(explained, situation)
}

/** @type {(activation: string) => Record<string, string>} */
const labelsOfSum = activation => ({ bias: _("+ bias"), total: _("= before the activation"), result: _(ACTIVATIONS[activation]) })

/**
 * Patch x kernel = products, of one map of the layer before: the one that adds most, or another.
 * @param {Explained} explained
 * @param {Situation} situation
 * @returns {View}
 */
function makeWindowSum({ shape: [height, width, channels], activation }, { layer, context, again }) {
  const isWritten = height * width <= MOST_CELLS
  const grids = [[_("patch"), "glow"], [_("kernel"), "glow"], [_("products"), "glow appear"]].map(([title, motion]) => makeGrid(title, [height, width], motion))
  const [patch, kernel, products] = grids.map(({ node }) => node)
  const count = (height * width * channels).toLocaleString("en")
  const terms = makeTerms({ sum: _("sum of all {count} products", { count }), ...labelsOfSum(activation) }, height * width)
  const canvas = element("canvas", "adds")
  const columns = Math.min(channels, 32)
  const brick = 10
  const sheet = makeSheet(canvas, { height: 1, width: 1, count: channels, columns, rows: Math.ceil(channels / columns), scale: [brick, brick], gap: 1 })
  const input = element("input", { type: "number", min: "0", max: String(channels - 1), placeholder: _("strongest"), oninput: again })
  const adds = element("span", "")
  const title = _("The map whose part of the sum is written out; empty: the map that adds most. Each square below is one map: orange pulls down, violet pulls up.")
  const choice = element("label", { className: "choice", title, hidden: channels === 1 }, _("Map of {layer}:", { layer: layer.source }), " ", input, " ", adds, canvas)
  canvas.onclick = event => {
    const [x, y] = [event.offsetX, event.offsetY].map(length => Math.floor(length / (brick + 1)))
    input.value = String(Math.min(y * columns + x, channels - 1))
    again()
  }
  return {
    nodes: [...(isWritten ? [element("div", "grids", patch, "×", kernel, "=", products)] : []), choice, terms.node],
    fill(explained, say) {
      const { channelSums } = explained
      const sizes = Array.from(/** @type {Float32Array} */ (channelSums), Math.abs)
      const channel = input.value === "" ? sizes.indexOf(Math.max(...sizes)) : Math.min(Math.max(Math.trunc(input.valueAsNumber), 0), channels - 1)
      const parts = [explained.inputs, explained.kernel, explained.products]
      for (const [i, grid] of grids.entries()) grid.fill(channelOf(parts[i], channels, channel), say)
      const reach = Math.max(...sizes) || 1
      sheet.paint(channelSums, context.palettes.signed, { range: [-reach, reach] })
      write(adds, _("map {channel} adds {value}", { channel, value: say(channelSums[channel]) }))
      terms.fill(explained, say)
    },
  }
}

/**
 * Which inputs pull a unit up and down most, and all products as a picture.
 * @param {Explained} explained
 * @param {Situation} situation
 * @returns {View}
 */
function makeUnitSum({ inputs, activation }, { layer, context: { layers, palettes } }) {
  const origin = findOrigin(layers, layer)
  const name = (/** @type {number} */ index) => {
    const [row, column, channel] = unflatten(origin.shape, index)
    if (column === undefined) return _("unit {channel}", { channel: row })
    if (origin.shape[2] === 1) return _("row {row}, column {column}", { row, column })
    return _("map {channel}, row {row}, column {column}", { channel, row, column })
  }
  const [up, down] = [_("What pulls it up"), _("What pulls it down")].map(title => makeStrongest(title, name))
  const squares = makeSquares(shapeOfWeights(layers, layer), 190, palettes.signed)
  const picture = element("figure", "", squares.canvas, element("figcaption", "", element("b", "", _("All products")), element("small", "", _("each input times its weight: orange pulls down, violet up"))))
  const count = inputs.length.toLocaleString("en")
  const terms = makeTerms({ sum: _("sum of all {count} products", { count }), ...labelsOfSum(activation) }, STRONGEST)
  return {
    nodes: [element("div", "grids", up.node, down.node, picture), terms.node],
    fill(explained, say) {
      up.fill(explained, findLargest(explained.products, 1, STRONGEST), say)
      down.fill(explained, findLargest(explained.products, -1, STRONGEST), say)
      squares.paint(explained.products)
      terms.fill(explained, say)
    },
  }
}

/**
 * @param {string} title
 * @param {(index: number) => string} name
 */
function makeStrongest(title, name) {
  const head = [_("from"), _("value"), _("× weight"), _("= product")].map(text => header(text, "col"))
  const rows = Array.from({ length: STRONGEST }, (_row, i) => {
    const cells = [header(""), ...Array.from({ length: 3 }, () => element("td", ""))]
    return { row: animate(element("tr", "appear", ...cells), i), cells }
  })
  const body = element("tbody", "", ...rows.map(({ row }) => row))
  return {
    node: element("table", "strongest", element("caption", "", title), element("thead", "", element("tr", "", ...head)), body),
    /** @type {(explained: Explained, indices: number[], say: Say) => void} */
    fill({ inputs, kernel, products }, indices, say) {
      rows.forEach(({ row, cells }, i) => {
        row.hidden = i >= indices.length
        if (row.hidden) return
        const texts = [name(indices[i]), ...[inputs, kernel, products].map(values => say(values[indices[i]]))]
        for (const [j, cell] of cells.entries()) write(cell, texts[j])
      })
    },
  }
}

/** @type {(explained: Explained) => View} */
function makePooling({ kind, size }) {
  const isMean = kind === "mean"
  const isWritten = size[0] * size[1] <= MOST_CELLS
  const grid = makeGrid(_("the window"), size, "glow")
  const who = animate(element("p", "who appear"), size[0] * size[1])
  const labels = isMean ? { sum: _("sum of the window"), count: _("÷ how many there are"), result: _("= their mean") } : { result: _("the largest") }
  const terms = makeTerms(/** @type {Record<string, string>} */ (labels), size[0] * size[1])
  return {
    nodes: [...(isWritten ? [element("div", "grids", grid.node)] : []), who, terms.node],
    fill(explained, say) {
      grid.fill(explained.window, say, explained.best)
      write(who, isMean ? "" : describeWinners(explained))
      terms.fill(explained, say)
    },
  }
}

/**
 * Who has the largest number; nobody wins where several are equal.
 * @param {Explained} explained
 */
function describeWinners({ winners: [[row, column], ...others], count, channel }) {
  if (!others.length) return _("Row {row}, column {column} of map {channel} is the largest.", { row, column, channel })
  return _("{ties} of the {count} numbers of map {channel} are equally large: they tie.", { ties: others.length + 1, count, channel })
}

/** @type {(explained: Explained, situation: Situation) => View} */
function makeSoftmax({ logits }, { context: { classes } }) {
  const head = ["", _("points x"), _("e^(x − largest)"), _("÷ sum"), _("the layer’s own")].map(text => header(text, "col"))
  const rows = Array.from(logits, (_logit, unit) => animate(element("tr", "appear", header(classes[unit]), ...Array.from({ length: 4 }, () => element("td", ""))), unit))
  const labels = {
    logit: _("points x"),
    largest: _("largest of all points"),
    exponential: _("e^(x − largest)"),
    total: _("sum of all {count}", { count: logits.length }),
    result: _("fraction of the sum"),
  }
  const terms = makeTerms(labels, logits.length)
  return {
    nodes: [element("table", "softmax", element("thead", "", element("tr", "", ...head)), element("tbody", "", ...rows)), terms.node],
    fill(explained, say, [chosen]) {
      const columns = [explained.logits, explained.exponentials, explained.results, explained.outputs]
      rows.forEach((row, unit) => {
        row.classList.toggle("chosen", unit === chosen)
        for (const [i, cell] of row.querySelectorAll("td").entries()) write(cell, say(columns[i][unit]))
      })
      terms.fill(explained, say)
    },
  }
}

/** @type {(kind: string, activation: string) => Record<string, string>} */
function labelsOfPlain(kind, activation) {
  if (kind === "activation") return { input: _("the number there"), result: _(ACTIVATIONS[activation]) }
  if (kind === "copy") return { result: _("the value there") }
  if (kind !== "normalization") return {}
  return {
    input: _("the number there"),
    mean: _("− mean in training"),
    deviation: _("÷ standard deviation in training"),
    scale: _("× scale that was learned"),
    shift: _("+ shift that was learned"),
    result: _("= normalised"),
  }
}

/**
 * A number that is made of one number alone, or that is not explained.
 * @param {Explained} explained
 * @param {Situation} situation
 * @returns {View}
 */
function makePlain({ kind, activation }, { context }) {
  const terms = makeTerms(labelsOfPlain(kind, activation))
  const text = element("p", "")
  const go = element("button", { className: "opener", hidden: kind !== "copy" }, _("Open that"))
  return {
    nodes: [text, go, terms.node],
    fill(explained, say) {
      terms.fill(explained, say)
      if (explained.problem) write(text, explained.problem)
      if (kind !== "copy") return
      const { source, from: [first, x, channel] } = explained
      const column = /** @type {import("../picture/column.js").Column} */ (context.columns.get(source))
      const at = channel === undefined ? { channel: first, y: 0, x: 0 } : { channel, y: first, x }
      write(text, tellOrigin(column, at))
      go.onclick = () => context.open(source, at)
    },
  }
}

/** @type {(column: import("../picture/column.js").Column, at: import("../picture/column.js").At) => string} */
function tellOrigin({ layer, role, classes }, { channel, y, x }) {
  const values = { channel, row: y, column: x, layer: layer.name }
  if (role === "image") return _("Nothing is calculated: it is pixel, row {row}, column {column} of {layer}.", values)
  if (role === "maps") return _("Nothing is calculated: it is map {channel}, row {row}, column {column} of {layer}.", values)
  if (role === "units") return _("Nothing is calculated: it is unit {channel} of {layer}.", values)
  return _("Nothing is calculated: it is {output} of {layer}.", { output: classes[channel].toLowerCase(), layer: layer.name })
}
