// Draws the pictures of the layers that are on, and tells which map was clicked.

const number = value => Number(value.toPrecision(4)).toString()

function headOf(layer) {
  const head = document.createElement("header")
  const title = document.createElement("b")
  title.textContent = layer.name
  head.append(title)
  for (const text of [layer.kind, layer.shape, `${layer.parameters} parameters`]) {
    const span = document.createElement("span")
    span.textContent = text
    head.append(span)
  }
  return head
}

function numbersOf(layer) {
  const box = document.createElement("div")
  box.className = "numbers"
  const top = layer.numbers.indexOf(Math.max(...layer.numbers))
  layer.numbers.forEach((value, index) => {
    const cell = document.createElement("div")
    if (index === top) cell.className = "top"
    const label = document.createElement("small")
    label.textContent = index
    cell.append(label, value.toFixed(3))
    box.append(cell)
  })
  return box
}

function scaleOf(layer, gradient) {
  const scale = document.createElement("div")
  scale.className = "scale"
  const bar = document.createElement("div")
  bar.style.background = `linear-gradient(to right, ${gradient})`
  const [low, high] = layer.scale.map(number)
  const texts = layer.perMap ? ["each map's lowest", `highest (all: ${low} to ${high})`] : [low, high]
  scale.append(texts[0], bar, texts[1])
  return scale
}

// The map under a point of the picture, or -1 between and beyond the maps.
function mapAt(layer, x, y) {
  const column = Math.floor((x * (layer.width + 1)) / (layer.cell[0] + 1))
  const row = Math.floor((y * (layer.height + 1)) / (layer.cell[1] + 1))
  const index = row * layer.columns + column
  return column < layer.columns && index < layer.channels ? index : -1
}

function frame(layer, mark, index) {
  const [width, height] = layer.cell
  mark.style.left = `${(100 * (index % layer.columns) * (width + 1)) / layer.width}%`
  mark.style.top = `${(100 * Math.floor(index / layer.columns) * (height + 1)) / layer.height}%`
  mark.style.width = `${(100 * width) / layer.width}%`
  mark.style.height = `${(100 * height) / layer.height}%`
  mark.hidden = false
}

function pictureOf(layer, select) {
  const picture = document.createElement("div")
  const image = document.createElement("img")
  picture.className = layer.isMaps ? "picture maps" : "picture"
  image.src = `data:image/png;base64,${layer.png}`
  image.alt = `${layer.channels} ${layer.isMaps ? "maps" : "units"} of ${layer.name}, values from ${number(layer.scale[0])} to ${number(layer.scale[1])}`
  image.style.aspectRatio = `${layer.width} / ${layer.height}`
  picture.append(image)
  if (!layer.isMaps) return picture
  const mark = document.createElement("i")
  mark.hidden = true
  picture.append(mark)
  picture.tabIndex = 0
  picture.setAttribute("role", "group")
  picture.setAttribute("aria-label", `Maps of ${layer.name}: arrow keys choose one, Enter enlarges it`)
  let current = 0
  picture.onclick = event => {
    const box = picture.getBoundingClientRect()
    const index = mapAt(layer, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height)
    if (index >= 0) choose(index)
  }
  const choose = index => {
    current = index
    frame(layer, mark, index)
    select({ layer: layer.name, channel: index })
  }
  picture.onkeydown = event => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: layer.columns, ArrowUp: -layer.columns }[event.key]
    if (step) current = Math.min(Math.max(current + step, 0), layer.channels - 1)
    else if (event.key === "Enter") choose(current)
    else return
    event.preventDefault()
    frame(layer, mark, current)
  }
  return picture
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".layers")
  const select = selected => setStateValue("selected", selected)
  root.replaceChildren(
    ...data.layers.map(layer => {
      const section = document.createElement("section")
      section.className = "layer"
      section.dataset.layer = layer.name
      section.append(headOf(layer))
      if (layer.numbers) section.append(numbersOf(layer))
      else section.append(pictureOf(layer, select), scaleOf(layer, data.gradient))
      return section
    }),
  )
}
