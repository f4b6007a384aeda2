// What the answer becomes without a map or unit: TensorFlow computes it, for all of a layer at once.

import { fetchBuffer } from "../live/live.js"
import { unpack } from "../engine/unpack.js"

/** @type {Map<string, Promise<{ logits: Float32Array, probabilities: Float32Array }>>} */
const fetched = new Map()

/** @param {{ kind: string, source?: string }} layer */
export const hasOwnUnits = ({ kind, source }) => Boolean(source) && !["Flatten", "Dropout", "Softmax"].includes(kind)

/**
 * What the server has computed; an error with its sentence where it could not.
 * @param {string} address
 */
export async function fetchPacked(address) {
  const unpacked = unpack(await fetchBuffer(address))
  if (unpacked.header.problem) throw new Error(unpacked.header.problem)
  return unpacked
}

/**
 * Logits and probabilities with each output of a layer at its mean, row by row.
 * @param {string} reading its address
 * @param {string} layer
 */
export function fetchWithout(reading, layer) {
  const address = `${reading}/without/${layer}`
  if (!fetched.has(address)) {
    fetched.clear() // what belongs to the drawing before
    fetched.set(address, fetchPacked(address).then(({ arrays: [logits, probabilities] }) => (
      { logits: logits.values, probabilities: probabilities.values }
    )))
  }
  return /** @type {Promise<{ logits: Float32Array, probabilities: Float32Array }>} */ (fetched.get(address))
}

/**
 * By how many points the answer's lead over the best other class is larger, or with a minus sign
 * smaller, without an output than with it.
 * @param {ArrayLike<number>} logits
 * @param {Float32Array} without a row of logits for each output
 * @param {number} channel
 */
export function measureEffect(logits, without, channel) {
  const classes = logits.length
  const best = Array.from(logits).reduce((best, value, i, all) => (value > all[best] ? i : best), 0)
  const lead = (/** @type {ArrayLike<number>} */ row) => row[best] - Math.max(...Array.from(row).filter((_, i) => i !== best))
  return lead(without.subarray(channel * classes, (channel + 1) * classes)) - lead(logits)
}
