// A layer as a whole: all its maps or units large, or their kernels, sorted by what is lost without
// each of them.

import { countOf, digits, element, short, write } from "../dom.js"
import { makePlane, rangeOf } from "../picture/paint.js"
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
  const show = choose("Show", [isMaps ? "maps" : "numbers", ...(hasKernels ? [layer.window ? "kernels" : "weights"] : [])])
  const sort = choose("Sort by", ["number", "strength", ...(hasOwnUnits(layer) ? ["effect on the answer"] : [])])
  sort.box.title = "Effect: by how many points the answer’s lead over the runner-up changes without it"
  const note = element("p", "note")
  const list = element("div", "tiles")
  const tiles = Array.from({ length: channels }, (_, channel) => makeTile(channel))
  /** @type {View | null} */
  let view = null
  /** @type {{ address: string, effects: number[] } | null} */
  let known = null

  /** @param {number} channel */
  function makeTile(channel) {
    const map = isMaps ? makePlane(layer.shape[1], layer.shape[0], Math.max(1, Math.round(SIDE / layer.shape[1]))) : null
    const text = element("small", "")
    const button = element("button", "tile", ...(map ? [map.canvas] : []), element("b", "", column.nameOf({ channel, y: 0, x: 0 }).split(",")[0]), text)
    button.onclick = () => context.open(layer.name, column.findPeak(channel, view?.readings?.get(layer.name)))
    /** @type {HTMLCanvasElement | null} */
    let kernel = null
    return {
      channel, map, text, button,
      /** @param {boolean} isKernel */
      turn(isKernel) {
        if (isKernel && !kernel) {
          const squares = makeSquares(shapeOfWeights(context.layers, layer), SIDE, context.palettes.signed)
          squares.paint(layer.weights.kernel, { channel, channels, reach: Math.max(...rangeOf(layer.weights.kernel).map(Math.abs)) })
          kernel = squares.canvas
          button.prepend(kernel)
        }
        if (kernel) kernel.hidden = !isKernel
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
      write(note, "Asking what the answer becomes without each of them …")
      try {
        const { logits } = await fetchWithout(address, layer.name)
        known = { address, effects: Array.from({ length: channels }, (_, channel) => measureEffect(view?.logits ?? [], logits, channel)) }
      } catch (error) {
        return write(note, /** @type {Error} */ (error).message)
      }
    }
    const rank = tiles.map(({ channel }) => rangeOf(values, { channel, channels })[1])
    const keys = isByEffect() ? (known?.effects.map(Math.abs) ?? rank) : rank
    const order = [...tiles.keys()]
    if (sort.box.value !== "number") order.sort((one, other) => keys[other] - keys[one])
    list.replaceChildren(...order.slice(0, MOST).map(channel => tiles[channel].button))
    const part = channels > MOST ? `The first ${MOST} of ${countOf(channels, "unit")}. ` : ""
    write(note, part + (isByEffect() && known ? "By so many points the answer’s lead over the runner-up changes without each of them." : ""))
    fill()
  }

  const fill = () => {
    const values = view?.readings?.get(layer.name)
    for (const { channel, map, text, button } of tiles) {
      if (!button.isConnected) continue
      if (values && map) map.paint(values, column.palette, { channel, channels, range: context.isPerMap() ? undefined : rangeOf(values) })
      else map?.clear()
      const high = values ? rangeOf(values, { channel, channels })[1] : 0
      write(text, isByEffect() && known ? `${known.effects[channel] > 0 ? "+" : ""}${digits(known.effects[channel])}` : values ? `${isMaps ? "up to " : ""}${short(high)}` : "")
    }
  }
  show.box.onchange = () => {
    for (const tile of tiles) tile.turn(["kernels", "weights"].includes(show.box.value))
  }
  sort.box.onchange = arrange
  list.replaceChildren(...tiles.slice(0, MOST).map(({ button }) => button))
  return {
    title: column.bars ? `${column.name} for all classes` : `${column.name}: all ${countOf(channels, isMaps ? "map" : "unit")} of ${layer.name}`,
    node: element("div", "layer", element("p", "note", layer.work ?? ""), element("div", "choices", show.node, sort.node), note, list),
    fill(now) {
      const isNew = now.address && now.address !== view?.address
      view = now
      if (isNew && sort.box.value !== "number") arrange()
      else fill()
    },
  }
}

/**
 * @param {string} label
 * @param {string[]} options
 */
function choose(label, options) {
  const box = /** @type {HTMLSelectElement} */ (element("select", "", ...options.map(option => element("option", "", option))))
  const node = element("label", "", `${label} `, box)
  node.hidden = options.length < 2
  return { node, box }
}
