// Numbers to pixels: colours of a palette, and sheets of all maps or units of a layer.

/**
 * Cells in rows, `count` of them, each of `height` x `width` numbers.
 * @typedef {object} Grid
 * @property {number} height
 * @property {number} width
 * @property {number} count
 * @property {number} columns
 * @property {number} rows
 * @property {[number, number]} scale pixels across and down for each number
 * @property {number} gap pixels between cells
 */

/**
 * Colours as 32-bit pixels, from "#rrggbb, #rrggbb, …".
 * @param {string} text
 */
export function readPalette(text) {
  return Uint32Array.from(text.split(", "), colour => {
    const [red, green, blue] = [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16))
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0
  })
}

export const GREYS = Uint32Array.from({ length: 255 }, (_, i) => ((255 << 24) | (i * 0x010101)) >>> 0)

/**
 * Lowest and highest of some numbers, or of one of several channels of them.
 * @param {ArrayLike<number>} values
 * @param {{ channel?: number, channels?: number }} options
 * @returns {[number, number]}
 */
export function rangeOf(values, { channel = 0, channels = 1 } = {}) {
  let [low, high] = [Infinity, -Infinity]
  for (let i = channel; i < values.length; i += channels) {
    if (values[i] < low) low = values[i]
    if (values[i] > high) high = values[i]
  }
  return [low, high]
}

/**
 * @typedef {{ lows: Float32Array, highs: Float32Array }} Ranges of each channel
 *
 * The same for each of `count` channels.
 * @param {Float32Array} values
 * @param {number} count
 * @returns {Ranges}
 */
export function channelRanges(values, count) {
  const lows = new Float32Array(count).fill(Infinity)
  const highs = new Float32Array(count).fill(-Infinity)
  for (let i = 0; i < values.length; )
    for (let c = 0; c < count; c++, i++) {
      if (values[i] < lows[c]) lows[c] = values[i]
      if (values[i] > highs[c]) highs[c] = values[i]
    }
  return { lows, highs }
}

/**
 * Lowest and highest of all channels.
 * @param {Ranges} ranges
 * @returns {[number, number]}
 */
export function join({ lows, highs }) {
  return [lows.reduce((one, other) => Math.min(one, other)), highs.reduce((one, other) => Math.max(one, other))]
}

/**
 * Pixels of a whole sheet.
 * @param {Grid} grid
 */
export function sizeOf({ height, width, columns, rows, scale, gap }) {
  return {
    cellWidth: width * scale[0],
    cellHeight: height * scale[1],
    sheetWidth: columns * (width * scale[0] + gap) - gap,
    sheetHeight: rows * (height * scale[1] + gap) - gap,
  }
}

/**
 * A canvas that shows all cells of a grid; it keeps its pixels from one painting to the next.
 * @param {HTMLCanvasElement} canvas
 * @param {Grid} grid
 */
export function makeSheet(canvas, grid) {
  const { height, width, count, columns, scale, gap } = grid
  const { cellWidth, cellHeight, sheetWidth, sheetHeight } = sizeOf(grid)
  Object.assign(canvas, { width: sheetWidth, height: sheetHeight })
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  const image = new ImageData(sheetWidth, sheetHeight)
  const pixels = new Uint32Array(image.data.buffer)

  /**
   * @param {Float32Array} values
   * @param {number} cell
   * @param {number} low
   * @param {number} high
   * @param {Uint32Array} palette
   * @param {{ channel: number, channels: number }} part
   */
  const fillCell = (values, cell, low, high, palette, { channel, channels }) => {
    const factor = high > low ? (palette.length - 1) / (high - low) : 0
    let start = Math.floor(cell / columns) * (cellHeight + gap) * sheetWidth + (cell % columns) * (cellWidth + gap)
    for (let y = 0, i = cell * channels + channel; y < height; y++) {
      for (let x = 0, at = start; x < width; x++, i += count * channels) {
        const colour = palette[((values[i] - low) * factor + 0.5) | 0]
        for (const end = at + scale[0]; at < end; at++) pixels[at] = colour
      }
      const first = start
      for (let again = 1; again < scale[1]; again++) {
        start += sheetWidth
        pixels.copyWithin(start, first, first + cellWidth)
      }
      start += sheetWidth
    }
  }

  return {
    /**
     * Colours spread over a range, by default that of all values, or for each cell over its own.
     * @param {Float32Array} values cells last, as a layer gives them, or last but for channels, of
     *   which one is painted
     * @param {Uint32Array} palette
     * @param {{ range?: [number, number], ranges?: Ranges, channel?: number, channels?: number }} options
     */
    paint(values, palette, { range, ranges, channel = 0, channels = 1 } = {}) {
      const [low, high] = range ?? (ranges ? [0, 0] : rangeOf(values, { channel, channels }))
      for (let cell = 0; cell < count; cell++)
        fillCell(values, cell, ranges?.lows[cell] ?? low, ranges?.highs[cell] ?? high, palette, { channel, channels })
      context.putImageData(image, 0, 0)
    },
    /** Nothing but where the cells are. */
    clear() {
      context.clearRect(0, 0, sheetWidth, sheetHeight)
    },
  }
}

/**
 * Outlines a rectangle, in a colour that stands out from all others.
 * @param {HTMLCanvasElement} canvas
 * @param {[number, number, number, number]} box left, top, width and height in its pixels
 */
export function outline(canvas, box) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  for (const [colour, thickness] of /** @type {[string, number][]} */ ([["#000", 4], ["#ff9f1c", 2]])) {
    Object.assign(context, { strokeStyle: colour, lineWidth: thickness })
    context.strokeRect(...box)
  }
}

/**
 * A picture of one plane of numbers.
 * @param {number} width
 * @param {number} height
 * @param {number} scale CSS pixels for a number
 */
export function makePlane(width, height, scale) {
  const canvas = document.createElement("canvas")
  return { canvas, ...makeSheet(canvas, { height, width, count: 1, columns: 1, rows: 1, scale: [scale, scale], gap: 0 }) }
}
