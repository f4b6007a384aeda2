// Draws the layers that are on, and tells which map is to be enlarged. What has been drawn once is
// kept and filled anew with the next drawing, which is faster than building it again.

const number = value => Number(value.toPrecision(4)).toString()
const asImage = png => `data:image/png;base64,${png}`

function element(name, className, ...children) {
  const made = document.createElement(name)
  if (className) made.className = className
  made.append(...children)
  return made
}

// The map under a point of the picture, or -1 between and beyond the maps; x and y in [0, 1].
function mapAt(layer, x, y) {
  const column = Math.floor((x * (layer.width + 1)) / (layer.cell[0] + 1))
  const row = Math.floor((y * (layer.height + 1)) / (layer.cell[1] + 1))
  const index = row * layer.columns + column
  return column < layer.columns && index < layer.channels ? index : -1
}

function buildNumbers(layer) {
  const values = layer.numbers.map(() => element("span"))
  const cells = values.map((value, index) => element("div", "", element("small", "", index), value))
  return {
    nodes: [element("div", "numbers", ...cells)],
    fill(layer) {
      const top = layer.numbers.indexOf(Math.max(...layer.numbers))
      cells.forEach((cell, index) => {
        cell.classList.toggle("top", index === top)
        values[index].textContent = layer.numbers[index].toFixed(3)
      })
    },
  }
}

function buildPicture(layer, gradient) {
  const image = element("img")
  image.style.aspectRatio = `${layer.width} / ${layer.height}`
  const picture = element("div", "picture", image)
  const low = element("span")
  const high = element("span")
  const bar = element("div", "bar")
  bar.style.background = `linear-gradient(to right, ${gradient})`
  return {
    picture,
    nodes: [picture, element("div", "scale", low, bar, high)],
    fill(layer) {
      const range = layer.scale.map(number)
      image.src = asImage(layer.png)
      image.alt = `${layer.channels} ${layer.isMaps ? "maps" : "units"} of ${layer.name}, values from ${range[0]} to ${range[1]}`
      low.textContent = layer.perMap ? "lowest of each map" : range[0]
      high.textContent = layer.perMap ? `highest of each (all: ${range[0]} to ${range[1]})` : range[1]
    },
  }
}

function frame(layer, mark, index) {
  const [width, height] = layer.cell
  mark.style.left = `${(100 * (index % layer.columns) * (width + 1)) / layer.width}%`
  mark.style.top = `${(100 * Math.floor(index / layer.columns) * (height + 1)) / layer.height}%`
  mark.style.width = `${(100 * width) / layer.width}%`
  mark.style.height = `${(100 * height) / layer.height}%`
}

// A map is chosen with the mouse, with arrow keys and Enter on the picture, or by its number.
function makeSelectable(layer, head, picture, select) {
  const input = element("input")
  Object.assign(input, { type: "number", min: 0, max: layer.channels - 1, placeholder: "–" })
  input.title = `Number of the map to enlarge, from 0 to ${layer.channels - 1}`
  head.append(element("label", "", "Enlarge map ", input))
  const mark = element("i")
  mark.hidden = true
  picture.append(mark)
  picture.classList.add("maps")
  picture.tabIndex = 0
  picture.setAttribute("role", "group")
  picture.setAttribute("aria-label", `Maps of ${layer.name}: arrow keys choose one, Enter enlarges it`)
  const point = index => {
    input.value = index
    mark.hidden = false
    frame(layer, mark, index)
  }
  const choose = index => {
    point(index)
    select({ layer: layer.name, channel: index })
  }
  input.onchange = () => {
    if (input.value !== "") choose(Math.min(Math.max(Math.trunc(input.valueAsNumber), 0), layer.channels - 1))
  }
  picture.onclick = event => {
    const box = picture.getBoundingClientRect()
    const index = mapAt(layer, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height)
    if (index >= 0) choose(index)
  }
  picture.onkeydown = event => {
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: layer.columns, ArrowUp: -layer.columns }
    const current = input.value === "" ? 0 : input.valueAsNumber
    if (event.key in steps) point(Math.min(Math.max(current + steps[event.key], 0), layer.channels - 1))
    else if (event.key === "Enter") choose(current)
    else return
    event.preventDefault()
  }
}

function buildLayer(layer, gradient, select) {
  const facts = [layer.kind, layer.shape, `${layer.parameters} parameters`]
  const head = element("header", "", element("b", "", layer.name), ...facts.map(fact => element("span", "", fact)))
  const content = layer.numbers ? buildNumbers(layer) : buildPicture(layer, gradient)
  const enlarged = element("div", "enlarged")
  if (layer.isMaps) makeSelectable(layer, head, content.picture, select)
  const section = element("section", "layer", head, ...content.nodes, enlarged)
  section.dataset.layer = layer.name
  return {
    section,
    fill(layer) {
      content.fill(layer)
      enlarged.replaceChildren(...(layer.enlarged ?? []).map(buildFigure))
    },
  }
}

function buildFigure({ png, title, text }) {
  const caption = element("figcaption", "", element("b", "", title), element("br"), element("small", "", text))
  if (!png) return element("figure", "", caption)
  const image = element("img")
  image.src = asImage(png)
  image.alt = `${title}: ${text}`
  return element("figure", "", image, caption)
}

const built = new WeakMap() // from the root of a component to its layers, by name and shape

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".layers")
  const select = selected => setStateValue("selected", selected)
  if (!built.has(root)) built.set(root, new Map())
  const layers = built.get(root)
  const sections = data.layers.map(layer => {
    const key = [layer.name, layer.kind, layer.shape].join()
    if (!layers.has(key)) layers.set(key, buildLayer(layer, data.gradient, select))
    layers.get(key).fill(layer)
    return layers.get(key).section
  })
  const isSame = sections.length === root.children.length && sections.every((section, i) => section === root.children[i])
  if (!isSame) root.replaceChildren(...sections)
}
