// An example draws itself above the canvas, and the network in the browser follows it as it follows
// the pen. The canvas below stays empty for the first stroke of one's own, which takes it away.

import { write } from "../components/dom.js"
import { _ } from "../components/language.js"
import { live } from "../components/live/live.js"

const PIXELS_PER_MS = 0.35
const PATIENCE_MS = 200

/** @typedef {{ points: [number, number][], brush: number }} Stroke */

/**
 * The beginning of a way, so many pixels long, and what is left of the length.
 * @param {[number, number][]} points
 * @param {number} length
 */
function cut(points, length) {
  const way = [points[0]]
  for (let i = 1; i < points.length && length > 0; i++) {
    const [[x, y], [nextX, nextY]] = [points[i - 1], points[i]]
    const step = Math.hypot(nextX - x, nextY - y)
    const part = Math.min(1, length / step)
    if (step) way.push([x + part * (nextX - x), y + part * (nextY - y)])
    length -= step
  }
  return { way, rest: length }
}

/**
 * Draws the first ``length`` pixels of the strokes; whether there is more to draw.
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke[]} strokes
 * @param {number} length
 */
function draw(context, strokes, length) {
  context.fillRect(0, 0, context.canvas.width, context.canvas.height)
  for (const { points, brush } of strokes) {
    if (length <= 0) return true
    const { way, rest } = cut(points, length)
    context.lineWidth = brush
    context.beginPath()
    for (const [x, y] of way) context.lineTo(x, y)
    context.stroke()
    length = rest
  }
  return length < 0
}

/** @type {WeakMap<Element, string>} */
const begun = new WeakMap()

/** @param {{ data: { strokes: Stroke[], picture: string }, parentElement: Element }} component */
export default function ({ data, parentElement }) {
  const canvas = /** @type {HTMLCanvasElement | null} */ (parentElement.querySelector("canvas"))
  const words = /** @type {HTMLElement | null} */ (parentElement.querySelector("p"))
  if (words) write(words, _("An example: draw your own"))
  if (canvas) begin(canvas, data)
  const listening = new AbortController()
  const leave = (/** @type {Event} */ event) => {
    const path = /** @type {Element[]} */ (event.composedPath())
    if (path.some(one => one.matches?.("canvas.upper-canvas"))) parentElement.replaceChildren()
  }
  addEventListener("pointerdown", leave, { capture: true, signal: listening.signal })
  return () => listening.abort()
}

/**
 * Begins once with each example: Streamlit calls the component again with every run.
 * @param {HTMLCanvasElement} canvas
 * @param {{ strokes: Stroke[], picture: string }} data
 */
function begin(canvas, data) {
  const told = JSON.stringify(data)
  if (begun.get(canvas) === told) return
  begun.set(canvas, told)
  canvas.width = canvas.height = 320 // empty, where another network had another example
  canvas.style.background = data.picture && `url("${data.picture}")`
  if (!data.picture) play(canvas, data.strokes, () => canvas.isConnected && begun.get(canvas) === told)
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Stroke[]} strokes
 * @param {() => boolean} isWanted
 */
function play(canvas, strokes, isWanted) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }))
  Object.assign(context, { lineCap: "round", lineJoin: "round", strokeStyle: "#fff", fillStyle: "#000" })
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches
  let start = 0 // when the network was there to follow
  const step = (/** @type {number} */ now) => {
    if (!isWanted() || live.told?.isBlank) return // cleared, which the page may not have heard of yet
    if (live.network) start ||= now
    const isMore = draw(context, strokes, start && !isStill ? (now - start) * PIXELS_PER_MS : Infinity)
    if (isMore) {
      live.preview(context.getImageData(0, 0, canvas.width, canvas.height).data, { moved: now, heard: now })
      requestAnimationFrame(step)
    } else if (!start) setTimeout(requestAnimationFrame, PATIENCE_MS, step)
    else if (live.told?.reading) live.takeReading(live.told.reading)
  }
  requestAnimationFrame(step)
}
