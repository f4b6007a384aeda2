// Every layer of a network laid open: point at a pixel or a unit, and see where it comes from. The
// weights are fetched once for a version, what the layers gave with each drawing; pointing
// asks nobody.

const LARGEST_PIXEL = 12 // CSS pixels that a number of a map gets at most
const LARGEST_UNIT = 32
const LARGEST_ENLARGED = 24
const KEYS = "arrow keys move, Page Up and Page Down change the map, Escape lets go"

function nameOutput(network, classes, name, at) {
  const { shape } = network.get(name)
  if (isMap(shape)) return `${name}, ${shape[2] > 1 ? `map ${at[2]}, ` : ""}row ${at[0]}, column ${at[1]}`
  const isNamed = isClassLayer(shape, classes) && classes[at[0]] !== String(at[0])
  return `${name}, unit ${at[0]}${isNamed ? ` (${classes[at[0]]})` : ""}`
}

const isClassLayer = (shape, classes) => shape.length === 1 && shape[0] === classes.length

// The layer whose outputs these are, before they were flattened or passed on.
function traceBack(network, name, at) {
  const layer = network.get(name)
  if (layer.kind === "Flatten") return traceBack(network, layer.source, unflatten(network.get(layer.source).shape, at[0]))
  if (layer.kind === "Dropout") return traceBack(network, layer.source, at)
  return [name, at]
}

// A plate of a layer that can be pointed at with mouse, finger and keyboard.
function makePlate(layer, layout, largest, actions) {
  const plate = makePicture(layout, largest)
  const { picture } = plate
  picture.tabIndex = 0
  picture.setAttribute("role", "application")
  const find = event => {
    const hit = plate.hit(event)
    return hit && (isMap(layer.shape) ? [hit.row, hit.column, hit.cell] : [hit.cell])
  }
  picture.onpointermove = event => {
    const at = find(event)
    if (at) actions.hover(at, event.buttons > 0)
  }
  picture.onclick = event => {
    const at = find(event)
    if (at) actions.hold(at)
  }
  picture.onfocus = actions.return
  picture.onkeydown = event => {
    if (event.key === "Escape") actions.release()
    else if (!actions.step(moveOf(event.key, layer))) return
    event.preventDefault()
  }
  return plate
}

// By how much a key moves [row, column, channel], or [unit].
function moveOf(key, { shape, columns }) {
  if (isMap(shape)) {
    return { ArrowUp: [-1, 0, 0], ArrowDown: [1, 0, 0], ArrowLeft: [0, -1, 0], ArrowRight: [0, 1, 0], PageUp: [0, 0, -1], PageDown: [0, 0, 1] }[key]
  }
  return { ArrowUp: [-columns], ArrowDown: [columns], ArrowLeft: [-1], ArrowRight: [1] }[key]
}

class Explorer {
  constructor(root) {
    this.root = root
    this.places = new Map() // from layer name to the output pointed at last
    this.views = new Map()
    this.held = null // the output that the pointer does not leave, by layer and place
  }

  // Take a drawing's numbers; the network's only where it is another than before.
  async take(address) {
    this.wanted = address
    try {
      const { header, arrays } = unpack(await fetchBytes(address))
      if (this.wanted !== address) return // something else was drawn meanwhile
      const isOther = this.header?.network !== header.network
      Object.assign(this, { header, arrays })
      if (isOther) await this.takeNetwork(header)
    } catch (error) {
      if (this.wanted !== address) return
      this.header = null // so that the next drawing tries again
      return this.say(`The network’s numbers could not be fetched: ${error.message}`)
    }
    if (this.network) this.fill()
  }

  async takeNetwork({ network }) {
    this.network = null
    this.say("Fetching the network’s weights, once for this version …")
    const bytes = await fetchBytes(network, size =>
      this.say(`Fetching ${(size / 1e6).toFixed(1)} MB of weights, once for this version …`))
    if (this.header.network === network) this.build(unpack(bytes)) // or another was chosen meanwhile
  }

