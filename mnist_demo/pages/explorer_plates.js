// A plate: all maps of a layer side by side, or its units in rows, a pixel of the canvas for each
// number; over it a second canvas, as fine as the screen, with what is outlined.

const INK = { field: "#ffffff", pointed: "#ff9f1c", edge: "#000000" }

// Colours as 32-bit pixels, from "#rrggbb, #rrggbb, …".
function readPalette(text) {
  return Uint32Array.from(text.split(", "), colour => {
    const [red, green, blue] = [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16))
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0
  })
}

function element(name, className, ...children) {
  const made = document.createElement(name)
  if (className) made.className = className
  made.append(...children)
  return made
}

// Where the cells lie, in numbers: maps with a gap of one between them, units close together.
function layOut(shape, columns) {
  const [height, width, count] = isMap(shape) ? shape : [1, 1, shape[0]]
  const gap = isMap(shape) ? 1 : 0
  const rows = Math.ceil(count / columns)
  return {
    height, width, count, columns, gap,
    fullWidth: columns * (width + gap) - gap,
    fullHeight: rows * (height + gap) - gap,
    corner: cell => [(cell % columns) * (width + gap), Math.floor(cell / columns) * (height + gap)],
  }
}

// Colours spread from `low` to `high`.
function paint(canvas, layout, values, [low, high], palette) {
  const { height, width, count, fullWidth, fullHeight } = layout
  const pixels = new Uint32Array(fullWidth * fullHeight)
  const scale = high > low ? (palette.length - 1) / (high - low) : 0
  for (let cell = 0; cell < count; cell++) {
    const [x0, y0] = layout.corner(cell)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const value = values[(y * width + x) * count + cell]
        pixels[(y0 + y) * fullWidth + x0 + x] = palette[Math.round((value - low) * scale)]
      }
  }
  const bytes = new Uint8ClampedArray(pixels.buffer)
  canvas.getContext("2d").putImageData(new ImageData(bytes, fullWidth, fullHeight), 0, 0)
}

function rangeOf(values) {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, high]
}

function signedRangeOf(values) {
  const reach = Math.max(...rangeOf(values).map(Math.abs)) || 1
  return [-reach, reach]
}

// Boxes [left, top, width, height] in numbers of a picture `fullWidth` wide, each kind in its ink,
// drawn again with every new size. To measure while pointing would mean to lay the page out twice.
function makeMarks(fullWidth) {
  const canvas = element("canvas", "marks")
  let boxes = {}
  const draw = () => {
    const context = canvas.getContext("2d")
    const scale = canvas.width / fullWidth
    context.clearRect(0, 0, canvas.width, canvas.height)
    for (const [kind, several] of Object.entries(boxes)) strokeBoxes(context, several, scale, INK[kind])
  }
  new ResizeObserver(([{ contentRect }]) => {
    canvas.width = Math.round(contentRect.width * devicePixelRatio)
    canvas.height = Math.round(contentRect.height * devicePixelRatio)
    draw()
  }).observe(canvas)
  return {
    canvas,
    outline(others) {
      const isEmpty = !Object.keys(boxes).length && !Object.keys(others).length
      boxes = others
      if (!isEmpty) draw()
    },
  }
}

function strokeBoxes(context, boxes, scale, ink) {
  const thickness = Math.min(Math.max(scale / devicePixelRatio / 2, 1), 2) * devicePixelRatio
  context.beginPath()
  for (const box of boxes) context.rect(...box.map(length => length * scale))
  context.lineWidth = thickness + 2 * devicePixelRatio
  context.strokeStyle = INK.edge
  context.stroke()
  context.lineWidth = thickness
  context.strokeStyle = ink
  context.stroke()
}

// A picture with outlines over it; `largest` is the most CSS pixels that a number gets.
function makePicture(layout, largest) {
  const values = element("canvas", "values")
  Object.assign(values, { width: layout.fullWidth, height: layout.fullHeight })
  const { canvas, outline } = makeMarks(layout.fullWidth)
  const picture = element("div", "picture", values, canvas)
  picture.style.aspectRatio = `${layout.fullWidth} / ${layout.fullHeight}`
  picture.style.maxWidth = `${layout.fullWidth * largest}px`
  return {
    picture, layout, outline,
    paint: (numbers, range, palette) => paint(values, layout, numbers, range, palette),
    // The cell under the pointer and the number in it, or null beyond the cells.
    hit(event) {
      const box = picture.getBoundingClientRect()
      const x = ((event.clientX - box.left) / box.width) * layout.fullWidth
      const y = ((event.clientY - box.top) / box.height) * layout.fullHeight
      const column = Math.floor(x / (layout.width + layout.gap))
      const row = Math.floor(y / (layout.height + layout.gap))
      const cell = row * layout.columns + column
      if (x < 0 || y < 0 || column >= layout.columns || cell >= layout.count) return null
      const inside = (length, size) => Math.min(Math.floor(length % (size + layout.gap)), size - 1)
      return { cell, row: inside(y, layout.height), column: inside(x, layout.width) }
    },
  }
}

// Boxes of a field: in the channel or unit it is in, or in all of them; one box around everything
// where nothing is left out.
function boxesOf(layout, field) {
  const { top = 0, left = 0, bottom = 1, right = 1 } = field
  const cell = field.channel ?? field.unit ?? null
  const isWhole = bottom - top === layout.height && right - left === layout.width
  if (cell === null && isWhole) return [[0, 0, layout.fullWidth, layout.fullHeight]]
  const cells = cell === null ? Array.from({ length: layout.count }, (_, index) => index) : [cell]
  return cells.map(index => {
    const [x, y] = layout.corner(index)
    return [x + left, y + top, right - left, bottom - top]
  })
}
