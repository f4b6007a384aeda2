// How large everything of the network's picture is: all layers from left to right in the room that
// there is, or one below another where it is narrow.

import { sizeOf } from "./paint.js"

/**
 * @typedef {import("./paint.js").Grid} Grid
 * @typedef {import("../engine/layers.js").Layer} Layer
 *
 * `width` and `height` in CSS pixels; where there is a grid, `zoom` of them for a pixel of it.
 * @typedef {{ width: number, height: number, grid?: Grid, zoom: number }} Place
 *
 * How a layer is shown: the image, its maps, its units, a number for each class, the answer.
 * @typedef {"image" | "maps" | "units" | "points" | "answer"} Role
 */

const NARROW = 700 // than which layers are never side by side
const GAPS = [22, 12] // between columns; the second where there is no room for the first
const BROAD = 560 // from here on, twice as many maps in a row one below another
const SMALLEST_TILE = 12
const LARGEST_TILE = 84
const SMALLEST = { maps: 58, units: 46 } // columns, as words stand over them
const SLIM = 30 // a layer that is switched off
const WIDTHS = { image: 0.105, points: 84, answer: 114 }
const LETTER = 5.5 // of a class’s name
const LONGEST_NAME = 10

/**
 * @param {Layer} layer
 * @param {number} classes
 * @param {boolean} isLast
 * @returns {Role}
 */
export function roleOf({ shape, source }, classes, isLast) {
  if (!source) return "image"
  if (shape.length === 3) return "maps"
  if (isLast) return "answer"
  return shape[0] === classes ? "points" : "units"
}

/**
 * Side by side, tiles as large as fit into the room; columns that are off are slim. Null where not
 * even the smallest tiles fit.
 * @param {{ layer: Layer, role: Role, isOn: boolean }[]} columns
 * @param {{ width: number, height: number, letters: number }} room `letters` of the longest name of
 *   a class
 * @returns {{ places: Place[], gap: number } | null}
 */
export function layOutAcross(columns, room) {
  if (room.width < NARROW) return null
  for (const gap of GAPS) {
    const free = room.width - gap * (columns.length - 1)
    for (let tile = LARGEST_TILE; tile >= SMALLEST_TILE; tile--) {
      const places = columns.map(({ layer, role, isOn }) =>
        isOn ? placeAcross(layer, role, tile, room) : { width: SLIM, height: room.height, zoom: 1 },
      )
      if (places.reduce((sum, place) => sum + place.width, 0) <= free) return { places, gap }
    }
  }
  return null
}

/**
 * @param {Layer} layer
 * @param {Role} role
 * @param {number} tile
 * @param {{ width: number, height: number, letters: number }} room
 * @returns {Place}
 */
function placeAcross({ shape }, role, tile, { width, height, letters }) {
  if (role === "points" || role === "answer")
    return { width: WIDTHS[role] + LETTER * Math.min(letters, LONGEST_NAME), height, zoom: 1 }
  if (role === "image") {
    const side = Math.min(Math.max(width * WIDTHS.image, 84), 168, height)
    return fitMaps([shape[0], shape[1], 1], 1, side)
  }
  if (role === "units") return widen(fitUnits(shape[0], height, Math.max(1, tile / 40)), SMALLEST.units)
  const side = tile * Math.min(Math.max((shape[1] / 26) ** 0.35, 0.6), 1)
  const rows = Math.max(1, Math.floor(height / (side + 2)))
  return widen(fitMaps(shape, Math.ceil(shape[2] / rows), side), SMALLEST.maps)
}

/**
 * One below another, each as wide as the room.
 * @param {{ layer: Layer, role: Role, isOn: boolean }[]} columns
 * @param {number} width
 * @returns {Place[]}
 */
export function layOutDown(columns, width) {
  return columns.map(({ layer: { shape }, role, isOn }) => {
    if (!isOn || role === "points" || role === "answer") return { width, height: isOn ? 230 : 0, zoom: 1 }
    if (role === "image") return fitMaps([shape[0], shape[1], 1], 1, Math.min(width * 0.5, 168))
    if (role === "units") return fitUnits(shape[0], Math.max(28, Math.ceil(shape[0] / (width / 6)) * 6))
    const columns = Math.min(shape[2], width < BROAD ? 8 : 16)
    const place = fitMaps(shape, columns, width / columns - 1)
    const shrink = Math.min(1, width / place.width) // as the gaps need room, too
    return { ...place, zoom: place.zoom * shrink, width: place.width * shrink, height: place.height * shrink }
  })
}

/**
 * @param {Place} place
 * @param {number} width
 * @returns {Place}
 */
function widen(place, width) {
  return { ...place, width: Math.max(place.width, width) }
}

/**
 * Maps in so many columns, each about `side` CSS pixels wide; small maps get several pixels for a
 * number, so that the gaps between them stay fine.
 * @param {number[]} shape
 * @param {number} columns
 * @param {number} side
 * @returns {Place}
 */
function fitMaps([height, width, count], columns, side) {
  const scale = Math.max(1, Math.round(side / width))
  const rows = Math.ceil(count / columns)
  const gap = Math.max(1, Math.round((width * scale) / 14))
  return measure({ height, width, count, columns: Math.ceil(count / rows), rows, scale: [scale, scale], gap }, side / (width * scale))
}

/**
 * Units as bricks, in as few columns as the height allows; broad where there is room.
 * @param {number} count
 * @param {number} height
 * @param {number} stretch
 * @returns {Place}
 */
function fitUnits(count, height, stretch = 1) {
  const columns = Math.ceil(count / Math.floor(height / 3))
  const rows = Math.ceil(count / columns)
  const brick = Math.min(Math.floor(height / rows), 18)
  const gap = brick > 4 ? 1 : 0
  const across = Math.round(stretch * (columns > 1 ? Math.min(Math.max(brick, 5), 12) : 22))
  return measure({ height: 1, width: 1, count, columns, rows, scale: [across, brick - gap], gap }, 1)
}

/**
 * @param {Grid} grid
 * @param {number} zoom
 * @returns {Place}
 */
function measure(grid, zoom) {
  const { sheetWidth, sheetHeight } = sizeOf(grid)
  return { grid, zoom, width: sheetWidth * zoom, height: sheetHeight * zoom }
}
