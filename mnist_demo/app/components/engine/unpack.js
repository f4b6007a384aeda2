// What Python's `share.packing.pack` made: a header, and named arrays of numbers.

/** @typedef {{ name: string, shape: number[], values: Float32Array }} NamedArray */

const ALIGNMENT = 4

/**
 * @param {ArrayBuffer} buffer
 * @returns {{ header: any, arrays: NamedArray[] }}
 */
export function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
  let offset = 4 + length
  const arrays = header.arrays.map((/** @type {[string, number[], number]} */ [name, shape, bytes]) => {
    const size = shape.reduce((product, side) => product * side, 1)
    const read = bytes === 2 ? readHalves : readSingles
    const values = read(buffer, offset, size)
    offset += Math.ceil((bytes * size) / ALIGNMENT) * ALIGNMENT
    return { name, shape, values }
  })
  return { header, arrays }
}

/**
 * @param {ArrayBuffer} buffer
 * @param {number} offset
 * @param {number} size
 */
function readSingles(buffer, offset, size) {
  return new Float32Array(buffer, offset, size)
}

/**
 * Numbers of half precision; their bits, moved, are those of a float32 that is 2^112 times smaller.
 * @param {ArrayBuffer} buffer
 * @param {number} offset
 * @param {number} size
 */
function readHalves(buffer, offset, size) {
  const halves = new Uint16Array(buffer, offset, size)
  const values = new Float32Array(size)
  const bits = new Uint32Array(values.buffer)
  for (let i = 0; i < size; i++) {
    bits[i] = ((halves[i] & 0x8000) << 16) | ((halves[i] & 0x7fff) << 13)
    values[i] *= 2 ** 112
  }
  return values
}