  say(text) {
    this.root.replaceChildren(element("p", "", text))
  }

  build({ header, arrays }) {
    this.network = connect({ header, arrays })
    this.palettes = { plain: readPalette(header.palettes.plain), signed: readPalette(header.palettes.signed) }
    this.views.clear()
    this.plates = new Map([...this.network.values()].map(layer => [layer.name, this.buildSection(layer)]))
    this.drawing = buildDrawing()
    this.panel = buildPanel()
    const [image, ...layers] = [...this.plates.values()].map(plate => plate.section)
    const start = element("div", "start", this.drawing.section, image)
    const plates = element("div", "plates", start, ...layers)
    this.root.replaceChildren(element("div", "board", plates, this.panel.node))
    if (!this.fits(this.pointed)) this.pointed = { name: layers[0].dataset.layer, at: this.placeIn(layers[0].dataset.layer) }
  }

  buildSection(layer) {
    const layout = layOut(layer.shape, layer.columns)
    const plate = makePlate(layer, layout, isMap(layer.shape) ? LARGEST_PIXEL : LARGEST_UNIT, this.actionsOn(layer.name))
    const range = element("span")
    const facts = [...(layer.source ? [layer.kind] : []), times(layer.shape)].map(fact => element("span", "", fact))
    const head = element("header", "", element("b", "", layer.name), ...facts, range)
    const section = element("section", "", head, plate.picture)
    section.dataset.layer = layer.name
    return { ...plate, section, range }
  }

  actionsOn(name) {
    return {
      hover: (at, isPressed) => (isPressed || !this.held) && this.point(name, at),
      hold: at => {
        const place = `${name} ${at}`
        this.held = this.held === place ? null : place
        this.point(name, at)
      },
      release: () => {
        this.held = null
        this.show()
      },
      return: () => this.point(name, this.placeIn(name)),
      step: move => {
        if (!move) return false
        const { shape } = this.network.get(name)
        const at = this.placeIn(name).map((place, axis) => Math.min(Math.max(place + move[axis], 0), shape[axis] - 1))
        this.held = `${name} ${at}`
        this.point(name, at)
        return true
      },
    }
  }

  fits(pointed) {
    const shape = pointed && this.network.get(pointed.name)?.shape
    return Boolean(shape) && shape.length === pointed.at.length && pointed.at.every((place, axis) => place < shape[axis])
  }

  placeIn(name) {
    const pointed = { name, at: this.places.get(name) ?? [] }
    if (this.fits(pointed)) return pointed.at
    const { shape } = this.network.get(name)
    return isMap(shape) ? [shape[0] >> 1, shape[1] >> 1, 0] : [0]
  }

  // Paint what the layers gave; the arrays come in the layers' order, the image first.
  fill() {
    this.readings = new Map([...this.network.keys()].map((name, i) => [name, this.arrays[i].values]))
    for (const [name, { layout, picture, range, paint }] of this.plates) {
      const values = this.readings.get(name)
      const ends = rangeOf(values)
      paint(values, ends, this.palettes.plain)
      range.textContent = `from ${short(ends[0])} to ${short(ends[1])}`
      const what = isMap(this.network.get(name).shape) ? `${layout.count} maps of ${layout.width} × ${layout.height} pixels` : `${layout.count} units`
      picture.setAttribute("aria-label", `${name}: ${what}, ${range.textContent}; ${KEYS}`)
    }
    this.drawing.fill(this.header.drawing)
    this.show()
  }

  point(name, at) {
    this.pointed = { name, at }
    this.places.set(name, at)
    this.show()
  }

  show() {
    const { name, at } = this.pointed
    this.fields = findFields(this.network, name, at)
    this.explained = explain(this.network, this.readings, name, at)
    this.showPanel()
    this.outline()
  }

  showPanel() {
    const { name, at } = this.pointed
    const title = nameOutput(this.network, this.header.classes, name, at)
    this.panel.fill({ title: `${title}: ${exact(this.explained.output)}`, isHeld: Boolean(this.held), fields: this.describeFields() })
    this.panel.node.dataset.pointed = `${name} ${at.join()}`
    this.panel.show(this.enlargedOf(name), this.viewOf(name))
    this.enlargedOf(name)?.fill(this.readings.get(name), at)
    this.viewOf(name).fill(this.explained, at)
  }

