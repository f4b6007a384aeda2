// Cards on their way through a stream: from the deck, through the buffer, into batches.

import { element, write } from "../../components/dom.js"
import { _ } from "../../components/language.js"

const STEP_MS = 900
const MOVE_MS = 450

/** @typedef {{ batches: number[][], buffer: number }} Data `buffer` is 0 where none is shown */

class Cards {
  /** @type {Data} */
  data = { batches: [], buffer: 0 }
  /** @type {HTMLElement[]} in the order in which they leave */
  cards = []
  done = 0
  timer = 0
  deck = element("div", "deck")
  buffer = element("div", "buffer")
  batches = element("div", "batches")
  told = element("p", { className: "told", ariaLive: "polite" })
  play = element("button", { onclick: () => this.toggle() })
  next = element("button", { onclick: () => this.stop(this.done + 1) })
  again = element("button", { onclick: () => this.stop(0) })

  /** @param {HTMLElement} root */
  constructor(root) {
    this.buffered = zone(this.buffer)
    root.append(zone(this.deck), this.buffered, zone(this.batches), this.told, element("div", "buttons", this.play, this.next, this.again))
  }

  /** @param {Data} data */
  show(data) {
    if (JSON.stringify(data) === JSON.stringify(this.data)) return
    this.data = data
    this.cards = data.batches.flat().map(face => element("span", "card", String(face)))
    this.buffered.hidden = !data.buffer
    this.batches.replaceChildren(...data.batches.map(() => element("div", "batch")))
    for (const [part, title] of /** @type {[HTMLElement, string][]} */ ([
      [this.deck, data.buffer ? _("Deck") : _("Stream")],
      [this.buffer, _("Buffer")],
      [this.batches, data.buffer ? _("Shuffled") : _("Batches")],
    ]))
      write(/** @type {HTMLElement} */ (part.previousElementSibling), title)
    this.stop(0)
  }

  /** @param {number} done cards that have left */
  stop(done) {
    clearInterval(this.timer)
    this.timer = 0
    this.move(done)
  }

  toggle() {
    if (this.timer) return this.stop(this.done)
    if (this.done === this.cards.length) this.move(0)
    this.timer = setInterval(() => {
      if (this.done === this.cards.length || !this.deck.isConnected) this.stop(this.done)
      else this.move(this.done + 1)
    }, STEP_MS)
    this.tell()
  }

  /** @param {number} done */
  move(done) {
    const before = this.cards.map(card => card.getBoundingClientRect())
    this.done = Math.min(done, this.cards.length)
    this.place()
    this.tell()
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return
    for (const [index, card] of this.cards.entries()) {
      const [old, now] = [before[index], card.getBoundingClientRect()]
      if (!old.width || (old.x === now.x && old.y === now.y)) continue
      card.animate([{ translate: `${old.x - now.x}px ${old.y - now.y}px` }, { translate: "0" }], { duration: MOVE_MS, easing: "ease" })
    }
  }

  /** Cards that have left are in their batches, the next of the deck in the buffer. */
  place() {
    const { batches, buffer } = this.data
    const left = this.cards.slice(0, this.done)
    const waiting = this.cards.slice(this.done).sort(buffer ? (one, other) => Number(one.textContent) - Number(other.textContent) : () => 0)
    const drawn = buffer && Math.max(0, Math.min(buffer + this.done, this.cards.length) - this.done)
    this.buffer.replaceChildren(...waiting.slice(0, drawn))
    this.deck.replaceChildren(...waiting.slice(drawn))
    for (const [index, { length }] of batches.entries()) this.batches.children[index].replaceChildren(...left.splice(0, length))
  }

  tell() {
    write(this.play, this.timer ? _("Pause") : _("Play"))
    write(this.next, _("Next card"))
    write(this.again, _("Start again"))
    this.next.disabled = this.done === this.cards.length
    this.again.disabled = this.done === 0
    const values = { done: this.done, count: this.cards.length, card: this.cards[this.done - 1]?.textContent }
    write(this.told, this.done ? _("{done} of {count} cards have left; the last is {card}.", values) : _("{count} cards wait.", values))
  }
}

/** @param {HTMLElement} part */
const zone = part => element("section", "", element("h4", ""), part)

/** @type {WeakMap<Element, Cards>} */
const shown = new WeakMap()

/** @param {import("../../components/dom.js").Component<Data>} component */
export default function ({ data, parentElement }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".cards"))
  const cards = shown.get(root) ?? new Cards(root)
  shown.set(root, cards)
  cards.show({ batches: data.batches, buffer: data.buffer })
}
