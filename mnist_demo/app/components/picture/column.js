// One layer of the network's picture: what it is, and all its maps, units or numbers.

import { makeBars } from "../bars.js"
import { element, icon, short, write } from "../dom.js"
import { _ } from "../language.js"
import { channelRanges, GREYS, join, makeSheet } from "./paint.js"
import { describeSize, explainWork, listFacts, nameOutput, tellOf } from "./words.js"

/**
 * @typedef {import("../engine/layers.js").Layer} Layer
 * @typedef {import("./layout.js").Role} Role
 * @typedef {import("./layout.js").Place} Place
 *
 * An output: a map or unit, and of a map the pixel.
 * @typedef {{ channel: number, y: number, x: number }} At
 *
 * What somebody does to a column.
 * @typedef {object} Actions
 * @property {(at: At | null) => void} point
 * @property {(at: At | null) => void} open an output, or with null the whole layer
 * @property {() => void} toggle
 */

const EYE = "M12 5C6 5 2 12 2 12s4 7 10 7 10-7 10-7-4-7-10-7zm0 11a4 4 0 1 1 0-8 4 4 0 0 1 0 8z"
const EYE_OFF = "M3.5 2 22 20.5 20.5 22l-3.400-3.400A10 10 0 0 1 12 19C6 19 2 12 2 12a17 17 0 0 1 4.300-4.700L2 3.5zM12 5c6 0 10 7 10 7a17 17 0 0 1-3.300 4L9 5.400A9 9 0 0 1 12 5z"

export class Column {
  /**
   * @param {Layer} layer
   * @param {Role} role
   * @param {string} name in plain words
   * @param {string[]} classes
   * @param {{ plain: Uint32Array }} palettes
   * @param {Actions} actions
   */
  constructor(layer, role, name, classes, palettes, actions) {
    this.layer = layer
    this.role = role
    this.name = name
    this.classes = classes
    this.actions = actions
    this.palette = role === "image" ? GREYS : palettes.plain
    this.isOn = true
    /** @type {Place} */
    this.place = { width: 0, height: 0, zoom: 1 }
    /** @type {ReturnType<typeof makeSheet> | null} */
    this.sheet = null
    this.told = element("p", "told")
    this.more = role === "image" ? this.buildOpener() : ""
    this.eye = element("button", { className: "eye", onclick: actions.toggle })
    this.body = role === "points" || role === "answer" ? this.buildNumbers() : this.buildSheet()
    const ariaLabel = _("{name}: {layer}, {size}", { name, layer: layer.name, size: describeSize(layer, role) })
    this.section = element("section", { className: `column ${role}`, ariaLabel }, this.buildHead(), this.body, this.told, this.more)
    this.section.dataset.layer = layer.name
  }

  buildHead() {
    const { layer, role, name } = this
    const facts = listFacts(layer).map(([term, fact]) => element("div", "", element("dt", "", term), element("dd", "", fact)))
    const summary = element("summary", { ariaLabel: _("More on {name}", { name }) }, "+")
    const more = element("details", "more", summary, element("div", "card", element("p", "", explainWork(layer)), element("dl", "", ...facts)))
    return element("header", "", element("div", "tools", more, this.eye), element("h3", "", this.buildName()), element("small", "", describeSize(layer, role)))
  }

  /** The name opens the layer. */
  buildName() {
    const title = _("Open {layer}", { layer: this.layer.name })
    return element("button", { className: "name", title, onclick: () => this.actions.open(null) }, this.name)
  }

  buildOpener() {
    const onclick = () => this.actions.open({ channel: 0, y: 0, x: 0 })
    return element("button", { className: "opener", onclick }, _("How it got here"))
  }

  buildSheet() {
    this.canvas = element("canvas", "")
    const properties = {
      className: "sheet",
      tabIndex: 0,
      role: "application",
      ariaLabel: _("{name}, {size}. Arrow keys choose, Enter opens", { name: this.name, size: describeSize(this.layer, this.role) }),
      onpointermove: (/** @type {PointerEvent} */ event) => this.actions.point(this.hit(event)),
      onpointerleave: () => this.actions.point(null),
      onclick: (/** @type {MouseEvent} */ event) => {
        const at = this.hit(event)
        if (at) this.actions.open(at)
      },
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.press(event),
      onblur: () => this.actions.point(null),
    }
    return element("div", properties, this.canvas)
  }

  buildNumbers() {
    this.bars = makeBars(this.classes, "button")
    this.bars.rows.forEach((row, channel) => {
      const at = { channel, y: 0, x: 0 }
      row.onpointermove = row.onfocus = () => this.actions.point(at)
      row.onpointerleave = row.onblur = () => this.actions.point(null)
      row.onclick = () => this.actions.open(at)
    })
    return this.bars.node
  }

  /** @param {boolean} isOn */
  turn(isOn) {
    this.isOn = isOn
    this.section.classList.toggle("off", !isOn)
    const names = { name: this.name, layer: this.layer.name }
    this.eye.title = this.eye.ariaLabel = isOn ? _("Hide {name} ({layer})", names) : _("Show {name} ({layer})", names)
    this.eye.ariaPressed = String(isOn)
    this.eye.replaceChildren(icon(isOn ? EYE : EYE_OFF))
  }

  /** @param {Place} place */
  lay(place) {
    const { grid, zoom } = place
    const isSame = JSON.stringify(grid) === JSON.stringify(this.place.grid)
    this.place = place
    if (!this.isOn || !grid || !this.canvas) return
    if (!isSame || !this.sheet) this.sheet = makeSheet(this.canvas, grid)
    this.canvas.style.width = `${this.canvas.width * zoom}px`
    this.canvas.style.height = `${this.canvas.height * zoom}px`
  }

