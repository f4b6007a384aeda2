// Beside the plates: which output is pointed at, where its receptive field lies, and how it came
// about; and the drawing, with the field on it.

const span = (start, end) => (end - start === 1 ? `${start}` : `${start}–${end - 1}`)

// A field's size and position, in words for a row of a table.
function describeField({ top, left, bottom, right, channel }) {
  const maps = channel === undefined ? "" : channel === null ? "all" : channel
  return [`${right - left} × ${bottom - top}`, span(top, bottom), span(left, right), maps]
}

// Where the image's field lies in the drawing, by the steps that the drawing went through. Where the
// drawing is small, one of its pixels is larger than one of the image, and counts as a whole.
function fieldOnDrawing({ width, height, placement }, field) {
  const [x, y, pixelWidth, pixelHeight] = placement
  const within = (start, pixel, places, side) =>
    places.map((place, end) => {
      const beyond = ((Math.max(pixel, 1) - pixel) / 2) * (end ? 1 : -1)
      return Math.min(Math.max(Math.round(start + place * pixel + beyond), 0), side)
    })
  const [top, bottom] = within(y, pixelHeight, [field.top, field.bottom], height)
  const [left, right] = within(x, pixelWidth, [field.left, field.right], width)
  return { top, left, bottom, right }
}

function buildDrawing() {
  const image = element("img", "values")
  const marks = makeMarks(1)
  const head = element("header", "", element("b", "", "your drawing"))
  const section = element("section", "", head, element("div", "picture", image, marks.canvas))
  section.dataset.layer = "drawing"
  image.alt = "Your drawing, with what the pixel that is pointed at depends on outlined"
  return {
    section,
    fill(drawing) {
      section.hidden = !drawing
      if (drawing) image.src = `data:image/png;base64,${drawing.png}`
    },
    outline(drawing, field) {
      if (!field) return marks.outline({})
      const box = [field.left, field.top, field.right - field.left, field.bottom - field.top]
      marks.outline({ field: [box.map(length => length / drawing.width)] })
    },
  }
}

function buildPanel() {
  const where = element("p", "where")
  where.setAttribute("role", "status")
  const held = element("small", "held")
  const body = element("tbody")
  const head = element("tr", "", ...["in", "pixels", "rows", "columns", "maps"].map(text => element("th", "", text)))
  const table = element("table", "", element("caption", "", "It depends on"), element("thead", "", head), body)
  const note = element("small", "", "In your drawing as long as its crop and its centre stay.")
  const fields = element("div", "fields", table, note)
  const near = element("div", "near")
  const how = element("div", "how")
  return {
    node: element("aside", "panel", where, held, near, how),
    fill({ title, isHeld, fields: rows }) {
      where.textContent = title
      held.textContent = isHeld
        ? "Held: click it again or press Escape to follow the pointer."
        : "Click a pixel to hold it."
      fields.hidden = !rows.length
      note.hidden = !rows.some(({ name }) => name === "drawing")
      body.replaceChildren(...rows.map(({ name, field }) => {
        const head = element("th", "", name)
        head.scope = "row"
        const row = element("tr", "", head, ...describeField(field).map(text => element("td", "", text)))
        row.dataset.field = [name, field.top, field.left, field.bottom, field.right].join()
        return row
      }))
    },
    // What belongs to the layer: its map enlarged, if it has maps, and the view of its arithmetic.
    show(enlarged, view) {
      if (how.firstChild === view.node) return
      near.replaceChildren(...(enlarged ? [enlarged.node] : []), fields)
      how.replaceChildren(view.node)
    },
  }
}
