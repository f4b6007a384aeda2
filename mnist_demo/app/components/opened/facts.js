// What a map or unit does on test images, and what becomes of the answer without it.

import { makeBars } from "../bars.js"
import { countOf, digits, element } from "../dom.js"
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
  const what = role === "maps" ? "map" : "unit"
  const made = element("div", "made", "Looking for it …")
  const top = element("div", "nine")
  const means = makeBars(classes, "div")
  const onDrawing = element("p", "without")
  const onTests = element("p", "")
  const figures = [
    makeFigure(made, "The image that activates it most"),
    makeFigure(top, "The test images that do"),
    makeFigure(means.node, "Its mean for each class"),
  ]
  fetchPacked(`${live.told?.network?.replace(/^networks/, "units")}/${layer.name}/${channel}`).then(show, error => {
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
    made.replaceChildren(...(header.activation ? [draw(image.values, 5)] : ["None was found: its activation stays 0."]))
    figures[0].line.textContent = `${what === "map" ? "mean " : ""}activation ${digits(header.activation)}, among test images at most ${digits(header.highestMean)}`
    const size = SIDE * SIDE
    top.replaceChildren(...labels.map((/** @type {number} */ label, /** @type {number} */ i) =>
      element("span", "", draw(images.values.subarray(i * size, (i + 1) * size), 2), element("small", "", `${classes[label]} · ${digits(highest[i])}`))))
    figures[1].line.textContent = `of ${count.toLocaleString("en")}, each with its label and ${what === "map" ? "the highest number in its map" : "its number"}`
    means.node.classList.toggle("signed", classMeans.some((/** @type {number | null} */ mean) => (mean ?? 0) < 0))
    means.fill(classMeans.map((/** @type {number | null} */ mean) => mean ?? 0), (mean, i) => (classMeans[i] === null ? "none" : digits(mean)))
    onTests.textContent = `Of ${count.toLocaleString("en")} test images, always the same, the network reads ${percent(accuracy, 2)} right with it and ${percent(accuracyWithout, 2)} without; ${countOf(changed, "answer")} ${changed === 1 ? "differs" : "differ"}. “Without” means: it is always ${digits(mean)}, its mean over them, whatever the image.`
  }

  let asked = ""
  return {
    figures: figures.map(({ node }) => node),
    text: element("div", "lost", element("h4", "", "What is lost without it"), onDrawing, onTests),
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
        onDrawing.replaceChildren(
          "Your drawing: ", element("b", "", `${classes[before]}, ${percent(probabilities[before], 2)}`), " with it; ",
          element("b", "", `${classes[after]}, ${percent(chances[after], 2)}`), ` without${isRejected ? ", which would be rejected" : ""}. The lead over the runner-up changes by ${digits(measureEffect(logits, without.logits, channel))} points.`,
        )
      } catch (error) {
        onDrawing.replaceChildren(/** @type {Error} */ (error).message)
      }
    },
  }
}