  /**
   * Paint what the layer gave.
   * @param {Float32Array | undefined} values nothing where nothing is drawn
   * @param {boolean} isPerMap whether each map has a scale of its own
   * @param {ArrayLike<number>} logits
   */
  fill(values, isPerMap, logits) {
    if (!this.isOn) return
    const { shape } = this.layer
    const ranges = values && channelRanges(values, shape[shape.length - 1])
    if (this.bars) this.fillNumbers(values)
    else if (values && ranges) this.sheet?.paint(values, this.palette, isPerMap && this.role === "maps" ? { ranges } : { range: join(ranges) })
    else this.sheet?.clear()
    write(this.told, values && ranges ? tellOf(this.layer, this.role, values, ranges.highs, { classes: this.classes, logits }) : "")
  }

  /** @param {Float32Array | undefined} values */
  fillNumbers(values = new Float32Array()) {
    if (this.role === "answer") this.bars?.fill(values, value => `${(100 * value).toFixed(1)}%`, 1)
    else this.bars?.fill(values, short)
  }

  /**
   * The output under the pointer, or null between and beyond them.
   * @param {MouseEvent} event
   * @returns {At | null}
   */
  hit(event) {
    const { grid, zoom } = this.place
    if (!grid || !this.canvas) return null
    const box = this.canvas.getBoundingClientRect()
    const [x, y] = [(event.clientX - box.left) / zoom, (event.clientY - box.top) / zoom]
    const [width, height] = [grid.width * grid.scale[0], grid.height * grid.scale[1]]
    const [column, row] = [Math.floor(x / (width + grid.gap)), Math.floor(y / (height + grid.gap))]
    const channel = row * grid.columns + column
    if (x < 0 || y < 0 || column >= grid.columns || channel >= grid.count) return null
    const inside = (/** @type {number} */ length, /** @type {number} */ step, /** @type {number} */ scale, /** @type {number} */ count) =>
      Math.min(Math.floor((length % step) / scale), count - 1)
    const at = { channel, y: inside(y, height + grid.gap, grid.scale[1], grid.height), x: inside(x, width + grid.gap, grid.scale[0], grid.width) }
    return this.role === "units" ? { channel, y: 0, x: 0 } : at
  }

  /**
   * Where an output lies, in CSS pixels of the window.
   * @param {number} channel
   */
  boxOf(channel) {
    if (this.bars) return this.bars.rows[channel].getBoundingClientRect()
    const { grid, zoom } = this.place
    if (!grid || !this.canvas) return this.section.getBoundingClientRect()
    const box = this.canvas.getBoundingClientRect()
    const [width, height] = [grid.width * grid.scale[0], grid.height * grid.scale[1]]
    const left = box.left + (channel % grid.columns) * (width + grid.gap) * zoom
    const top = box.top + Math.floor(channel / grid.columns) * (height + grid.gap) * zoom
    return new DOMRect(left, top, width * zoom, height * zoom)
  }

  /**
   * Where a part of the maps lies, in each that it is of; nowhere where it is all of them.
   * @param {import("../engine/fields.js").Field} field
   */
  boxesOf(field) {
    const [height, width, count] = this.layer.shape
    if (!this.isOn || !("top" in field) || (field.bottom - field.top === height && field.right - field.left === width)) return []
    const channels = field.channel === null ? [...Array(count).keys()] : [field.channel]
    return channels.map(channel => {
      const box = this.boxOf(channel)
      const [x, y] = [box.width / width, box.height / height]
      return new DOMRect(box.left + field.left * x, box.top + field.top * y, (field.right - field.left) * x, (field.bottom - field.top) * y)
    })
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const { grid } = this.place
    if (!grid) return
    this.chosen ??= 0
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: grid.columns, ArrowUp: -grid.columns }
    const middle = { y: grid.height >> 1, x: grid.width >> 1 }
    if (event.key === "Escape") this.actions.point(null)
    else if (event.key === "Enter" || event.key === " ") this.actions.open({ channel: this.chosen, ...middle })
    else if (event.key in steps) {
      const step = steps[/** @type {keyof typeof steps} */ (event.key)]
      this.chosen = Math.min(Math.max(this.chosen + step, 0), grid.count - 1)
      this.actions.point({ channel: this.chosen, ...middle })
    } else return
    event.preventDefault()
  }

  /**
   * An output, at the pixel where its map is highest; the middle where nothing is drawn.
   * @param {number} channel
   * @param {Float32Array | undefined} values
   * @returns {At}
   */
  findPeak(channel, values) {
    const { shape } = this.layer
    if (shape.length < 3) return { channel, y: 0, x: 0 }
    const [height, width, channels] = shape
    let best = (height >> 1) * width + (width >> 1)
    for (let i = 0; values && i < height * width; i++) if (values[i * channels + channel] > values[best * channels + channel]) best = i
    return { channel, y: Math.floor(best / width), x: best % width }
  }

  /**
   * Whether the layer has this output; every layer can be opened as a whole.
   * @param {At | null} at
   */
  has(at) {
    const { shape } = this.layer
    if (!at) return true
    return at.channel < shape[shape.length - 1] && (shape.length < 3 || (at.y < shape[0] && at.x < shape[1]))
  }

  /** @param {At} at */
  nameOf({ channel, y, x }) {
    if (this.role === "image") return _("Pixel, row {row}, column {column}", { row: y, column: x })
    if (this.role === "maps") return _("Map {channel}, row {row}, column {column}", { channel, row: y, column: x })
    return nameOutput(this.role, channel, this.classes)
  }

  /**
   * @param {Float32Array} values
   * @param {At} at
   */
  valueAt(values, { channel, y, x }) {
    const { shape } = this.layer
    return shape.length === 3 ? values[(y * shape[1] + x) * shape[2] + channel] : values[channel]
  }
}
