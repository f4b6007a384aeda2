// Strokes on their way to the server. They are sent by themselves, with the picture that the browser
// has read, and what comes back is the answer. Where more of the page is to change, or the server
// cannot tell, the canvas's own button to send is pressed instead, and Streamlit runs the script.

export const SEND = "[aria-label='Update the app with this drawing']"
const DRAWN = "[aria-label=Undo]:not(:disabled)" // the canvas's own, which knows only of the pen
const PATIENCE_MS = 10_000

/**
 * What Python has told last of what is drawn.
 * @typedef {{ session: string, moment: [number, number], brush: number }} Known
 *
 * @typedef {import("./pen.js").Stroke & { brush: number, generation: number }} Waiting
 */

export class Strokes {
  /** @param {(packed: ArrayBuffer) => void} take what the server answers */
  constructor(take) {
    this.take = take
    /** @type {Known | null} */
    this.known = null
    /** @type {Waiting[]} */
    this.waiting = []
    /** All that is on its way: what follows a stroke is to be told after it. */
    this.sent = Promise.resolve()
  }

  /** @param {import("./pen.js").Stroke} stroke */
  add(stroke) {
    if (!this.known) return
    const { brush, moment: [generation] } = this.known
    this.waiting.push({ ...stroke, brush, generation })
    this.sent = this.sent.then(() => this.send())
  }

  /** Sends what has been drawn since the last answer. */
  async send() {
    const { waiting, known } = this
    if (!waiting.length || !known) return
    this.waiting = []
    const last = waiting[waiting.length - 1]
    const isWhole = waiting.every(({ points, generation }) => points.length && generation === known.moment[0])
    const answer = isWhole ? await this.post(known, waiting, await last.picture).catch(() => null) : null
    if (answer) this.take(answer)
    else report(last.canvas)
  }

  /**
   * @param {Known} known
   * @param {Waiting[]} waiting
   * @param {Blob} picture
   * @returns {Promise<ArrayBuffer | null>} nothing where the script is to run
   */
  async post({ session, moment }, waiting, picture) {
    const strokes = waiting.map(({ points, brush }) => ({ points, brush }))
    const response = await fetch(new URL(`strokes/${session}`, document.baseURI), {
      method: "POST",
      body: new Blob([JSON.stringify({ moment, strokes }), "\n", picture]),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    return response.status === 200 ? response.arrayBuffer() : null
  }
}

/** Let Streamlit have what was drawn before anybody listened, if there is something. */
export function reportEarlier() {
  for (const host of document.querySelectorAll(".st-key-board *")) {
    if (host.shadowRoot?.querySelector(DRAWN)) press(host.shadowRoot)
  }
}

/** @param {Element} canvas whose whole drawing Streamlit is to have, if no other has come since */
function report(canvas) {
  if (canvas.isConnected) press(/** @type {ShadowRoot} */ (canvas.getRootNode()))
}

/** @param {ShadowRoot} root of a canvas */
function press(root) {
  const send = /** @type {HTMLElement | null} */ (root.querySelector(SEND))
  send?.click()
}

/**
 * Whether what is told is of an earlier moment than what is known: it was overtaken on its way.
 * @param {Known} told
 * @param {Known | null} known
 */
export function isOld(told, known) {
  if (!known || told.session !== known.session) return false
  const [generation, drawn] = known.moment
  return told.moment[0] < generation || (told.moment[0] === generation && told.moment[1] < drawn)
}
