// The network as one picture: all layers from left to right, from the pixels to the answer, moving
// with the pen. Point at an output to see what it is made of; open it to see it large.

import { Column } from "./column.js"
import { element, write } from "../dom.js"
import { findFields } from "../engine/fields.js"
import { _ } from "../language.js"
import { layOutAcross, layOutDown, roleOf } from "./layout.js"
import { makeLens } from "./lens.js"
import { findSources, findTargets } from "./links.js"
import { live } from "../live/live.js"
import { Panel } from "../opened/panel.js"
import { readPalette } from "./paint.js"
import { makeRibbons } from "./ribbons.js"
import { nameLayers } from "./words.js"

/**
 * @typedef {import("./column.js").At} At
 * @typedef {import("../live/live.js").Source} Source
 * @typedef {import("../live/live.js").View} View
 *
 * What Python remembers for the visitor: layers that are off, whether each map has a scale of its
 * own, and what is opened.
 * @typedef {{ hidden: string[], isPerMap: boolean, opened: import("../opened/panel.js").Opened | null }} Choice
 */

/** @type {Choice} */
const NOTHING_CHOSEN = { hidden: [], isPerMap: false, opened: null }
const STEPS_REST_MS = 300

/** Choices that Python has not answered yet. @type {Choice[]} */
const sent = []

const HEAD = 320 // of the window's height, for all but the maps
const LOWEST = 260
const HIGHEST = 660

export class Picture {
  /**
   * @param {Element} root
   * @param {Source} source
   * @param {HTMLElement} heading
   * @param {(choice: Choice) => void} onChoice
   */
  constructor(root, source, heading, onChoice) {
    this.root = root
    this.source = source
    this.onChoice = onChoice
    this.choice = NOTHING_CHOSEN
    this.generation = 0
    this.told = ""
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.telling = undefined
    /** @type {Map<string, Column>} */
    this.columns = new Map()
    /** @type {{ column: Column, at: At } | null} */
    this.pointed = null
    const canvas = /** @type {HTMLCanvasElement} */ (element("canvas", "ribbons"))
    this.ribbons = makeRibbons(canvas)
    this.list = element("div", "list")
    this.note = element("p", "note")
    this.panel = new Panel(() => this.leave())
    this.board = element("div", "board", this.list, canvas)
    const home = element("div", "home", this.buildHead(heading), this.note, this.board, this.panel.node)
    root.replaceChildren(home)
    this.lens = makeLens(home)
    this.home = home
    this.paint = this.paint.bind(this)
    new ResizeObserver(() => this.lay()).observe(home)
    addEventListener("resize", () => this.lay())
  }

  /** @param {HTMLElement} heading */
  buildHead(heading) {
    const box = element("input", { type: "checkbox", onchange: () => this.choose({ ...this.choice, isPerMap: box.checked }) })
    const title = _("On: faint maps show their pattern. Off: the maps of a layer can be compared.")
    const label = element("label", { title }, box, _("Own colour scale for each map"))
    this.box = box
    const hint = element("small", "", _("Point at anything to see what it is made of; click to open it."))
    return element("div", "title", heading, hint, label)
  }

  /**
   * Take what Python remembers; what was chosen here stands until it says otherwise, which it does
   * not by answering a choice before the last. A choice made just before this place was left may not
   * have reached it: a new picture tells it again.
   * @param {Choice} choice
   */
  follow(choice) {
    const text = JSON.stringify(choice)
    const answers = sent.splice(0, sent.findIndex(one => JSON.stringify(one) === text) + 1)
    if (this.told === text || this.telling) return
    const isNew = !this.told
    const lost = isNew ? sent.splice(0).pop() : undefined
    this.told = text
    if (lost) this.choose(lost)
    else if (isNew || !answers.length) this.take(choice)
  }

  /**
   * @param {Choice} choice
   * @param {boolean} isStep one of many that may follow: told when they rest
   */
  choose(choice, isStep = false) {
    const tell = () => {
      this.telling = undefined
      this.onChoice(this.choice)
    }
    this.take(choice)
    clearTimeout(this.telling)
    if (isStep) this.telling = setTimeout(tell, STEPS_REST_MS)
    else tell()
  }

