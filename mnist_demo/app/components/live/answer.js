// The answer: the class, large, how sure the network is, and a bar for each class; of a number, its
// digits too. Above it are the drawing's buttons, and with it comes the page's address.

import { decimals, element, power, weave, write } from "../dom.js"
import { unpack } from "../engine/unpack.js"
import { _ } from "../language.js"
import { keep } from "../parameters.js"
import { findBest } from "../picture/words.js"
import { buildHistory } from "./history.js"
import { live } from "./live.js"
import { isOld, reportEarlier, Strokes } from "./strokes.js"

const LEAST_SHOWN = 0.0005 // less is 0.0%
const NUMBER_WIDTH_REM = 10 // one sign is about six tenths as wide as it is large

/**
 * @typedef {import("./live.js").View} View
 * @typedef {import("./live.js").Told} Told
 *
 * Called with the index of the digit of a number that was chosen.
 * @typedef {(index: number) => void} Choose
 */

/** @param {string[]} classes */
function buildBars(classes) {
  const rows = classes.map(name => {
    const fill = element("i", "fill")
    const percent = element("span", "percent")
    const row = element("div", { className: "row", role: "img" }, element("span", "name", name), element("span", "track", fill), percent)
    return { row, fill, percent }
  })
  const node = element("div", "bars", ...rows.map(({ row }) => row))
  node.style.setProperty("--names", `${0.2 + 0.5 * Math.max(...classes.map(name => name.length))}rem`)
  return {
    node,
    /**
     * @param {ArrayLike<number>} probabilities
     * @param {number} best
     * @param {number} second
     */
    fill(probabilities, best, second) {
      rows.forEach(({ row, fill, percent }, i) => {
        const text = `${(100 * (probabilities[i] ?? 0)).toFixed(1)}%`
        fill.style.transform = `scaleX(${probabilities[i] ?? 0})`
        row.className = i === best ? "row first" : i === second ? "row second" : "row"
        if (percent.textContent === text) return
        percent.textContent = text
        row.ariaLabel = _("{name}: {value}", { name: classes[i], value: text })
      })
    },
  }
}

/**
 * The digits of a number as buttons: what the network got of each, what it is and how sure that is.
 * @param {Choose} choose
 */
function buildNumber(choose) {
  const node = element("div", { className: "number", role: "group", ariaLabel: _("Digits of the number") })
  let shown = ""
  return {
    node,
    /** @param {Told["number"]} number */
    fill(number) {
      node.hidden = !number
      if (!number || shown === JSON.stringify(number)) return
      shown = JSON.stringify(number)
      const buttons = number.digits.map(({ digit, percent, png }, index) => {
        const picture = element("img", { width: 28, height: 28, src: `data:image/png;base64,${png}`, alt: "" })
        const title = _("Put this {digit} on the stage.", { digit })
        const ariaLabel = _("{digit}, {percent} sure: put it on the stage", { digit, percent })
        return element("button", { title, ariaLabel, onclick: () => choose(index) }, picture, element("b", "", digit), element("span", "", percent))
      })
      node.replaceChildren(...buttons)
    },
  }
}

/**
 * @param {Told} told
 * @param {Choose} choose
 */
function build({ classes }, choose) {
  const digit = element("div", "digit")
  digit.dataset.testid = "answer"
  const sureness = element("b", "")
  const detail = element("span", "")
  const other = element("b", "")
  other.dataset.testid = "runner-up"
  const runnerUp = element("span", "", ...weave(_("Runner-up: {name}"), { name: other }))
  const verdict = element("span", "verdict")
  const check = element("p", "check")
  const spoken = element("p", { className: "spoken", role: "status" })
  const bars = buildBars(classes)
  const number = buildNumber(choose)
  const text = element("p", "text", verdict, sureness, detail, runnerUp)
  const node = element("div", "answer", element("div", "head", digit, element("div", "", text, check)), number.node, bars.node, spoken)
  return { node, number, digit, verdict, sureness, detail, runnerUp, other, check, spoken, bars }
}

/**
 * @param {ReturnType<typeof build>} parts
 * @param {View} view
 * @param {Told} told
 */
function fill(parts, { state, logits, probabilities }, told) {
  const { classes, words, rejectionThreshold: threshold } = told
  const [second, best] = findBest(probabilities)
  const score = scoreOf(logits)
  const isRejected = threshold !== null && score < threshold
  const isPreview = state === "preview"
  const number = isPreview ? null : told.number
  parts.node.classList.toggle("rejected", isRejected)
  parts.node.classList.toggle("several", number !== null)
  parts.digit.classList.toggle("word", !isRejected && classes[best].length > 1)
  parts.digit.style.fontSize = number ? `${Math.min(4, NUMBER_WIDTH_REM / number.text.length)}rem` : ""
  write(parts.digit, number ? number.text : isRejected ? "?" : classes[best])
  const sureness = number
    ? words.number
    : isRejected
    ? words.rejected.replace("{name}", classes[best])
    : words.sureness.find((/** @type {[number, string]} */ [least]) => probabilities[best] >= least)[1]
  const why = isRejected ? words.why.replace("{score}", decimals(score, 1)).replace("{threshold}", decimals(threshold, 1)) : ""
  write(parts.sureness, sureness)
  write(parts.detail, (!isPreview && told.advice) || why)
  write(parts.other, classes[second])
  parts.runnerUp.hidden = isRejected || probabilities[second] < LEAST_SHOWN
  parts.sureness.dataset.testid = isRejected && !number ? "rejection" : "sureness"
  if (!isPreview) parts.number.fill(number) // while the pen moves, the last stays and fades
  parts.bars.fill(probabilities, best, second)
  const answer = isRejected ? null : classes[best]
  const verdict = isPreview ? "" : judge(told.label, answer)
  write(parts.verdict, verdict)
  parts.verdict.classList.toggle("wrong", Boolean(verdict) && answer !== told.label)
  if (!isPreview) write(parts.spoken, [number ? `${number.text}.` : isRejected ? "" : `${classes[best]}.`, sureness, told.advice, verdict].join(" "))
}

