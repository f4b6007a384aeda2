// Shows a newcomer round in four steps, once; its button does it again. Who goes to another place has
// found his way.

import { element, write } from "../components/dom.js"
import { _ } from "../components/language.js"

const SEEN = "mnist-demo-shown-round" // in the browser's local storage
const GAP = 12

const PLACES = [".st-key-board", ".st-key-answer", ".st-key-place", "header"]

const tellSteps = () => [
  _("Draw a digit here. The example disappears with your first stroke."),
  _("The answer moves with the pen. After each stroke TensorFlow confirms it."),
  _("Here is what the network makes of the drawing, stroke by stroke. Point at anything to see what it is made of; click to open it."),
  _("There is more to do: question the network, train and test it, share your drawing. The double arrow opens the menu, where you choose another network."),
]

class Tour {
  /** @param {Element} root with the button that starts it */
  constructor(root) {
    this.step = 0
    this.shownAt = ""
    this.texts = tellSteps()
    this.button = /** @type {HTMLElement} */ (root.querySelector("button"))
    write(this.button, _("Show me round"))
    this.count = element("b", "")
    this.text = element("p", "")
    const goOn = () => (this.step + 1 < PLACES.length ? this.show(this.step + 1) : this.close())
    this.next = element("button", { className: "next", onclick: goOn })
    const close = element("button", { onclick: () => this.close() }, _("Close"))
    this.ring = element("div", "ring")
    const look = { className: "card", role: "dialog", ariaLabel: _("Show me round") }
    this.card = element("div", look, this.count, this.text, element("div", "choice", close, this.next))
    this.button.onclick = () => this.show(0)
    addEventListener("pointerup", event => {
      const isDrawn = this.step === 0 && this.card.isConnected && event.target instanceof Node
      if (isDrawn && this.find()?.contains(event.target)) this.show(1, false)
    })
    this.card.onkeydown = event => {
      if (event.key === "Escape") this.close()
    }
    this.place = this.place.bind(this)
    this.layout = new ResizeObserver(this.place) // what is explained may still move, as the page is built
  }

  /**
   * @param {number} step
   * @param {boolean} [canScroll] not under somebody's pen
   */
  show(step, canScroll = true) {
    this.step = step
    write(this.count, _("{step} of {steps}", { step: step + 1, steps: PLACES.length }))
    write(this.text, this.texts[step])
    write(this.next, step + 1 < PLACES.length ? _("Next") : _("Done"))
    if (!this.card.isConnected) this.button.after(this.ring, this.card)
    const { top, bottom, height } = this.measure()
    const isSeen = top >= 0 && Math.min(bottom, top + innerHeight / 2) <= innerHeight
    if (canScroll && !isSeen) this.find()?.scrollIntoView({ block: height > innerHeight / 2 ? "start" : "center" })
    this.place()
    this.next.focus({ preventScroll: true })
    for (const one of document.querySelectorAll(`.st-key-page, ${PLACES}`)) this.layout.observe(one)
    addEventListener("scroll", this.place, true)
    addEventListener("resize", this.place)
  }

  find() {
    return document.querySelector(PLACES[this.step])
  }

  measure() {
    return this.find()?.getBoundingClientRect() ?? new DOMRect()
  }

  /** Put the card beside what it explains, or at the window's foot where there is no room. */
  place() {
    const box = this.measure()
    const { offsetWidth: width, offsetHeight: height } = this.card
    const [lowest, rightmost] = [innerHeight - height - GAP, innerWidth - width - GAP]
    let [left, top] = [Math.max(GAP, Math.min(box.left, rightmost)), box.bottom + GAP]
    if (top > lowest) {
      top = Math.max(GAP, Math.min(box.top, lowest))
      if (box.left - width - GAP >= 0) left = box.left - width - GAP
      else if (box.right + GAP <= rightmost) left = box.right + GAP
      else top = box.top < height + 2 * GAP ? lowest : box.top - height - GAP
    }
    Object.assign(this.card.style, { left: `${left}px`, top: `${top}px` })
    const ring = { left: box.left, top: box.top, width: box.width, height: box.height }
    for (const [name, value] of Object.entries(ring)) this.ring.style.setProperty(name, `${value}px`)
  }

  /** @param {string} place that is shown now */
  follow(place) {
    if (this.shownAt !== place && this.card.isConnected) this.leave()
    this.shownAt = place
  }

  leave() {
    removeEventListener("scroll", this.place, true)
    removeEventListener("resize", this.place)
    this.layout.disconnect()
    this.ring.remove()
    this.card.remove()
    localStorage.setItem(SEEN, "true")
  }

  close() {
    this.leave()
    this.button.focus({ preventScroll: true })
  }
}

/** @type {WeakMap<Element, Tour>} */
const tours = new WeakMap()

/** @param {import("../components/dom.js").Component<{ place: string }>} component */
export default function ({ data: { place }, parentElement }) {
  const tour = tours.get(parentElement) ?? new Tour(parentElement)
  tour.follow(place)
  if (!tours.has(parentElement) && !localStorage.getItem(SEEN)) tour.show(0)
  tours.set(parentElement, tour)
}