  viewOf(name) {
    if (!this.views.has(name)) {
      const [drawn] = this.explained.kind === "sum" ? traceBack(this.network, this.network.get(name).source, [0, 0, 0]) : [name]
      const { shape, columns } = this.network.get(drawn)
      const nameIn = (layer, index) => nameOutput(this.network, this.header.classes, ...traceBack(this.network, layer.name, unflatten(layer.shape, index)))
      const layer = this.network.get(name)
      this.views.set(name, makeView(layer, this.explained, {
        drawn: { shape, columns },
        palettes: this.palettes,
        nameInput: index => nameIn(this.network.get(layer.source), index),
        nameUnit: unit => (isClassLayer(layer.shape, this.header.classes) ? this.header.classes[unit] : String(unit)),
        nameOutput: (source, from) => nameOutput(this.network, this.header.classes, source, from),
        again: () => this.show(),
      }))
    }
    return this.views.get(name)
  }

  // The map of the pointed pixel alone, large enough for a finger.
  enlargedOf(name) {
    const { shape } = this.network.get(name)
    if (!isMap(shape)) return null
    const key = `enlarged ${name}`
    if (!this.views.has(key)) {
      const layout = layOut([shape[0], shape[1], 1], 1)
      const actions = this.actionsOn(name)
      const here = act => (at, ...rest) => act([at[0], at[1], this.pointed.at[2]], ...rest)
      const plate = makePlate(this.network.get(name), layout, LARGEST_ENLARGED, { ...actions, hover: here(actions.hover), hold: here(actions.hold) })
      plate.picture.setAttribute("aria-label", `One map of ${name}, enlarged; ${KEYS}`)
      this.views.set(key, {
        node: plate.picture,
        fill: (values, [, , channel]) => plate.paint(channelOf(values, shape[2], channel), rangeOf(values), this.palettes.plain),
        outline: ([row, column]) => plate.outline({ pointed: boxesOf(layout, fieldAt(shape, [row, column, 0])) }),
      })
    }
    return this.views.get(key)
  }

  describeFields() {
    const ofMaps = [...this.fields].filter(([, field]) => field.unit === undefined)
    const rows = ofMaps.map(([name, field]) => ({ name, field }))
    const field = this.findFieldOnDrawing()
    return field ? [...rows, { name: "drawing", field }] : rows
  }

  findFieldOnDrawing() {
    const { name, at } = this.pointed
    const [image] = this.network.keys()
    const field = name === image ? fieldAt(this.network.get(name).shape, at) : this.fields.get(image)
    return this.header.drawing && field ? fieldOnDrawing(this.header.drawing, field) : null
  }

  outline() {
    const { name, at } = this.pointed
    for (const [layer, plate] of this.plates) {
      const field = this.fields.get(layer)
      const boxes = field ? { field: boxesOf(plate.layout, field) } : {}
      if (layer === name) boxes.pointed = boxesOf(plate.layout, fieldAt(this.network.get(name).shape, at))
      plate.outline(boxes)
    }
    this.enlargedOf(name)?.outline(at)
    this.drawing.outline(this.header.drawing, this.findFieldOnDrawing())
  }
}

// `tell` is called with the number of bytes as soon as it is known.
async function fetchBytes(address, tell = () => {}) {
  const response = await fetch(new URL(address, document.baseURI))
  if (!response.ok) throw new Error(`the server answers ${response.status}.`)
  tell(response.headers.get("content-length"))
  return new Uint8Array(await response.arrayBuffer())
}

const explorers = new WeakMap() // from the root of a component

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".explorer")
  if (!explorers.has(root)) explorers.set(root, new Explorer(root))
  const explorer = explorers.get(root)
  // First the answer goes to the screen, and the frame after it.
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => explorer.take(data))))
}