/**
 * The true label of a test picture, and whether it was found; nothing where there is no label.
 * @param {string} label
 * @param {string | null} answer null where the picture was rejected
 */
function judge(label, answer) {
  if (!label) return ""
  if (answer === label) return _("Label {label}: right ✓", { label })
  if (answer === null) return _("Label {label}: rejected ✗", { label })
  return _("Label {label}: read as {answer} ✗", { label, answer })
}

/**
 * Logarithm of the sum of the exponentials, as in Python's `rejection.score`.
 * @param {ArrayLike<number>} logits
 */
export function scoreOf(logits) {
  const largest = Math.max(...Array.from(logits))
  return Math.log(Array.from(logits).reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) + largest
}

/**
 * Whose numbers these are, and whether the browser and TensorFlow agree.
 * @param {View} view
 * @param {import("./live.js").Live} source
 */
function describeCheck({ state, difference }, { problem, network }) {
  if (state === "preview") return _("moving with the pen")
  if (state === "own") return _("your browser’s own answer, computed on this page")
  if (problem) return _("{problem} The answer comes after each stroke.", { problem })
  if (difference === null) return network ? _("TensorFlow’s answer") : _("TensorFlow’s answer; fetching the weights …")
  if (state === "corrected") return _("TensorFlow’s answer; your browser’s own differs by {difference}", { difference: difference.toPrecision(2) })
  if (difference === 0) return _("confirmed by TensorFlow")
  return _("confirmed by TensorFlow to within {difference}", { difference: power(difference) })
}

/**
 * What paints every view of a source into `root`.
 * @param {Element} root
 * @param {Choose} choose
 */
export function makePainter(root, choose) {
  /** @type {ReturnType<typeof build> | null} */
  let parts = null
  let names = ""
  const invitation = element("div", "")
  const paint = (/** @type {View} */ view, /** @type {import("./live.js").Live} */ source) => {
    const { told } = source
    if (!told) return
    if (!parts || names !== told.classes.join()) {
      names = told.classes.join()
      parts = build(told, choose)
      root.replaceChildren(invitation, parts.node)
    }
    const isBlank = view.state === "blank"
    invitation.hidden = !isBlank || !told.isBlank
    parts.node.classList.toggle("blank", isBlank)
    parts.node.classList.toggle("preview", view.state === "preview")
    if (invitation.innerHTML !== told.words.invitation) invitation.innerHTML = told.words.invitation
    root.setAttribute("data-state", view.state)
    root.setAttribute("data-reading", view.address)
    write(parts.check, isBlank ? source.problem : describeCheck(view, source))
    parts.check.className = `check ${view.state}`
    if (isBlank) {
      parts.bars.fill([], -1, -1)
      parts.number.fill(null)
    } else fill(parts, view, told)
  }
  return paint
}

/**
 * @typedef {Told & import("../parameters.js").Told & { possible: import("./history.js").Action[] }} All
 *
 * What is kept of a component: what paints the answer, and what takes what is told.
 * @typedef {{ paint: import("./live.js").Painter, take: (told: Partial<All>) => void }} Kept
 */

/** @type {WeakMap<Element, Kept>} */
const kept = new WeakMap()

/**
 * @param {Element} root
 * @param {import("../dom.js").Component<All>} component
 * @returns {Kept}
 */
function begin(root, { key, setTriggerValue }) {
  const strokes = new Strokes(packed => {
    const { told } = unpack(packed).header
    live.expect(told.reading, packed)
    take(told)
  })
  const history = buildHistory(async action => {
    await strokes.sent
    setTriggerValue("pressed", action)
  })
  root.before(history.node)
  /** @type {All | null} */
  let known = null
  const take = (/** @type {Partial<All>} */ news) => {
    const told = /** @type {All} */ ({ ...known, ...news })
    if (isOld(told, known)) return
    known = strokes.known = told
    history.enable(told.possible)
    keep(key, told)
    live.follow(told)
  }
  live.finish = stroke => strokes.add(stroke)
  reportEarlier()
  return { paint: makePainter(root, index => setTriggerValue("chosen", index)), take }
}

/** @param {import("../dom.js").Component<All>} component */
export default function (component) {
  const root = /** @type {Element} */ (component.parentElement.querySelector(".stage-answer"))
  const own = kept.get(root) ?? begin(root, component)
  kept.set(root, own)
  own.take(component.data)
  return live.show(own.paint)
}
