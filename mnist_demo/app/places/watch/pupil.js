// A network that is learning, in the browser: one set of weights after another.

import { readNetwork } from "../../components/engine/network.js"

/**
 * @typedef {import("../../components/live/live.js").View} View
 * @typedef {import("../../components/live/live.js").Source} Source
 */

/** @implements {Source} */
export class Pupil {
  /** @type {Source["told"]} */
  told = null
  /** @type {import("../../components/engine/network.js").Network | null} */
  network = null
  problem = ""
  generation = 0
  canAsk = false // the server knows no snapshots
  /** @type {number | null} batches that it has learned from */
  step = null
  /** @type {number | null} */
  loss = null
  /** @type {number | null} in [0, 1] */
  accuracy = null

  get isReady() {
    return Boolean(this.network) && !this.problem
  }

  /**
   * Begin anew, as another network.
   * @param {string[]} classes
   */
  forget(classes) {
    this.told = { network: null, classes }
    this.network = this.step = this.loss = this.accuracy = null
    this.problem = ""
  }

  /** @param {ArrayBuffer} packed a snapshot */
  learn(packed) {
    const header = this.network ? this.network.learn(packed) : this.begin(packed)
    this.generation++
    const { step, loss, accuracy } = header
    Object.assign(this, { step, loss, accuracy })
  }

  /** @param {ArrayBuffer} packed */
  begin(packed) {
    this.network = readNetwork(packed)
    this.problem = this.network.problem
    return this.network.header
  }

  /**
   * @param {Float32Array} image
   * @param {View["steps"]} steps from the drawing to the image
   * @returns {View}
   */
  read(image, steps) {
    const network = /** @type {import("../../components/engine/network.js").Network} */ (this.network)
    const readings = network.run(image)
    const [logits, probabilities] = [...readings.values()].slice(-2)
    return { state: "preview", logits, probabilities, readings, steps, difference: null, address: "" }
  }
}
