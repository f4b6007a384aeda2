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
 * What was drawn from where the pen was put down to where it was lifted, in pixels of the canvas; no
 * points where that is not known. With it, how all of the canvas looks now.
 * @typedef {{ points: [number, number][], picture: Promise<Blob>, canvas: Element }} Stroke
 */

/**
 * What follows the pen: `move` gets the picture, `side` x `side` pixels, `finish` what was drawn.
 * @typedef {object} Follower
 * @property {() => void} begin
 * @property {(pixels: Uint8ClampedArray, movement: Movement) => void} move
 * @property {(stroke: Stroke) => void} finish
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
  /** @type {[number, number][]} */
  let points = []
  let movement = { moved: 0, heard: 0 }
  let frame = 0 // that is awaited
  let hasListened = false // when the pen was put down

  const draw = (/** @type {Element} */ drawn) => {
    frame = 0
    const root = /** @type {ShadowRoot} */ (drawn.getRootNode())
    scratch.clearRect(0, 0, side, side)
    for (const layer of root.querySelectorAll("canvas")) scratch.drawImage(layer, 0, 0, side, side)
    follower.move(scratch.getImageData(0, 0, side, side).data, movement)
  }
  const move = (/** @type {Event} */ event) => {
    const { clientX, clientY, pointerType } = /** @type {PointerEvent} */ (event)
    const see = pointerType === "touch" ? (/** @type {number} */ value) => value : Math.floor // as the canvas
    const drawn = /** @type {Element} */ (canvas) // of this frame: the pen may soon be down elsewhere
    const box = drawn.getBoundingClientRect()
    points.push([round(((see(clientX) - box.x) * side) / box.width), round(((see(clientY) - box.y) * side) / box.height)])
    if (frame) return
    movement = { moved: event.timeStamp, heard: performance.now() }
    frame = requestAnimationFrame(() => draw(drawn))
  }
  const on = (/** @type {string} */ kind, /** @type {(event: Event) => void} */ act) =>
    document.addEventListener(kind, act, { capture: true, passive: true, signal: listening.signal })

  on("pointerdown", event => {
    hasListened = true
    const { isPrimary, button } = /** @type {PointerEvent} */ (event)
    if (!isPrimary || button) return
    canvas = findCanvas(event)
    pen.isDown = Boolean(canvas)
    if (!canvas) return
    follower.begin()
    points = []
    move(event)
  })
  on("pointermove", event => {
    if (pen.isDown && isOf(event)) move(event)
  })
  const lift = (/** @type {Event} */ event) => {
    if (!isOf(event)) return
    if (!hasListened) canvas = findCanvas(event) // it was put down before, from where is not known
    if (!pen.isDown && (hasListened || !canvas)) return
    pen.isDown = false
    cancelAnimationFrame(frame) // in which the stroke is in none of the canvases
    movement = { moved: event.timeStamp, heard: performance.now() }
    const stroke = { points: event.type === "pointerup" ? points : [], canvas: /** @type {Element} */ (canvas) }
    // The canvas hears of it after this, and draws the finished stroke in the next frame.
    setTimeout(() => {
      frame = requestAnimationFrame(() => {
        draw(stroke.canvas)
        follower.finish({ ...stroke, picture: /** @type {OffscreenCanvas} */ (scratch.canvas).convertToBlob() })
      })
    })
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

/** @param {Event} event */
const isOf = event => /** @type {PointerEvent} */ (event).isPrimary

/** @param {number} value in pixels */
const round = value => Math.round(10 * value) / 10
