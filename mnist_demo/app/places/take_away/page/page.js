// A page without a server: the app's stage and picture, and the network in the page itself.

import { element } from "../../../components/dom.js"
import { _, speak } from "../../../components/language.js"
import { makePainter } from "../../../components/live/answer.js"
import { Live } from "../../../components/live/live.js"
import { Picture } from "../../../components/picture/picture.js"
import { Board } from "./board.js"

/**
 * What Python puts into the page; the network is a file of `pack_network` in base64.
 * @typedef {object} Data
 * @property {string} language
 * @property {number} brush width in pixels of the canvas
 * @property {Record<string, import("./board.js").Stroke[]>} examples
 * @property {string} network
 * @property {import("../../../components/live/live.js").Told} told
 */

/** @param {Data} data */
export default function begin({ language, brush, examples, network, told }) {
  speak(language)
  const live = new Live(async () => decode(network), false)
  const canvas = /** @type {HTMLCanvasElement} */ (find("board", "canvas"))
  const controls = {
    undo: /** @type {HTMLButtonElement} */ (document.querySelector("#undo")),
    clear: /** @type {HTMLButtonElement} */ (document.querySelector("#clear")),
    example: /** @type {HTMLSelectElement} */ (document.querySelector("#example")),
  }
  new Board(canvas, controls, brush, examples, pixels => {
    const now = performance.now()
    live.preview(pixels, { moved: now, heard: now })
  })
  const heading = element("h2", "", _("Look inside: what the network sees, layer by layer"))
  const picture = new Picture(find("picture", ".network-picture"), live, heading, () => {})
  live.follow(told)
  live.show(makePainter(find("answer", ".stage-answer"), () => {}))
  live.show(picture.paint)
  document.querySelector("#needs")?.remove()
}

/**
 * Part of what has a shadow root of its own, as Streamlit gives one to each component.
 * @param {string} id
 * @param {string} selector
 */
function find(id, selector) {
  return /** @type {Element} */ (document.getElementById(id)?.shadowRoot?.querySelector(selector))
}

/** @param {string} base64 */
const decode = base64 => Uint8Array.from(atob(base64), letter => letter.charCodeAt(0)).buffer
