// A training from its first weights to its last: the network as it was at each snapshot reads what is
// on the stage, in the same picture as the finished one.

import { element, write } from "../../components/dom.js"
import { _, ngettext } from "../../components/language.js"
import { BLANK, fetchBuffer, live } from "../../components/live/live.js"
import { Picture } from "../../components/picture/picture.js"
import { findBest } from "../../components/picture/words.js"
import { Pupil } from "./pupil.js"

const LOOK_MS = { running: 300, ended: 2000 }
const BATCHES = [1, 10, 100]

/**
 * @typedef {import("../../components/live/live.js").View} View
 *
 * What Python tells: where the training is, what is trained, and what one may do.
 * @typedef {object} Told
 * @property {string} address
 * @property {string} title of the network
 * @property {string[]} classes
 * @property {boolean} mayChange
 * @property {boolean} isStepwise whether it passes single batches
 *
 * How far a training is; there are snapshots after so many `steps`.
 * @typedef {{ steps: number[], isRunning: boolean, isPaused: boolean, stage: string, notice: string }} Course
 *
 * What the page does for it: `allow` lets so many batches pass, all with null and none with 0.
 * @typedef {{ allow: (batches: number | null) => void, lose: () => void }} Actions
 */

/** @type {Course} */
const NOT_YET = { steps: [], isRunning: true, isPaused: false, stage: "", notice: "" }

class Watch {
  /** @type {Told} */
  told = { address: "", title: "", classes: [], mayChange: false, isStepwise: false }
  /** @type {Actions} */
  actions = { allow() {}, lose() {} }
  course = NOT_YET
  pupil = new Pupil()
  isNewest = true // whether the last snapshot is shown, and each that comes
  isFetching = false
  /** @type {number | undefined} the snapshot that is to be shown */
  wanted = undefined
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer = undefined
  lastLook = {}
  view = BLANK

  /** @param {Element} root */
  constructor(root) {
    this.root = root
    this.slider = element("input", { type: "range", min: "0", oninput: () => this.choose(Number(this.slider.value)) })
    this.first = element("span", "")
    this.last = element("span", "")
    this.text = element("p", { className: "telling", role: "status" })
    this.note = element("p", "note")
    this.pause = element("button", { onclick: () => this.actions.allow(this.course.isPaused ? null : 0) })
    this.steps = BATCHES.map(count => element("button", { onclick: () => this.actions.allow(count) }, `+${count}`))
    this.buttons = element("div", "buttons", this.pause, ...this.steps)
    this.home = element("div", "")
    this.rail = element("label", "rail", this.first, this.slider, this.last)
    root.replaceChildren(this.text, this.buttons, this.rail, this.note, this.home)
    this.heading = element("h2", "")
    this.picture = new Picture(this.home, this.pupil, this.heading, () => {})
    this.paint = this.paint.bind(this)
  }

  /**
   * @param {Told} told
   * @param {Actions} actions
   */
  follow(told, actions) {
    this.actions = actions
    if (told.address !== this.told.address) {
      this.pupil.forget(told.classes)
      this.course = NOT_YET
      this.isNewest = true
      this.wanted = undefined
    }
    this.told = told
    write(this.heading, told.title)
    this.slider.ariaLabel = _("Batches learned from")
    this.slider.title = _("Go back to any moment of the training.")
    BATCHES.forEach((count, i) => {
      this.steps[i].title = ngettext("Learn from {count} batch more, then wait.", "Learn from {count} batches more, then wait.", count, { count })
    })
    this.look()
  }

  /** Ask how far the training is, and after its end for the next, as long as somebody looks. */
  async look() {
    clearTimeout(this.timer)
    const look = {}
    this.lastLook = look
    const response = await fetch(new URL(this.told.address, document.baseURI)).catch(() => null)
    if (look !== this.lastLook || !this.root.isConnected) return
    const course = response?.ok ? await response.json() : null
    if (course?.isGone) return this.actions.lose()
    if (course) this.take(course)
    this.timer = setTimeout(() => this.look(), this.course.isRunning ? LOOK_MS.running : LOOK_MS.ended)
  }