  /** @param {Choice} choice */
  take(choice) {
    this.choice = choice
    if (this.box) this.box.checked = choice.isPerMap
    for (const [name, column] of this.columns) column.turn(!choice.hidden.includes(name))
    const isSame = this.panel.opened?.layer === choice.opened?.layer
    this.showOpened()
    if (!isSame || !choice.opened) this.lay()
    else if (this.view) this.paint(this.view)
  }

  /** @param {string} name */
  toggle(name) {
    const others = this.choice.hidden.filter(other => other !== name)
    const hidden = others.length < this.choice.hidden.length ? others : [...others, name]
    this.choose({ ...this.choice, hidden })
  }

  /** @param {View} view */
  paint(view) {
    const { source } = this
    this.view = view
    write(this.note, source.problem || (source.network ? "" : _("The network will be here in a moment …")))
    if (source.network && source.told && this.network !== source.network) this.build(source.network, source.told.classes)
    this.board.classList.toggle("blank", !view.readings)
    for (const [name, column] of this.columns) column.fill(view.readings?.get(name), this.choice.isPerMap, view.logits)
    if (this.generation !== source.generation) this.panel.content?.learn?.()
    this.generation = source.generation
    this.panel.content?.fill(view)
    if (this.pointed && !this.lens.isHidden()) this.look()
  }

  /**
   * @param {import("../engine/network.js").Network} network
   * @param {string[]} classes
   */
  build(network, classes) {
    this.network = network
    this.root.setAttribute("data-network", this.source.told?.network ?? "")
    this.panel.close()
    this.layers = new Map(network.layers.map(layer => [layer.name, layer]))
    this.palettes = { plain: readPalette(network.header.palettes.plain), signed: readPalette(network.header.palettes.signed) }
    const palettes = this.palettes
    const last = network.layers.length - 1
    const roles = network.layers.map((layer, i) => ({ layer, role: roleOf(layer, classes.length, i === last) }))
    const names = nameLayers(roles)
    this.columns = new Map(
      roles.map(({ layer, role }, i) => [layer.name, new Column(layer, role, names[i], classes, palettes, this.actionsOn(layer.name))]),
    )
    this.list.replaceChildren(...[...this.columns.values()].map(column => column.section))
    this.take(this.choice)
  }

  /**
   * @param {string} name
   * @returns {import("./column.js").Actions}
   */
  actionsOn(name) {
    const column = () => /** @type {Column} */ (this.columns.get(name))
    return {
      point: at => this.point(at && { column: column(), at }),
      open: at => this.open(name, at && column().findPeak(at.channel, this.view?.readings?.get(name))),
      toggle: () => this.toggle(name),
    }
  }

  /** Lay all columns out anew, where anything has changed. */
  lay() {
    const width = this.home.clientWidth
    if (!this.columns.size || !width) return
    const columns = [...this.columns.values()]
    const letters = Math.max(...columns[0].classes.map(name => name.length))
    const room = Math.min(Math.max(innerHeight - HEAD, LOWEST), HIGHEST)
    const height = this.panel.opened ? Math.max(room * 0.5, LOWEST) : room
    const across = layOutAcross(columns, { width, height, letters })
    const places = across?.places ?? layOutDown(columns, width)
    const isDown = !across
    this.isDown = isDown
    this.home.classList.toggle("down", isDown)
    this.list.style.gap = across ? `${across.gap}px` : ""
    columns.forEach((column, i) => {
      column.section.style.width = isDown ? "" : `${places[i].width}px`
      column.body.style.height = isDown || !column.bars ? "" : `${Math.min(height, 420)}px`
      column.lay(places[i])
    })
    const column = this.columns.get(this.panel.opened?.layer ?? "")
    const before = isDown && column ? column.section : this.board
    if (before.nextSibling !== this.panel.node) before.after(this.panel.node)
    if (this.view) this.paint(this.view)
    this.draw()
  }

  /** @param {{ column: Column, at: At } | null} pointed */
  point(pointed) {
    const [before, now] = [this.pointed, pointed]
    this.pointed = pointed
    if (now) this.look()
    else this.lens.hide()
    if (before?.column !== now?.column || JSON.stringify(before?.at) !== JSON.stringify(now?.at)) this.draw()
  }

