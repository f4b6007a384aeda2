// A map of test pictures, each a number for its class and, where zoomed, a thumbnail; the drawing's own
// place moves with each stroke.

import { element, write } from "../../components/dom.js"
import { _ } from "../../components/language.js"

const DIRECTIONS = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] })
const SIDE = 28 // pixels of a picture
const LARGE = 56 // of a thumbnail on the page
const THUMBNAILS = 2.5 // zoomed this far, pictures take the place of numbers
const MOST_ZOOM = 24
const STEP = 1.6
const MOVE_MS = 300

/**
 * What stays while one draws: `points` are in [0, 1], from the left and from the top; `sheet` is a PNG of
 * all pictures, side by side in rows.
 * @typedef {[number, number]} Place
 * @typedef {{ points: Place[], labels: number[], colours: string[], sheet: string, columns: number }} Pictures
 * @typedef {{ address: string, alt: string, names: string[], drawing: Place, neighbours: number[] }} Data
 */

class PictureMap {
  /** @type {Pictures} */
  pictures = { points: [], labels: [], colours: [], sheet: "", columns: 1 }
  /** @type {Data} */
  data = { address: "", alt: "", names: [], drawing: [0.5, 0.5], neighbours: [] }
  /** @type {Place} where the drawing is painted, on its way to its place */
  own = [0.5, 0.5]
  view = { zoom: 1, x: 0.5, y: 0.5 }
  /** @type {number | null} class that alone is shown */
  chosen = null
  /** @type {number | null} */
  pointed = null
  canvas = element("canvas", { tabIndex: 0, role: "application", ariaRoleDescription: _("map") })
  sheet = new Image()
  legend = element("div", "legend")
  status = element("p", { className: "status", role: "status" })

  /** @param {Element} root */
  constructor(root) {
    const { canvas, status } = this
    const buttons = [
      makeButton(_("Zoom in on your drawing"), () => this.zoom(STEP, this.own), "+"),
      makeButton(_("Zoom out"), () => this.zoom(1 / STEP, this.own), "−"),
      makeButton(_("Show the whole map"), () => this.zoom(0, this.own), "⤢"),
    ]
    root.replaceChildren(this.legend, element("div", "plot", canvas, element("div", "zoom", ...buttons)), status)
    this.sheet.onload = () => this.paint()
    new ResizeObserver(() => this.paint()).observe(canvas)
    canvas.onpointerdown = event => this.pointNear(this.placeAt(event))
    canvas.onpointermove = event => {
      if (!event.buttons || this.view.zoom === 1) return this.pointNear(this.placeAt(event))
      const size = this.size * this.view.zoom
      this.view.x = clamp(this.view.x - event.movementX / size, 0, 1)
      this.view.y = clamp(this.view.y - event.movementY / size, 0, 1)
      this.paint()
    }
    canvas.ondblclick = event => this.zoom(STEP, this.placeAt(event))
    canvas.onwheel = event => {
      if (!event.ctrlKey && this.view.zoom === 1) return // the page scrolls
      event.preventDefault()
      this.zoom(Math.exp(-event.deltaY / 200), this.placeAt(event))
    }
    canvas.onkeydown = event => {
      if (event.key === "+" || event.key === "-") this.zoom(event.key === "+" ? STEP : 1 / STEP, this.own)
      const direction = DIRECTIONS[event.key]
      if (!direction) return
      event.preventDefault()
      const [fromX, fromY] = this.pointed === null ? this.own : this.pictures.points[this.pointed]
      this.pointBest(([x, y]) => {
        const along = (x - fromX) * direction[0] + (y - fromY) * direction[1]
        const aside = Math.abs((x - fromX) * direction[1]) + Math.abs((y - fromY) * direction[0])
        return along > 0 && along >= aside ? along + 2 * aside : Number.POSITIVE_INFINITY
      })
    }
  }

  /** @param {Data} data */
  async show(data) {
    const isNew = data.address !== this.data.address
    this.data = data
    this.canvas.ariaLabel = data.alt
    if (isNew) {
      const response = await fetch(new URL(data.address, document.baseURI))
      const pictures = await response.json()
      if (data !== this.data) return
      this.pictures = pictures
      this.pointed = null
      this.own = data.drawing
      this.sheet.src = `data:image/png;base64,${pictures.sheet}`
      this.fillLegend()
    }
    this.move()
  }

  fillLegend() {
    const buttons = this.data.names.map((name, label) => {
      const glyph = element("b", "", String(label))
      glyph.style.color = this.pictures.colours[label]
      const choose = () => {
        this.chosen = this.chosen === label ? null : label
        for (const [index, one] of buttons.entries()) one.ariaPressed = String(index === this.chosen)
        this.paint()
      }
      const button = makeButton(_("Show only {name}", { name }), choose, glyph, name === String(label) ? "" : name)
      button.ariaPressed = String(label === this.chosen)
      return button
    })
    this.legend.replaceChildren(...buttons)
  }