  /** @param {Course} course */
  take(course) {
    const { steps } = course
    this.slider.max = String(Math.max(steps.length - 1, 0))
    const isLast = this.course.isRunning && !course.isRunning // averaged then, after as many batches
    this.course = course
    if (this.isNewest && (isLast || steps.at(-1) !== this.pupil.step)) this.show(steps.at(-1))
    else if (!this.isNewest) this.slider.value = String(steps.findLastIndex(step => step <= (this.wanted ?? 0))) // it may be on its way
    this.tell()
  }

  /** @param {number} index of a snapshot */
  choose(index) {
    const { steps } = this.course
    this.isNewest = index === steps.length - 1
    this.show(steps[index])
  }

  /**
   * Fetch a snapshot, or after the one that is on its way the one that is wanted by then.
   * @param {number | undefined} step
   */
  async show(step) {
    this.wanted = step
    if (step === undefined || this.isFetching) return
    this.isFetching = true
    const { address } = this.told
    const packed = await fetchBuffer(`${address}/${step}`).catch(() => null) // it may just have been thinned out
    this.isFetching = false
    if (address !== this.told.address) return
    if (packed) {
      this.pupil.learn(packed)
      this.paint(live.view)
    }
    if (this.wanted !== step) this.show(this.wanted)
  }

  /**
   * What the network in training makes of what is on the stage.
   * @param {View} view
   */
  paint(view) {
    const image = view.readings?.get(live.network?.layers[0].name ?? "")
    this.view = image && this.pupil.isReady ? this.pupil.read(image, view.steps) : BLANK
    this.picture.paint(this.view)
    this.tell()
  }

  /** Say what is seen, and offer what can be done. */
  tell() {
    const { isRunning, isPaused, stage, notice, steps } = this.course
    const { mayChange, isStepwise } = this.told
    this.buttons.hidden = !isRunning || !mayChange
    this.rail.hidden = this.home.hidden = !this.pupil.isReady
    write(this.pause, isPaused ? _("▶ Go on") : _("❚❚ Pause"))
    this.pause.title = isPaused ? _("Let the training run.") : _("Let the training wait; nothing is lost.")
    for (const button of this.steps) button.hidden = !isStepwise
    if (this.isNewest) this.slider.value = this.slider.max
    this.slider.disabled = steps.length < 2
    write(this.first, steps.length ? String(steps[0]) : "")
    write(this.last, steps.length ? (steps.at(-1) ?? 0).toLocaleString("en") : "")
    write(this.note, `${notice} ${this.pupil.problem}`.trim())
    write(this.text, this.pupil.isReady ? this.describe() : isRunning ? _("{stage} …", { stage }) : "")
    this.root.setAttribute("data-step", String(this.pupil.step ?? ""))
    this.root.setAttribute("data-state", isPaused ? "paused" : isRunning ? "running" : "ended")
  }

  describe() {
    const { step, loss, accuracy } = this.pupil
    const count = step ?? 0
    const batches = count
      ? ngettext("After {count} batch", "After {count} batches", count, { count: count.toLocaleString("en") })
      : _("With random weights, before the first batch")
    const parts = [batches]
    if (loss !== null) parts.push(_("loss {loss}", { loss: loss.toFixed(4) }))
    if (accuracy !== null) parts.push(_("accuracy {accuracy} in training", { accuracy: `${(100 * accuracy).toFixed(1)}%` }))
    return `${parts.join(_(", "))}. ${this.describeAnswer()}`
  }

  describeAnswer() {
    if (!this.view.readings) return _("Draw something: it is read again and again while the network learns.")
    const { probabilities } = this.view
    const [, best] = findBest(probabilities)
    const values = { name: this.told.classes[best], sure: `${(100 * probabilities[best]).toFixed(1)}%` }
    return _("It takes your drawing for {name}, {sure}. The answer beside the canvas is that of the version in use.", values)
  }
}

/** @type {WeakMap<Element, Watch>} */
const watches = new WeakMap()

/** @param {import("../../components/dom.js").Component<Told>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const root = /** @type {Element} */ (parentElement.querySelector(".watch"))
  const watch = watches.get(root) ?? new Watch(root)
  watches.set(root, watch)
  watch.follow(data, {
    allow: batches => setTriggerValue("allowed", { batches }),
    lose: () => setTriggerValue("gone", true),
  })
  return live.show(watch.paint)
}
