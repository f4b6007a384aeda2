// From the pixels of a canvas to the image that a network gets: the steps of Python's
// `image.normalization`, number by number, so that both give the same image.

const LUMINANCE = [0.299, 0.587, 0.114] // fractions of red, green and blue (ITU-R BT.601)
const WEIGHTS = LUMINANCE.map(fraction => Math.fround(fraction / (255 * 255)))
export const IMAGE_SIDE = 28
export const FITTED_SIDE = 20
const CENTRE = 14
const DARKEST_BACKGROUND = 0.25
const FAINTEST_CONTRAST = 0.1
const INK_THRESHOLD = 0.25
const SPECK = 0.3
const WIDEST_GAP = 0.6
const LEAST_KEPT = 0.75

const { fround } = Math

/**
 * Values of a rectangle of pixels, row by row, in [0, 1].
 * @typedef {{ values: Float32Array, width: number, height: number }} Plane
 *
 * `right` and `bottom` lie outside.
 * @typedef {{ left: number, top: number, right: number, bottom: number }} Box
 *
 * @typedef {object} Steps
 * @property {Plane} ink the drawing as brightness over its background
 * @property {Box} box where the ink is, but for specks far from the rest
 * @property {Plane} cropped what is in the box
 * @property {Plane} fitted its longer side 20 pixels
 * @property {[number, number]} centreOfMass (x, y) in pixels of `fitted`
 * @property {[number, number]} offset (x, y) of `fitted` in the image
 * @property {Float32Array} image 28 x 28 values in [0, 1]
 */

/**
 * Every step from a drawing to the network's image; null where nothing is drawn.
 * @param {Uint8ClampedArray | Uint8Array} rgba four bytes a pixel, light ink on a dark background;
 *   it begins at a multiple of four in its memory
 * @param {number} width
 * @param {number} height
 * @returns {Steps | null}
 */
export function normalize(rgba, width, height) {
  const ink = findInk(rgba, width, height)
  if (!ink) return null
  const box = findBox(ink)
  const cropped = crop(ink, box)
  const fitted = fit(cropped)
  const centreOfMass = findCentreOfMass(fitted)
  return { ink, box, cropped, fitted, centreOfMass, ...placeCentred(fitted, centreOfMass) }
}

/**
 * Brightness over the background, stretched to [0, 1]; null where there is hardly any.
 * @param {Uint8ClampedArray | Uint8Array} rgba
 * @param {number} width
 * @param {number} height
 * @returns {Plane | null}
 */
export function findInk(rgba, width, height) {
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height)
  const starts = findRuns(pixels)
  const brightness = starts.map(start => brightnessOf(rgba, 4 * start))
  const background = brightness.reduce((least, value) => Math.min(least, value), DARKEST_BACKGROUND)
  const contrast = brightness.reduce((most, value) => Math.max(most, value), 0) - background
  if (contrast < FAINTEST_CONTRAST) return null
  const reach = fround(contrast)
  const values = new Float32Array(pixels.length)
  starts.push(pixels.length)
  for (let run = 0; run < brightness.length; run++) {
    const ink = Math.min(fround(brightness[run] - background) / reach, 1)
    if (ink > 0) for (let i = starts[run]; i < starts[run + 1]; i++) values[i] = ink
  }
  return { values, width, height }
}

/**
 * Where each run of equal pixels begins: most are as the one before.
 * @param {Uint32Array} pixels
 */
function findRuns(pixels) {
  const starts = []
  for (let i = 0; i < pixels.length; ) {
    const pixel = pixels[i]
    starts.push(i)
    while (i < pixels.length && pixels[i] === pixel) i++
  }
  return starts
}

/**
 * @param {Uint8ClampedArray | Uint8Array} rgba
 * @param {number} at
 */
function brightnessOf(rgba, at) {
  const [red, green, blue] = WEIGHTS
  const two = fround(fround(rgba[at] * red) + fround(rgba[at + 1] * green))
  return fround(fround(two + fround(rgba[at + 2] * blue)) * rgba[at + 3])
}

