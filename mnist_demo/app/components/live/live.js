// The one network that all components of the page show: what it makes of the drawing while the pen
// moves, in the browser, and then what TensorFlow made of it on the server, which is the truth.

import { normalize } from "../engine/normalize.js"
import { readNetwork } from "../engine/network.js"
import { unpack } from "../engine/unpack.js"
import { _ } from "../language.js"
import { watchPen } from "./pen.js"

const LARGEST_DIFFERENCE = 0.001

/**
 * @typedef {import("../engine/network.js").Network} Network
 * @typedef {import("../engine/normalize.js").Steps} Steps
 *
 * What the server read; `address` is where all its numbers are.
 * @typedef {{ address: string, logits: number[], probabilities: number[] }} Reading
 *
 * A number of several digits, and of each what it is, how sure that is, and what the network got.
 * @typedef {{ text: string, digits: { digit: string, percent: string, png: string }[] }} WholeNumber
 *
 * What Python tells: where the network is, what its classes are called, and what was read last.
 * @typedef {object} Told
 * @property {[number, number]} moment another with each drawing
 * @property {string | null} network
 * @property {string[]} classes
 * @property {number} side of the canvas in pixels
 * @property {number} brush width of the next stroke, in the same pixels
 * @property {boolean} isBlank
 * @property {string} label true class of a test picture; nothing where it is not known
 * @property {string} advice for this drawing
 * @property {WholeNumber | null} number that is drawn, where it is surely one of several digits
 * @property {number | null} rejectionThreshold
 * @property {Reading | null} reading
 * @property {any} words
 *
 * What is to be painted. A preview is the browser's own; `confirmed` and `corrected` is
 * TensorFlow's, which the browser's agrees with or not; `answered` is TensorFlow's with nothing to
 * compare it with; `own` is the browser's where there is no TensorFlow, once the pen is up.
 * @typedef {object} View
 * @property {"blank" | "preview" | "answered" | "confirmed" | "corrected" | "own"} state
 * @property {ArrayLike<number>} logits
 * @property {ArrayLike<number>} probabilities
 * @property {Map<string, Float32Array> | null} readings every layer's output, the image first
 * @property {Steps | null} steps none where the image was not drawn
 * @property {number | null} difference the largest between the browser's numbers and TensorFlow's
 * @property {string} address where TensorFlow's numbers came from, or the browser's own that stand;
 *   nothing while they are not all here
 *
 * Where a view comes from: a network, whose weights are others with each `generation`, and of which
 * the server knows more where it `canAsk`.
 * @typedef {object} Source
 * @property {Pick<Told, "network" | "classes"> | null} told
 * @property {Network | null} network
 * @property {string} problem why there is no preview, in a sentence
 * @property {number} generation
 * @property {boolean} canAsk
 *
 * @typedef {(view: View, live: Live) => void} Painter
 */

/** @type {View} */
export const BLANK = { state: "blank", logits: [], probabilities: [], readings: null, steps: null, difference: null, address: "" }

export class Live {
  /**
   * @param {(address: string) => Promise<ArrayBuffer>} fetchPacked gets a network or a reading
   * @param {boolean} canAsk whether there is a server
   */
  constructor(fetchPacked, canAsk) {
    this.fetchPacked = fetchPacked
    this.canAsk = canAsk
    /** @type {Map<Painter, object>} each with the call that showed it last */
    this.painters = new Map()
    /** @type {Told | null} */
    this.told = null
    /** @type {Network | null} */
    this.network = null
    this.problem = ""
    this.generation = 0 // a version's weights never change
    this.view = BLANK
    /** @type {{ address: string, packed: ArrayBuffer } | null} */
    this.expected = null
    this.taken = "" // address of the reading that is shown, or on its way
    /** @type {import("./pen.js").Pen | null} */
    this.pen = null
    /** @type {(stroke: import("./pen.js").Stroke) => void} what is to be done with a finished one */
    this.finish = () => {}
  }

  /**
   * Paint now and whenever there is something new, until what is returned is called. A call that
   * another has followed ends nothing: Streamlit may clean up after a run of a component when it
   * has begun the next.
   * @param {Painter} painter
   * @returns {() => void}
   */
  show(painter) {
    const call = {}
    const isNew = !this.painters.has(painter)
    this.painters.set(painter, call)
    if (isNew) painter(this.view, this)
    return () => {
      if (this.painters.get(painter) === call) this.hide(painter)
    }
  }

  /** @param {Painter} painter */
  hide(painter) {
    this.painters.delete(painter)
    if (this.painters.size) return
    this.pen?.leave()
    this.pen = null
  }

  /**
   * Take what the server says after a stroke, or when something else was chosen.
   * @param {Told} told
   */
  follow(told) {
    const before = this.told
    this.told = told
    this.pen ??= watchPen(this, told.side)
    if (told.network !== before?.network) this.takeNetwork(told.network)
    if (told.isBlank && !this.pen.isDown) this.clear()
    else if (told.reading && told.reading.address !== this.taken) this.takeReading(told.reading)
    else this.paint(this.view)
  }

