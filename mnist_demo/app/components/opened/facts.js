// What a map or unit does on test images, and what becomes of the answer without it.

import { makeBars } from "../bars.js"
import { digits, element, weave } from "../dom.js"
import { _, ngettext } from "../language.js"
import { scoreOf } from "../live/answer.js"
import { live } from "../live/live.js"
import { GREYS, makePlane } from "../picture/paint.js"
import { findBest } from "../picture/words.js"
import { makeFigure } from "./kernel.js"
import { fetchPacked, fetchWithout, measureEffect } from "./without.js"

/** @typedef {import("../live/live.js").View} View */

const SIDE = 28

const percent = (/** @type {number} */ fraction, digits = 1) => `${(100 * fraction).toFixed(digits)}%`

/**
 * @param {import("../picture/column.js").Column} column
 * @param {number} channel
 * @param {import("./panel.js").Context} context
 */
export function makeFacts(column, channel, { classes }) {
  const { layer, role } = column
  const isMap = role === "maps"
  const made = element("div", "made", _("Looking for it …"))
  const top = element("div", "nine")
  const means = makeBars(classes, "div")
  const onDrawing = element("p", "without")
  const onTests = element("p", "")
  const figures = [
    makeFigure(made, _("The image that activates it most")),
    makeFigure(top, _("The test images that do")),
    makeFigure(means.node, _("Its mean for each class")),
  ]
  fetchPacked(`${live.told?.network?.replace("/networks/", "/units/")}/${layer.name}/${channel}`).then(show, error => {
    made.replaceChildren(error.message)
    top.replaceChildren()
  })

  /** @param {Awaited<ReturnType<typeof fetchPacked>>} told */
  function show({ header, arrays: [image, images] }) {
    const { labels, highest, classMeans, count, accuracy, accuracyWithout, changed, mean } = header
    const draw = (/** @type {Float32Array} */ values, /** @type {number} */ scale) => {
      const plane = makePlane(SIDE, SIDE, scale)
      plane.paint(values, GREYS, { range: [0, 1] })
      return plane.canvas
    }
    made.replaceChildren(...(header.activation ? [draw(image.values, 5)] : [_("None was found: its activation stays 0.")]))
    const activations = { activation: digits(header.activation), most: digits(header.highestMean) }
    figures[0].line.textContent = isMap
      ? _("mean activation {activation}, among test images at most {most}", activations)
      : _("activation {activation}, among test images at most {most}", activations)
    const size = SIDE * SIDE
    top.replaceChildren(...labels.map((/** @type {number} */ label, /** @type {number} */ i) =>
      element("span", "", draw(images.values.subarray(i * size, (i + 1) * size), 2), element("small", "", `${classes[label]} · ${digits(highest[i])}`))))
    const total = count.toLocaleString("en")
    figures[1].line.textContent = isMap
      ? _("of {count}, each with its label and the highest number in its map", { count: total })
      : _("of {count}, each with its label and its number", { count: total })
    means.node.classList.toggle("signed", classMeans.some((/** @type {number | null} */ mean) => (mean ?? 0) < 0))
    means.fill(classMeans.map((/** @type {number | null} */ mean) => mean ?? 0), (mean, i) => (classMeans[i] === null ? _("none") : digits(mean)))
    onTests.textContent = ngettext(
      "Of {count} test images, always the same ones, the network reads {with} right with it and {without} without; {changed} answer differs. “Without” means: it is always {mean}, its mean over them, whatever the image.",
      "Of {count} test images, always the same ones, the network reads {with} right with it and {without} without; {changed} answers differ. “Without” means: it is always {mean}, its mean over them, whatever the image.",
      changed,
      { count: total, with: percent(accuracy, 2), without: percent(accuracyWithout, 2), changed: changed.toLocaleString("en"), mean: digits(mean) },
    )
  }

  let asked = ""
  return {
    figures: figures.map(({ node }) => node),
    text: element("div", "lost", element("h4", "", _("What is lost without it")), onDrawing, onTests),
    /** @param {View} view */
    async fill({ address, logits, probabilities }) {
      if (!address || address === asked) return
      asked = address
      try {
        const without = await fetchWithout(address, layer.name)
        if (asked !== address) return
        const row = (/** @type {Float32Array} */ values) => values.subarray(channel * classes.length, (channel + 1) * classes.length)
        const chances = row(without.probabilities)
        const [, before] = findBest(probabilities)
        const [, after] = findBest(chances)
        const threshold = live.told?.rejectionThreshold ?? null
        const isRejected = threshold !== null && scoreOf(row(without.logits)) < threshold
        const points = digits(measureEffect(logits, without.logits, channel))
        const sentence = isRejected
          ? _("Your drawing: {before} with it; {after} without, which would be rejected. The lead over the runner-up changes by {points} points.", { points })
          : _("Your drawing: {before} with it; {after} without. The lead over the runner-up changes by {points} points.", { points })
        onDrawing.replaceChildren(...weave(sentence, {
          before: element("b", "", `${classes[before]}, ${percent(probabilities[before], 2)}`),
          after: element("b", "", `${classes[after]}, ${percent(chances[after], 2)}`),
        }))
      } catch (error) {
        onDrawing.replaceChildren(/** @type {Error} */ (error).message)
      }
    },
  }
}