  /** Lets the drawing go to its new place, visibly. */
  move() {
    const { own: from, data } = this
    const start = performance.now()
    const duration = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1 : MOVE_MS
    const step = (/** @type {number} */ now) => {
      if (data !== this.data) return
      const part = clamp((now - start) / duration, 0, 1)
      this.own = [from[0] + (data.drawing[0] - from[0]) * part, from[1] + (data.drawing[1] - from[1]) * part]
      this.paint()
      if (part < 1) requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  }

  /** Pixels of the page that the whole map takes, without zoom. */
  get size() {
    return Math.min(this.canvas.clientWidth, this.canvas.clientHeight)
  }

  /** @type {(place: Place) => Place} in pixels of the canvas */
  project = ([x, y]) => {
    const size = this.size * this.view.zoom
    return [this.canvas.clientWidth / 2 + (x - this.view.x) * size, this.canvas.clientHeight / 2 + (y - this.view.y) * size]
  }

  /** @type {(event: MouseEvent) => Place} */
  placeAt = ({ offsetX, offsetY }) => {
    const size = this.size * this.view.zoom
    return [this.view.x + (offsetX - this.canvas.clientWidth / 2) / size, this.view.y + (offsetY - this.canvas.clientHeight / 2) / size]
  }

  /** @type {(factor: number, fixed: Place) => void} 0 for the whole map; what is at `fixed` stays there */
  zoom = (factor, [x, y]) => {
    const zoom = clamp(this.view.zoom * factor, 1, MOST_ZOOM)
    const part = this.view.zoom / zoom
    this.view = zoom === 1 ? { zoom, x: 0.5, y: 0.5 } : { zoom, x: x + (this.view.x - x) * part, y: y + (this.view.y - y) * part }
    this.canvas.style.touchAction = zoom === 1 ? "pan-y" : "none"
    this.paint()
  }

  /** @type {(place: Place) => void} */
  pointNear = ([x, y]) => this.pointBest(place => Math.hypot(place[0] - x, place[1] - y))

  /** @type {(cost: (place: Place) => number) => void} points at what is shown and costs least */
  pointBest = cost => {
    let least = Number.POSITIVE_INFINITY
    for (const [index, place] of this.pictures.points.entries()) {
      const own = this.isShown(index) ? cost(place) : Number.POSITIVE_INFINITY
      if (own < least) [this.pointed, least] = [index, own]
    }
    if (this.pointed !== null) write(this.status, _("Labelled {name}", { name: this.data.names[this.pictures.labels[this.pointed]] }))
    this.paint()
  }

  /** @type {(index: number) => boolean} */
  isShown = index => this.chosen === null || this.pictures.labels[index] === this.chosen

  paint() {
    const { canvas, pictures, data } = this
    const { clientWidth: width, clientHeight: height } = canvas
    const context = canvas.getContext("2d")
    if (!context || !this.size) return
    canvas.width = width * devicePixelRatio
    canvas.height = height * devicePixelRatio
    context.scale(devicePixelRatio, devicePixelRatio)
    context.imageSmoothingEnabled = false
    const style = getComputedStyle(canvas)
    const side = this.view.zoom < THUMBNAILS ? 0 : Math.min(8 * this.view.zoom, LARGE)
    const [x, y] = this.project(this.own)
    for (const index of data.neighbours) if (pictures.points[index]) stroke(context, style.color, 1, [[x, y], this.project(pictures.points[index])])
    context.font = `600 ${this.size < 400 ? 9 : 11}px ${style.fontFamily}`
    context.textAlign = "center"
    context.textBaseline = "middle"
    for (const [index, place] of pictures.points.entries()) {
      const [left, top] = this.project(place)
      if (left < -side || top < -side || left > width + side || top > height + side) continue
      context.globalAlpha = this.isShown(index) ? 1 : 0.1
      context.fillStyle = pictures.colours[pictures.labels[index]]
      if (side) this.paintPicture(context, index, side)
      else context.fillText(String(pictures.labels[index]), left, top)
    }
    context.globalAlpha = 1
    if (this.pointed !== null) this.paintPicture(context, this.pointed, LARGE)
    for (const [thickness, colour] of /** @type {[number, string][]} */ ([[8, style.backgroundColor], [3.5, style.color]])) {
      stroke(context, colour, thickness, [[x - 18, y], [x + 18, y]])
      stroke(context, colour, thickness, [[x, y - 18], [x, y + 18]])
    }
  }

  /** @type {(context: CanvasRenderingContext2D, index: number, side: number) => void} */
  paintPicture = (context, index, side) => {
    const { points, labels, columns, colours } = this.pictures
    const [x, y] = this.project(points[index])
    context.fillStyle = colours[labels[index]]
    context.fillRect(x - side / 2 - 2, y - side / 2 - 2, side + 4, side + 4)
    const [column, row] = [index % columns, Math.floor(index / columns)]
    context.drawImage(this.sheet, column * SIDE, row * SIDE, SIDE, SIDE, x - side / 2, y - side / 2, side, side)
  }
}

/** @type {(value: number, low: number, high: number) => number} */
const clamp = (value, low, high) => Math.min(Math.max(value, low), high)

/** @type {(title: string, act: () => void, ...children: (Node | string)[]) => HTMLElement} */
const makeButton = (title, onclick, ...children) => element("button", { title, ariaLabel: title, onclick }, ...children)

/** @type {(context: CanvasRenderingContext2D, colour: string, width: number, ends: [Place, Place]) => void} */
function stroke(context, colour, width, [from, to]) {
  context.strokeStyle = colour
  context.lineWidth = width
  context.beginPath()
  context.moveTo(...from)
  context.lineTo(...to)
  context.stroke()
}

/** @type {WeakMap<Element, PictureMap>} */
const maps = new WeakMap()

/** @param {import("../../components/dom.js").Component<Data>} component */
export default function ({ data, parentElement }) {
  const root = /** @type {Element} */ (parentElement.querySelector(".where"))
  const map = maps.get(root) ?? new PictureMap(root)
  maps.set(root, map)
  map.show(data)
}