/**
 * Smallest box around all ink but specks, a little ink beyond a wide gap.
 * @param {Plane} ink
 * @returns {Box}
 */
export function findBox(ink) {
  const whole = shrink(ink, { left: 0, top: 0, right: ink.width, bottom: ink.height })
  let box = whole
  for (let rest = withoutSpeck(ink, box); rest; rest = withoutSpeck(ink, box)) box = rest
  if (box === whole) return whole
  const kept = countInk(ink, box).all / countInk(ink, whole).all
  return kept >= LEAST_KEPT ? box : whole
}

/**
 * Inked pixels of each row and column of a box, and of all.
 * @param {Plane} ink
 * @param {Box} box
 */
function countInk({ values, width }, { left, top, right, bottom }) {
  const rows = new Uint32Array(bottom - top)
  const columns = new Uint32Array(right - left)
  let all = 0
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      if (values[y * width + x] < INK_THRESHOLD) continue
      rows[y - top]++
      columns[x - left]++
      all++
    }
  return { rows, columns, all }
}

/**
 * Smallest box around the ink within a box.
 * @param {Plane} ink
 * @param {Box} box
 * @returns {Box}
 */
function shrink(ink, { left, top, right, bottom }) {
  const { rows, columns } = countInk(ink, { left, top, right, bottom })
  const isFilled = (/** @type {number} */ count) => count > 0
  return {
    left: left + columns.findIndex(isFilled),
    top: top + rows.findIndex(isFilled),
    right: left + columns.findLastIndex(isFilled) + 1,
    bottom: top + rows.findLastIndex(isFilled) + 1,
  }
}

/**
 * The box without one of its specks; null where there is none.
 * @param {Plane} ink
 * @param {Box} box
 * @returns {Box | null}
 */
function withoutSpeck(ink, box) {
  const { rows, columns, all } = countInk(ink, box)
  const unit = Math.max(measureMainRun(columns), measureMainRun(rows))
  const parts = [
    ...findGaps(rows).flatMap(([low, high]) => [
      { part: { ...box, top: box.top + high }, gap: high - low },
      { part: { ...box, bottom: box.top + low }, gap: high - low },
    ]),
    ...findGaps(columns).flatMap(([low, high]) => [
      { part: { ...box, left: box.left + high }, gap: high - low },
      { part: { ...box, right: box.left + low }, gap: high - low },
    ]),
  ]
  for (const { part, gap } of parts) {
    const speck = 1 - countInk(ink, part).all / all
    if (speck < SPECK * Math.min(gap / unit, WIDEST_GAP) ** 2) return shrink(ink, part)
  }
  return null
}

/**
 * Length of the run of counts between zeros that has the largest sum, the first of these.
 * @param {Uint32Array} counts
 */
function measureMainRun(counts) {
  let [sum, length, largest, main] = [0, 0, 0, 0]
  for (const count of counts) {
    sum = count ? sum + count : 0
    length = count ? length + 1 : 0
    if (sum > largest) [largest, main] = [sum, length]
  }
  return main
}

/**
 * First index of each run of zeros between other counts, and the index after its last.
 * @param {Uint32Array} counts
 * @returns {[number, number][]}
 */
function findGaps(counts) {
  const filled = [...counts.keys()].filter(index => counts[index] > 0)
  return filled
    .slice(1)
    .map((high, i) => /** @type {[number, number]} */ ([filled[i] + 1, high]))
    .filter(([low, high]) => high > low)
}

/**
 * @param {Plane} plane
 * @param {Box} box
 * @returns {Plane}
 */
function crop({ values, width }, { left, top, right, bottom }) {
  const cropped = new Float32Array((right - left) * (bottom - top))
  for (let y = top; y < bottom; y++)
    cropped.set(values.subarray(y * width + left, y * width + right), (y - top) * (right - left))
  return { values: cropped, width: right - left, height: bottom - top }
}

/**
 * Scaled so that the longer side has 20 pixels, the brightest pixel 1.
 * @param {Plane} cropped
 * @returns {Plane}
 */
