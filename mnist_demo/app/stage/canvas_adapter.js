// What the canvas has no options for.
//
// Its toolbar is hidden, whose Undo knows nothing of ours, and which moves strokes and empties the
// canvas for good. On a phone it takes the width.

import { SEND } from "../components/live/strokes.js"

const WIDEST_PHONE = 640
const HIDDEN = `:has(> ${SEND}) { display: none !important }`

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
  return () => listening.abort()
}
