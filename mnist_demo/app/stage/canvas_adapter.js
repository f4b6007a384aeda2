// What the canvas has no options for.
//
// It reports a stroke as soon as it is drawn. By itself it waits for 200 ms, and what is pressed
// meanwhile reaches the server first: Undo would take back the stroke before, and the new one would
// be lost with the canvas. So its own button to send is pressed; without such a button the stroke
// comes after 200 ms.
//
// Its toolbar is hidden, whose Undo knows nothing of ours, and which moves strokes and empties the
// canvas for good. On a phone it takes the width.

const WIDEST_PHONE = 640
const SEND = "[aria-label='Update the app with this drawing']"

const HIDDEN = `:has(> ${SEND}) { display: none !important }`

/** @type {ShadowRoot | null} */
let drawnOn = null // of the canvas on which a pointer is down

/** @param {Event} event */
function begin(event) {
  const [target] = /** @type {Element[]} */ (event.composedPath())
  const isCanvas = target.classList?.contains("upper-canvas")
  drawnOn = isCanvas ? /** @type {ShadowRoot} */ (target.getRootNode()) : null
}

function end() {
  const root = drawnOn
  drawnOn = null
  if (root) setTimeout(() => /** @type {HTMLElement | null} */ (root.querySelector(SEND))?.click()) // once the stroke is complete
}

/** @param {Event} event */
function hideToolbar(event) {
  const [target] = /** @type {Node[]} */ (event.composedPath())
  const root = target.getRootNode?.()
  if (!(root instanceof ShadowRoot) || !root.querySelector(SEND) || root.querySelector("style[data-toolbar]")) return
  const style = document.createElement("style")
  style.dataset.toolbar = "hidden"
  style.textContent = HIDDEN
  root.append(style)
}

/**
 * style.css enlarges the canvas so many times.
 * @param {number} side of the canvas in pixels
 */
function fit(side) {
  const stage = document.querySelector(".st-key-stage")
  const scale = stage && innerWidth <= WIDEST_PHONE ? stage.clientWidth / side : 1
  document.documentElement.style.setProperty("--canvas-scale", String(scale))
}

/** @param {import("../components/dom.js").Component<{ side: number }>} component */
export default function ({ data: { side } }) {
  const listening = new AbortController()
  fit(side)
  addEventListener("resize", () => fit(side), { signal: listening.signal })
  for (const kind of ["pointerover", "focusin"]) {
    addEventListener(kind, hideToolbar, { signal: listening.signal })
  }
  addEventListener("pointerdown", begin, { signal: listening.signal })
  addEventListener("pointerup", end, { signal: listening.signal })
  return () => listening.abort()
}
