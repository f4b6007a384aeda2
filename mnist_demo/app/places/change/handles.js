// Handles on a drawing: dragged it moves, and its corner turns and scales it. The sliders beside it do
// the same, and are for the keyboard.

import { element } from "../../components/dom.js"

const INTERVAL_MS = 80 // between two messages while something is dragged
const SIDE = 28 // pixels of the image
const BOX = 26 // pixels of the box around what is drawn, wherever its centre of mass is
const EDGE = 12.7 // pixels from the middle, within which handles stay

/**
 * @typedef {Record<"right" | "down" | "scale" | "rotation", number>} Amounts
 * @typedef {{ image: string, alt: string, amounts: Amounts, limits: Record<keyof Amounts, [number, number]> }} Data
 */

class Handles {
  image = element("img", "")
  corner = element("span", "corner")
  box = element("div", "box")
  /** @type {Amounts | null} what is being dragged to */
  dragged = null
  /** @type {(amounts: Amounts) => void} */
  tell = () => {}

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    root.append(this.image, this.box, this.corner)
  }

  /** @param {Data} data */
  show(data) {
    this.image.src = data.image
    this.image.alt = data.alt
    if (!this.dragged) this.place(data.amounts)
    this.root.onpointerdown = event => this.drag(event, data)
  }

  /** @param {Amounts} amounts */
  place({ right, down, scale, rotation }) {
    this.box.style.width = `${(100 * scale * BOX) / SIDE}%`
    this.box.style.left = `${50 + (100 * right) / SIDE}%`
    this.box.style.top = `${50 + (100 * down) / SIDE}%`
    this.box.style.rotate = `${rotation}deg`
    const reach = (scale * BOX) / Math.SQRT2
    const angle = ((rotation + 45) * Math.PI) / 180
    this.corner.style.left = keepInside(right + reach * Math.cos(angle))
    this.corner.style.top = keepInside(down + reach * Math.sin(angle))
  }

  /** @type {(event: PointerEvent, data: Data) => void} until the pointer is let go */
  drag(event, { amounts: first, limits }) {
    const { root } = this
    const { left, top, width } = root.getBoundingClientRect()
    const middle = { x: left + width * (0.5 + first.right / SIDE), y: top + width * (0.5 + first.down / SIDE) }
    const start = measure(event, middle)
    const isCorner = event.composedPath()[0] === this.corner
    let timer = 0
    const report = () => {
      timer = 0
      if (this.dragged) this.tell(this.dragged)
    }
    event.preventDefault()
    root.setPointerCapture(event.pointerId)
    root.onpointermove = moved => {
      const now = measure(moved, middle)
      const dragged = isCorner
        ? { ...first, scale: (first.scale * now.distance) / start.distance, rotation: wrap(first.rotation + now.angle - start.angle) }
        : { ...first, right: first.right + ((now.x - start.x) * SIDE) / width, down: first.down + ((now.y - start.y) * SIDE) / width }
      for (const name of /** @type {(keyof Amounts)[]} */ (Object.keys(limits)))
        dragged[name] = Math.min(Math.max(dragged[name], limits[name][0]), limits[name][1])
      this.dragged = dragged
      this.place(dragged)
      timer ||= setTimeout(report, INTERVAL_MS)
    }
    root.onpointerup = root.onpointercancel = () => {
      root.onpointermove = null
      clearTimeout(timer)
      report()
      this.dragged = null
    }
  }
}

/** @type {(event: PointerEvent, middle: { x: number, y: number }) => { x: number, y: number, distance: number, angle: number }} */
function measure({ clientX, clientY }, middle) {
  const [x, y] = [clientX - middle.x, clientY - middle.y]
  return { x, y, distance: Math.hypot(x, y), angle: (Math.atan2(y, x) * 180) / Math.PI }
}

/** @type {(fromMiddle: number) => string} where a handle can still be seen and taken, in pixels of the image */
const keepInside = fromMiddle => `${50 + (100 * Math.min(Math.max(fromMiddle, -EDGE), EDGE)) / SIDE}%`

/** @type {(degrees: number) => number} in [-180, 180) */
const wrap = degrees => ((((degrees + 180) % 360) + 360) % 360) - 180

/** @type {WeakMap<Element, Handles>} */
const shown = new WeakMap()

/** @param {import("../../components/dom.js").Component<Data>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".handles"))
  const handles = shown.get(root) ?? new Handles(root)
  shown.set(root, handles)
  handles.tell = amounts => setTriggerValue("dragged", amounts)
  handles.show(data)
}
