// A closer look at the output that is pointed at, beside it.

import { element, short, write } from "../dom.js"
import { _ } from "../language.js"
import { makeSheet, outline } from "./paint.js"

/** @typedef {import("./column.js").Column} Column */
/** @typedef {import("./column.js").At} At */

const SIDE = 156 // CSS pixels
const FAR = 14 // from what it is about

/** @param {HTMLElement} root which it stays inside */
export function makeLens(root) {
  const canvas = element("canvas", "")
  const name = element("b", "")
  const value = element("span", "")
  const node = element("div", { className: "lens", hidden: true }, canvas, name, value)
  const spoken = element("p", { className: "spoken", ariaLive: "polite" })
  root.append(node, spoken)
  return {
    isHidden: () => node.hidden,
    hide() {
      node.hidden = true
    },
    /**
     * @param {Column} column
     * @param {At} at
     * @param {Float32Array | undefined} values
     */
    show(column, at, values) {
      const { layer } = column
      const [height, width, count] = layer.shape
      canvas.hidden = layer.shape.length < 3 || !values
      if (!canvas.hidden && values) {
        const scale = Math.max(1, Math.floor(SIDE / width))
        const sheet = makeSheet(canvas, { height, width, count: 1, columns: 1, rows: 1, scale: [scale, scale], gap: 0 })
        sheet.paint(values, column.palette, { channel: at.channel, channels: count })
        outline(canvas, [at.x * scale, at.y * scale, scale, scale])
      }
      write(name, column.nameOf(at))
      write(value, values ? short(column.valueAt(values, at)) : "")
      if (node.hidden) write(spoken, "")
      write(spoken, _("{name}: {value}", { name: name.textContent, value: value.textContent }))
      node.hidden = false
      place(node, column.boxOf(at.channel), root.getBoundingClientRect())
    },
  }
}

/**
 * To the right, or where there is no room to the left.
 * @param {HTMLElement} node
 * @param {DOMRect} about
 * @param {DOMRect} root
 */
function place(node, about, root) {
  const { width, height } = node.getBoundingClientRect()
  const right = about.right - root.left + FAR
  const left = right + width > root.width ? about.left - root.left - width - FAR : right
  const top = Math.min(Math.max(about.top - root.top - 20, 0), root.height - height)
  node.style.transform = `translate(${Math.max(left, 0)}px, ${top}px)`
}