  look() {
    if (!this.pointed) return
    const { column, at } = this.pointed
    this.lens.show(column, at, this.view?.readings?.get(column.layer.name))
  }

  /** Draw how the layers follow each other, and what the output pointed at comes from and goes to. */
  draw() {
    const shown = [...this.columns.values()].filter(column => column.isOn)
    const boxes = shown.map(column => column.body.getBoundingClientRect())
    const bands = /** @type {[DOMRect, DOMRect][]} */ (boxes.slice(1).map((box, i) => [boxes[i], box]))
    const { lines, marked } = this.findLines()
    this.ribbons.draw({ bands, lines, marked, isDown: Boolean(this.isDown) })
  }

  findLines() {
    if (!this.pointed || !this.layers) return { lines: [], marked: [] }
    const { column, at } = this.pointed
    const here = column.boxOf(at.channel)
    const there = (/** @type {import("./links.js").Link} */ { layer, channel }) => {
      const other = this.columns.get(layer)
      const isOverBars = this.isDown && other?.bars && column.bars // which a line would cross
      return other?.isOn && !isOverBars ? other.boxOf(channel) : null
    }
    const sources = findSources(this.layers, column.layer, at.channel).map(link => ({ ...link, from: there(link), to: here }))
    const targets = findTargets(this.layers, column.layer, at.channel).map(link => ({ ...link, from: here, to: there(link) }))
    const lines = /** @type {import("./ribbons.js").Line[]} */ ([...sources, ...targets].filter(line => line.from && line.to))
    return { lines, marked: [here, ...this.outlineFields(column, at)] }
  }

  /**
   * What an output depends on in every layer before it, where that is not all of it.
   * @param {Column} column
   * @param {At} at
   */
  outlineFields({ layer, role }, { channel, y, x }) {
    const layers = /** @type {Map<string, import("../engine/layers.js").Layer>} */ (this.layers)
    const fields = findFields(layers, layer.name, role === "maps" ? [y, x, channel] : [channel])
    return [...fields].flatMap(([name, field]) => this.columns.get(name)?.boxesOf(field) ?? [])
  }

  /**
   * @param {string} layer
   * @param {At | null} at
   */
  open(layer, at) {
    const { opened } = this.choice
    const isStep = opened?.layer === layer && opened.at?.channel === at?.channel
    this.lens.hide()
    this.choose({ ...this.choice, opened: { layer, at } }, isStep)
  }

  /** Show what is opened, where this network has it. */
  showOpened() {
    const { opened } = this.choice
    const column = this.columns.get(opened?.layer ?? "")
    if (!opened || !column?.has(opened.at) || !this.palettes || !this.layers) return this.panel.close()
    this.panel.show(opened, {
      layers: this.layers,
      columns: this.columns,
      classes: column.classes,
      palettes: this.palettes,
      isPerMap: () => this.choice.isPerMap,
      canAsk: this.source.canAsk,
      open: (layer, at) => this.open(layer, at),
    })
  }

  /** Close what is opened, and go back to its layer. */
  leave() {
    const column = this.columns.get(this.choice.opened?.layer ?? "")
    this.choose({ ...this.choice, opened: null })
    column?.body.focus()
  }
}

/** @type {WeakMap<Element, Picture>} */
const pictures = new WeakMap()

/**
 * @param {{
 *   data: Choice,
 *   parentElement: Element,
 *   setStateValue: (name: string, value: unknown) => void,
 * }} component
 */
export default function ({ data, parentElement, setStateValue }) {
  const root = /** @type {Element} */ (parentElement.querySelector(".network-picture"))
  if (!pictures.has(root)) {
    const heading = element("h1", "", _("Look inside: what the network sees, layer by layer"))
    const remember = (/** @type {Choice} */ choice) => {
      sent.push(choice)
      setStateValue("choice", choice)
    }
    pictures.set(root, new Picture(root, live, heading, remember))
  }
  const picture = /** @type {Picture} */ (pictures.get(root))
  picture.follow(data)
  return live.show(picture.paint)
}
