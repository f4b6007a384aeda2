// The pen on the canvas: told once per frame while it is down, and once more when it is lifted.
// The canvas is another component's; its picture lies in three canvases, the stroke in progress
// in the uppermost.

/**
 * @typedef {object} Pen
 * @property {boolean} isDown
 * @property {() => void} leave stops listening
 */

/**
 * When the pen moved first since the painting before, and when the page heard of it: a browser
 * hands movements to a page once per frame.
 * @typedef {{ moved: number, heard: number }} Movement
 */

/**
 * What follows the pen: `move` gets the picture, `side` x `side` pixels.
 * @typedef {object} Follower
 * @property {() => void} begin
 * @property {(pixels: Uint8ClampedArray, movement: Movement) => void} move
 */

/**
 * @param {Follower} follower
 * @param {number} side
 * @returns {Pen}
 */
export function watchPen(follower, side) {
  const scratch = /** @type {OffscreenCanvasRenderingContext2D} */ (
    new OffscreenCanvas(side, side).getContext("2d", { willReadFrequently: true })
  )
  const listening = new AbortController()
  const pen = { isDown: false, leave: () => listening.abort() }
  /** @type {Element | undefined} */
  let canvas
  let movement = { moved: 0, heard: 0 }
  let isAwaited = false

  const draw = () => {
    isAwaited = false
    const root = /** @type {ShadowRoot} */ (canvas?.getRootNode())
    scratch.clearRect(0, 0, side, side)
    for (const layer of root.querySelectorAll("canvas")) scratch.drawImage(layer, 0, 0, side, side)
    follower.move(scratch.getImageData(0, 0, side, side).data, movement)
  }
  const schedule = (/** @type {Event} */ event, act = draw) => {
    if (isAwaited) return
    isAwaited = true
    movement = { moved: event.timeStamp, heard: performance.now() }
    requestAnimationFrame(act)
  }
  const on = (/** @type {string} */ kind, /** @type {(event: Event) => void} */ act) =>
    document.addEventListener(kind, act, { capture: true, passive: true, signal: listening.signal })

  on("pointerdown", event => {
    canvas = findCanvas(event)
    pen.isDown = Boolean(canvas)
    if (!canvas) return
    follower.begin()
    schedule(event)
  })
  on("pointermove", event => {
    if (pen.isDown) schedule(event)
  })
  const lift = (/** @type {Event} */ event) => {
    if (!pen.isDown) return
    pen.isDown = false
    schedule(event, () => requestAnimationFrame(draw)) // in the first the finished stroke is drawn
  }
  on("pointerup", lift)
  on("pointercancel", lift)
  return pen
}

/** @param {Event} event */
function findCanvas(event) {
  const path = /** @type {Element[]} */ (event.composedPath())
  return path.find(element => element.matches?.("canvas.upper-canvas"))
}