export function fit(cropped) {
  const scale = FITTED_SIDE / Math.max(cropped.height, cropped.width)
  const width = Math.max(1, roundHalfToEven(cropped.width * scale))
  const height = Math.max(1, roundHalfToEven(cropped.height * scale))
  const fitted = resize(cropped, width, height)
  const highest = fitted.values.reduce((most, value) => Math.max(most, value), 0)
  return { ...fitted, values: fitted.values.map(value => value / highest) }
}

/**
 * Pillow's resizing with its box filter: across, then down, each rounded to float32.
 * @param {Plane} plane
 * @param {number} width
 * @param {number} height
 * @returns {Plane}
 */
export function resize(plane, width, height) {
  const across = width === plane.width ? plane : resizeRows(plane, width)
  return height === plane.height ? across : transpose(resizeRows(transpose(across), height))
}

/**
 * @param {Plane} plane
 * @param {number} width
 * @returns {Plane}
 */
function resizeRows(plane, width) {
  const taps = findTaps(plane.width, width)
  const values = new Float32Array(width * plane.height)
  for (let y = 0; y < plane.height; y++)
    taps.forEach(({ first, coefficients }, x) => {
      let sum = 0
      for (let i = 0, at = y * plane.width + first; i < coefficients.length; i++)
        sum += plane.values[at + i] * coefficients[i]
      values[y * width + x] = sum
    })
  return { values, width, height: plane.height }
}

/**
 * Which pixels a resized pixel is made of, and how much of each.
 * @param {number} length
 * @param {number} resized
 */
function findTaps(length, resized) {
  const scale = length / resized
  const stretch = Math.max(scale, 1)
  const support = 0.5 * stretch
  return Array.from({ length: resized }, (_, i) => {
    const centre = (i + 0.5) * scale
    const first = Math.max(Math.trunc(centre - support + 0.5), 0)
    const end = Math.min(Math.trunc(centre + support + 0.5), length)
    const inside = Float64Array.from({ length: end - first }, (_, j) => {
      const distance = (j + first - centre + 0.5) * (1 / stretch)
      return distance > -0.5 && distance <= 0.5 ? 1 : 0
    })
    const total = inside.reduce((sum, weight) => sum + weight, 0)
    return { first, coefficients: total ? inside.map(weight => weight / total) : inside }
  })
}

/**
 * @param {Plane} plane
 * @returns {Plane}
 */
function transpose({ values, width, height }) {
  const turned = new Float32Array(values.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) turned[x * height + y] = values[y * width + x]
  return { values: turned, width: height, height: width }
}

/**
 * Mean position (x, y) of the ink in pixel indices.
 * @param {Plane} plane
 * @returns {[number, number]}
 */
export function findCentreOfMass({ values, width, height }) {
  let [mass, x, y] = [0, 0, 0]
  for (let row = 0, i = 0; row < height; row++)
    for (let column = 0; column < width; column++, i++) {
      mass += values[i]
      x += values[i] * column
      y += values[i] * row
    }
  return [x / mass, y / mass]
}

/**
 * The image with the centre of mass on pixel (14, 14), or as near as ink may move.
 * @param {Plane} fitted
 * @param {[number, number]} centreOfMass
 */
function placeCentred({ values, width, height }, centreOfMass) {
  const [left, top] = [width, height].map((length, axis) => {
    const wanted = roundHalfToEven(CENTRE - centreOfMass[axis])
    return Math.min(Math.max(wanted, 0), IMAGE_SIDE - length)
  })
  const image = new Float32Array(IMAGE_SIDE * IMAGE_SIDE)
  for (let y = 0; y < height; y++)
    image.set(values.subarray(y * width, (y + 1) * width), (top + y) * IMAGE_SIDE + left)
  return { image, offset: /** @type {[number, number]} */ ([left, top]) }
}

/** @param {number} value */
function roundHalfToEven(value) {
  const rounded = Math.round(value)
  return rounded - value === 0.5 && rounded % 2 ? rounded - 1 : rounded
}
