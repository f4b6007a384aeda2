// A layer as a whole: all its maps or units large, or their kernels, sorted by what is lost without
// each of them.

import { digits, element, short, write } from "../dom.js"
import { _, N_, ngettext } from "../language.js"
import { makePlane, rangeOf } from "../picture/paint.js"
import { nameOutput } from "../picture/words.js"
import { makeSquares, shapeOfWeights } from "./kernel.js"
import { fetchWithout, hasOwnUnits, measureEffect } from "./without.js"

/**
 * @typedef {import("../picture/column.js").Column} Column
 * @typedef {import("../live/live.js").View} View
 */

const SIDE = 84 // CSS pixels of a map
const MOST = 128 // tiles

/**
 * @param {Column} column
 * @param {import("./panel.js").Context} context
 * @returns {import("./panel.js").Content}
 */
export function openLayer(column, context) {
  const { layer, role } = column
  const channels = layer.shape[layer.shape.length - 1]
  const isMaps = role === "maps"
  const hasKernels = Boolean(layer.weights.kernel)
  const show = choose(_("Show"), [isMaps ? N_("maps") : N_("numbers"), ...(hasKernels ? [layer.window ? N_("kernels") : N_("weights")] : [])])
  const sort = choose(_("Sort by"), [N_("number"), N_("strength"), ...(context.canAsk && hasOwnUnits(layer) ? [N_("effect on the answer")] : [])])
  sort.box.title = _("Effect: by how many points the answer’s lead over the runner-up changes without it")
  const note = element("p", "note")
  const list = element("div", "tiles")
  const tiles = Array.from({ length: channels }, (_tile, channel) => makeTile(channel))
  /** @type {View | null} */
  let view = null
  /** @type {{ address: string, effects: number[] } | null} */
  let known = null

  /** @param {number} channel */
  function makeTile(channel) {
    const map = isMaps ? makePlane(layer.shape[1], layer.shape[0], Math.max(1, Math.round(SIDE / layer.shape[1]))) : null
    const text = element("small", "")
    const onclick = () => context.open(layer.name, column.findPeak(channel, view?.readings?.get(layer.name)))
    const name = element("b", "", nameOutput(role, channel, context.classes))
    const button = element("button", { className: "tile", onclick }, ...(map ? [map.canvas] : []), name, text)
    /** @type {ReturnType<typeof makeSquares> | null} */
    let kernel = null
    const learn = () => {
      kernel?.paint(layer.weights.kernel, { channel, channels, reach: Math.max(...rangeOf(layer.weights.kernel).map(Math.abs)) })
    }
    return {
      channel, map, text, button, learn,
      /** @param {boolean} isKernel */
      turn(isKernel) {
        if (isKernel && !kernel) {
          kernel = makeSquares(shapeOfWeights(context.layers, layer), SIDE, context.palettes.signed)
          learn()
          button.prepend(kernel.canvas)
        }
        if (kernel) kernel.canvas.hidden = !isKernel
        if (map) map.canvas.hidden = isKernel
      },
    }
  }

  const isByEffect = () => sort.box.value.startsWith("effect")

  const arrange = async () => {
    const values = view?.readings?.get(layer.name)
    if (!values) return
    const address = view?.address ?? ""
    if (isByEffect() && address && known?.address !== address) {
      write(note, _("Asking what the answer becomes without each of them …"))
      try {
        const { logits } = await fetchWithout(address, layer.name)
        known = { address, effects: Array.from({ length: channels }, (_effect, channel) => measureEffect(view?.logits ?? [], logits, channel)) }
      } catch (error) {
        return write(note, /** @type {Error} */ (error).message)
      }
    }
    const rank = tiles.map(({ channel }) => rangeOf(values, { channel, channels })[1])
    const keys = isByEffect() ? (known?.effects.map(Math.abs) ?? rank) : rank
    const order = [...tiles.keys()]
    if (sort.box.value !== "number") order.sort((one, other) => keys[other] - keys[one])
    list.replaceChildren(...order.slice(0, MOST).map(channel => tiles[channel].button))
    const part = channels > MOST ? _("The first {most} of {count} units.", { most: MOST, count: channels.toLocaleString("en") }) : ""
    const meaning = isByEffect() && known ? _("By how many points the answer’s lead over the runner-up changes without each of them.") : ""
    write(note, `${part} ${meaning}`.trim())
    fill()
  }

  const fill = () => {
    const values = view?.readings?.get(layer.name)
    for (const { channel, map, text, button } of tiles) {
      if (!button.isConnected) continue
      if (values && map) map.paint(values, column.palette, { channel, channels, range: context.isPerMap() ? undefined : rangeOf(values) })
      else map?.clear()
      const high = short(values ? rangeOf(values, { channel, channels })[1] : 0)
      const most = isMaps ? _("up to {value}", { value: high }) : high
      write(text, isByEffect() && known ? `${known.effects[channel] > 0 ? "+" : ""}${digits(known.effects[channel])}` : values ? most : "")
    }
  }
  show.box.onchange = () => {
    for (const tile of tiles) tile.turn(["kernels", "weights"].includes(show.box.value))
  }
  sort.box.onchange = arrange
  list.replaceChildren(...tiles.slice(0, MOST).map(({ button }) => button))
  return {
    title: tellTitle(column, channels),
    node: element("div", "layer", element("p", "note", layer.work ?? ""), element("div", "choices", show.node, sort.node), note, list),
    learn() {
      for (const tile of tiles) tile.learn()
    },
    fill(now) {
      const isNew = now.address && now.address !== view?.address
      view = now
      if (isNew && sort.box.value !== "number") arrange()
      else fill()
    },
  }
}

/** @type {(column: Column, channels: number) => string} */
function tellTitle({ name, role, layer, bars }, channels) {
  if (bars) return _("{name} for all classes", { name })
  const values = { name, count: channels.toLocaleString("en"), layer: layer.name }
  return role === "maps"
    ? ngettext("{name}: all {count} map of {layer}", "{name}: all {count} maps of {layer}", channels, values)
    : ngettext("{name}: all {count} unit of {layer}", "{name}: all {count} units of {layer}", channels, values)
}

/**
 * @param {string} label
 * @param {string[]} options in English, which the box keeps as its value
 */
function choose(label, options) {
  const box = element("select", "", ...options.map(value => element("option", { value }, _(value))))
  return { node: element("label", { hidden: options.length < 2 }, `${label} `, box), box }
}
