// A map or unit: its numbers, the arithmetic of one of them, and what it looks for.

import { element, write } from "../dom.js"
import { findFields } from "../engine/fields.js"
import { _ } from "../language.js"
import { GREYS, makePlane, outline } from "../picture/paint.js"
import { nameOutput } from "../picture/words.js"
import { makeArithmetic } from "./arithmetic_view.js"
import { makeFacts } from "./facts.js"
import { drawKernel, makeFigure } from "./kernel.js"
import { hasOwnUnits } from "./without.js"

/**
 * @typedef {import("../picture/column.js").Column} Column
 * @typedef {import("../picture/column.js").At} At
 * @typedef {import("../live/live.js").View} View
 */

const LARGE = { fine: 280, coarse: 340 } // CSS pixels of a map, for a mouse and for a finger
const LARGEST_PIXEL = 48
const FIELD_SCALE = 4
/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }

/**
 * @param {Column} column
 * @param {At} start
 * @param {import("./panel.js").Context} context
 * @returns {import("./panel.js").Content}
 */
export function openUnit(column, start, context) {
  const { layer, role } = column
  const { layers, palettes } = context
  const isMap = role === "maps"
  let at = start
  /** @type {View | null} */
  let view = null
  const index = () => (isMap ? [at.y, at.x, at.channel] : [at.channel])
  const where = element("p", { className: "where", role: "status" })
  const field = isMap ? makeField(context) : null
  const arithmetic = makeArithmetic(column, context, field?.node)
  const map = isMap ? makeMap(column, () => at, moved => context.open(layer.name, moved), arithmetic.play) : null
  const facts = context.canAsk && hasOwnUnits(layer) ? makeFacts(column, at.channel, context) : null
  let kernel = drawKernel(layers, layer, at.channel, palettes.signed)
  const figures = [...(kernel ? [kernel] : []), ...(facts?.figures ?? [])]
  const looksFor = figures.length ? [element("h4", "", _("What it looks for")), element("div", "figures", ...figures), ...(facts ? [facts.text] : [])] : []

  const explain = () => {
    const values = view?.readings?.get(layer.name)
    write(where, !values ? _("Draw something to see its numbers.") : isMap ? column.nameOf(at) : "")
    if (!view?.readings || !values) return
    map?.paint(values)
    arithmetic.node.classList.toggle("held", !view.address) // what is explained stands
    if (!view.address) return
    arithmetic.fill(view.readings, index())
    field?.fill(view.readings, findFields(layers, layer.name, index()))
  }
  const right = element("div", "right", where, element("p", "note", layer.work ?? ""), arithmetic.node)
  return {
    title: tellTitle(column, start),
    node: element("div", "unit", ...(map ? [map.node] : []), right, element("div", "below", ...looksFor)),
    learn() {
      const learned = drawKernel(layers, layer, at.channel, palettes.signed)
      if (learned) kernel?.replaceWith(learned)
      kernel = learned
    },
    fill(now) {
      view = now
      explain()
      facts?.fill(now)
    },
    move(to) {
      at = to
      explain()
    },
  }
}

/** @type {(column: Column, at: At) => string} */
function tellTitle({ name, role, layer, bars, classes }, { channel }) {
  if (bars) return _("{name} for {output}", { name, output: nameOutput(role, channel, classes) })
  const values = { name, channel, layer: layer.name }
  return role === "maps" ? _("{name}: map {channel} of {layer}", values) : _("{name}: unit {channel} of {layer}", values)
}

/**
 * A map so large that one can point at its pixels, with mouse, finger and keys.
 * @param {Column} column
 * @param {() => At} whereNow
 * @param {(at: At) => void} move
 * @param {() => void} play
 */
function makeMap(column, whereNow, move, play) {
  const [height, width, channels] = column.layer.shape
  const large = matchMedia("(pointer: coarse)").matches ? LARGE.coarse : LARGE.fine
  const scale = Math.min(Math.floor(large / width), LARGEST_PIXEL)
  const plane = makePlane(width, height, scale)
  const { channel } = whereNow()
  const ariaLabel = _("Map {channel}, {height} rows, {width} columns. Arrow keys choose a number, Enter plays how it is calculated", { channel, height, width })
  const node = element("div", { className: "map", tabIndex: 0, role: "application", ariaLabel }, plane.canvas)
  const within = (/** @type {number} */ place, /** @type {number} */ length) => Math.min(Math.max(Math.floor(place), 0), length - 1)
  const go = (/** @type {number} */ y, /** @type {number} */ x) => {
    const at = { channel: whereNow().channel, y: within(y, height), x: within(x, width) }
    if (at.y !== whereNow().y || at.x !== whereNow().x) move(at)
  }
  const follow = (/** @type {PointerEvent} */ event) => {
    const box = plane.canvas.getBoundingClientRect()
    go(((event.clientY - box.top) / box.height) * height, ((event.clientX - box.left) / box.width) * width)
  }
  node.onpointerdown = event => {
    follow(event)
    play()
  }
  node.onpointermove = event => {
    if (event.buttons) follow(event)
  }
  node.onkeydown = event => {
    const step = MOVES[event.key]
    if (step) go(whereNow().y + step[0], whereNow().x + step[1])
    else if (event.key === "Enter" || event.key === " ") play()
    else return
    event.preventDefault()
  }
  const line = element("small", "", _("Press a pixel to see how its number is calculated; slide to the next, or use the arrow keys."))
  return {
    node: element("figure", "pixels", node, element("figcaption", "", line)),
    /** @param {Float32Array} values */
    paint(values) {
      const { channel, y, x } = whereNow()
      plane.paint(values, column.palette, { channel, channels })
      outline(plane.canvas, [x * scale, y * scale, scale, scale])
    },
  }
}

/**
 * The part of the image that a number depends on.
 * @param {import("./panel.js").Context} context
 */
function makeField({ layers }) {
  const [image] = layers.values()
  const [height, width] = image.shape
  const plane = makePlane(width, height, FIELD_SCALE)
  const { node, line } = makeFigure(plane.canvas, _("The pixels it depends on"))
  node.classList.add("field")
  return {
    node,
    /**
     * @param {Map<string, Float32Array>} readings
     * @param {ReturnType<typeof findFields>} fields
     */
    fill(readings, fields) {
      const field = fields.get(image.name)
      node.hidden = !field || !("top" in field)
      if (!field || !("top" in field)) return
      const { top, left, bottom, right } = field
      plane.paint(/** @type {Float32Array} */ (readings.get(image.name)), GREYS, { range: [0, 1] })
      outline(plane.canvas, [left * FIELD_SCALE, top * FIELD_SCALE, (right - left) * FIELD_SCALE, (bottom - top) * FIELD_SCALE])
      write(line, _("{part} of the {whole}: rows {rows}, columns {columns}", {
        part: `${right - left} × ${bottom - top}`,
        whole: `${width} × ${height}`,
        rows: `${top}–${bottom - 1}`,
        columns: `${left}–${right - 1}`,
      }))
      node.dataset.field = [top, left, bottom, right].join()
    },
  }
}