  /** @param {string | null} address */
  async takeNetwork(address) {
    this.network = null
    this.problem = ""
    this.view = BLANK // what another network made of the drawing
    if (!address) return
    try {
      const network = readNetwork(await this.fetchPacked(address))
      if (this.told?.network !== address) return
      this.network = network
      this.problem = network.problem
    } catch (error) {
      const { message } = /** @type {Error} */ (error)
      this.problem = _("The network’s weights could not be fetched: {message}", { message })
    }
    if (this.told?.reading) this.takeReading(this.told.reading)
    else this.paint(this.view)
  }

  /** The pen is put down: what comes next is another drawing. */
  begin() {
    this.taken = ""
  }

  /**
   * The pen has moved, or was lifted, and then the answer may have come before the last frame.
   * @param {Uint8ClampedArray} pixels
   * @param {import("./pen.js").Movement} movement
   */
  move(pixels, movement) {
    if (!this.taken) this.preview(pixels, movement)
  }

  /**
   * What the browser's network makes of the picture as it is now.
   * @param {Uint8ClampedArray} pixels
   * @param {import("./pen.js").Movement} movement
   */
  preview(pixels, { moved, heard }) {
    if (!this.network || this.network.problem || !this.told) return
    const steps = normalize(pixels, this.told.side, this.told.side)
    if (!steps) this.clear()
    else {
      this.taken = ""
      const readings = this.network.run(steps.image)
      /** @type {View} */
      const preview = { ...this.readAnswer(readings), state: "preview", readings, steps, difference: null, address: "" }
      this.paint(this.canAsk || this.pen?.isDown ? preview : { ...preview, state: "own", address: `own/${heard}` })
    }
    performance.measure("live", { start: heard, end: performance.now(), detail: moved })
    performance.clearMeasures("live")
  }

  /**
   * What TensorFlow made of the drawing takes the preview's place, unless the pen draws on.
   * @param {Reading} reading
   */
  async takeReading(reading) {
    const isOld = () => this.told?.reading?.address !== reading.address || Boolean(this.pen?.isDown)
    if (isOld()) return
    this.taken = reading.address
    const { logits, probabilities } = reading
    this.paint({ ...this.view, state: "answered", logits, probabilities, difference: null, address: "" })
    const isHere = this.expected?.address === reading.address
    const buffer = isHere ? this.expected?.packed : this.network && (await this.fetchPacked(reading.address).catch(() => null))
    if (!buffer) return // the answer stands without the layers
    const { header, arrays } = unpack(buffer)
    const steps = header.png && (await this.prepare(header.png))
    if (isOld() || !this.network) return
    const [input] = this.network.layers
    const readings = new Map(arrays.map(({ name, values }, i) => [i ? name : input.name, values]))
    const difference = this.network.problem ? null : this.compare(readings, arrays[0].values)
    const state = difference === null ? "answered" : difference > LARGEST_DIFFERENCE ? "corrected" : "confirmed"
    this.paint({ state, logits, probabilities, readings, steps, difference, address: reading.address })
  }

  /**
   * The numbers of a reading that is told next: they came with the answer.
   * @param {Reading | null} reading
   * @param {ArrayBuffer} packed
   */
  expect(reading, packed) {
    this.expected = reading && { address: reading.address, packed }
  }

  /**
   * Largest difference between what the layers gave to TensorFlow and here, for the same image.
   * @param {Map<string, Float32Array>} readings
   * @param {Float32Array} image
   */
  compare(readings, image) {
    const own = /** @type {Network} */ (this.network).run(image)
    let largest = 0
    for (const [name, values] of readings) {
      const others = /** @type {Float32Array} */ (own.get(name))
      for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i] - others[i]))
    }
    return largest
  }

  /**
   * The steps from the drawing to the image.
   * @param {string} png in base64
   */
  async prepare(png) {
    const { side } = /** @type {Told} */ (this.told)
    const file = await fetch(`data:image/png;base64,${png}`)
    const picture = await createImageBitmap(await file.blob())
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(side, side).getContext("2d"))
    context.drawImage(picture, 0, 0)
    return normalize(context.getImageData(0, 0, side, side).data, side, side)
  }

  /** @param {Map<string, Float32Array>} readings */
  readAnswer(readings) {
    const [logits, probabilities] = [...readings.values()].slice(-2)
    return { logits, probabilities }
  }

  /** There is nothing on the canvas. */
  clear() {
    this.taken = ""
    this.paint(BLANK)
  }

  /** @param {View} view */
  paint(view) {
    this.view = view
    for (const painter of this.painters.keys()) painter(view, this)
  }
}

/** @param {string} address relative to the page */
export async function fetchBuffer(address) {
  const response = await fetch(new URL(address, document.baseURI))
  if (!response.ok) throw new Error(_("the server answers {status}.", { status: response.status }))
  return response.arrayBuffer()
}

export const live = new Live(fetchBuffer, true)
