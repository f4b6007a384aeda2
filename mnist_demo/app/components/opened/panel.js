// What is opened of the network's picture, in a panel: the preparation of the image, a layer, or a
// map or unit with the arithmetic of one of its numbers.

import { element } from "../dom.js"
import { _, N_ } from "../language.js"
import { openLayer } from "./layer.js"
import { openPreparation } from "./preparation.js"
import { openUnit } from "./unit.js"

/**
 * @typedef {import("../picture/column.js").Column} Column
 * @typedef {import("../picture/column.js").At} At
 * @typedef {import("../live/live.js").View} View
 *
 * A layer, and one of its outputs where that is opened.
 * @typedef {{ layer: string, at: At | null }} Opened
 *
 * What is shown of it. `fill` paints what there is now, `move` takes another number of the same map.
 * @typedef {object} Content
 * @property {string} title
 * @property {HTMLElement} node
 * @property {(view: View) => void} fill
 * @property {(at: At) => void} [move]
 * @property {() => void} [learn] paints the weights, which are others now
 *
 * What contents are made of.
 * @typedef {object} Context
 * @property {Map<string, import("../engine/layers.js").Layer>} layers
 * @property {Map<string, Column>} columns
 * @property {string[]} classes
 * @property {{ plain: Uint32Array, signed: Uint32Array }} palettes
 * @property {() => boolean} isPerMap whether each map has a scale of its own
 * @property {boolean} canAsk whether the server knows more about this network
 * @property {(layer: string, at: At | null) => void} open
 */

/** Of each kind of outputs: all of them, all of a layer, the one before and the one after. */
const STEPS = {
  map: [N_("all {count} maps"), N_("All maps of {name}"), N_("Previous map"), N_("Next map")],
  unit: [N_("all {count} units"), N_("All units of {name}"), N_("Previous unit"), N_("Next unit")],
  class: [N_("all {count} classes"), N_("All classes of {name}"), N_("Previous class"), N_("Next class")],
}

export class Panel {
  /** @param {() => void} close */
  constructor(close) {
    this.node = element("section", { className: "panel", hidden: true })
    this.onClose = close
    this.node.onkeydown = event => {
      if (event.key === "Escape") close()
    }
    /** @type {Opened | null} */
    this.opened = null
    /** @type {Content | null} */
    this.content = null
  }

  close() {
    this.node.hidden = true
    this.opened = this.content = null
  }

  /**
   * @param {Opened} opened
   * @param {Context} context
   */
  show(opened, context) {
    const before = this.opened
    this.opened = opened
    if (before?.layer === opened.layer && before.at?.channel === opened.at?.channel) {
      if (opened.at) this.content?.move?.(opened.at)
      return
    }
    const column = /** @type {Column} */ (context.columns.get(opened.layer))
    this.content = makeContent(column, opened.at, context)
    const { title, node } = this.content
    const focused = /** @type {ShadowRoot} */ (this.node.getRootNode()).activeElement
    const hadFocus = this.node.contains(focused)
    const close = element("button", { className: "close", ariaLabel: _("Close"), onclick: this.onClose }, "×")
    this.node.replaceChildren(element("header", "", element("h3", "", title), ...steps(column, opened.at, context), close), node)
    Object.assign(this.node, { ariaLabel: title, hidden: false })
    if (!hadFocus) return
    const again = `[aria-label="${focused?.getAttribute("aria-label")}"]` // "next" stays "next"
    const target = this.node.querySelector(again) ?? this.node.querySelector("[role=application]") ?? close
    if (target instanceof HTMLElement) target.focus()
  }
}

/**
 * @param {Column} column
 * @param {At | null} at
 * @param {Context} context
 */
function makeContent(column, at, context) {
  if (column.role === "image") return openPreparation()
  return at ? openUnit(column, at, context) : openLayer(column, context)
}

/**
 * Buttons to the layer as a whole, and to the outputs before and after.
 * @param {Column} column
 * @param {At | null} at
 * @param {Context} context
 */
function steps(column, at, { open }) {
  if (!at || column.role === "image") return []
  const { name, shape } = column.layer
  const count = shape[shape.length - 1]
  const make = (/** @type {string} */ text, /** @type {string} */ ariaLabel, /** @type {() => void} */ onclick) =>
    element("button", { className: "step", ariaLabel, onclick }, text)
  const [all, allOf, previous, next] = STEPS[column.role === "maps" ? "map" : column.bars ? "class" : "unit"]
  const turn = (/** @type {number} */ by) => () => open(name, { ...at, channel: (at.channel + by + count) % count })
  return [
    make(_(all, { count }), _(allOf, { name: column.name }), () => open(name, null)),
    make("‹", _(previous), turn(-1)),
    make("›", _(next), turn(1)),
  ]
}
