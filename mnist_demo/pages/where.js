// A map of pictures, each a number for its class; the one pointed at is shown beside it.

const SVG = "http://www.w3.org/2000/svg"
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

function draw(name, attributes, text) {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  if (text !== undefined) element.textContent = text
  return element
}

function drawMap(data) {
  const svg = draw("svg", { viewBox: `0 0 ${data.size.join(" ")}`, tabindex: 0, role: "application",
    "aria-roledescription": "map", "aria-label": data.alt })
  const groups = data.names.map((_, label) => draw("g", { class: `c${label}` }))
  for (const [x, y, label] of data.points)
    groups[label].append(draw("text", { x, y }, label))
  svg.append(...groups)
  if (data.drawing) {
    const [x, y] = data.drawing
    for (const index of data.neighbours) {
      const [x2, y2] = data.points[index]
      svg.append(draw("line", { class: "to-neighbour", x1: x, y1: y, x2, y2 }))
    }
    for (const kind of ["yours", "yours inner"])
      svg.append(draw("path", { class: kind,
        d: `M${x - 20} ${y}h40M${x} ${y - 20}v40M${x - 12} ${y}a12 12 0 1 0 24 0a12 12 0 1 0 -24 0` }))
  }
  return svg
}

function drawLegend(data, choose) {
  const legend = document.createElement("div")
  legend.className = "legend"
  legend.append(...data.names.map((name, label) => {
    const button = document.createElement("button")
    button.className = `c${label}`
    button.ariaPressed = "false"
    button.title = `Show only ${name}`
    const glyph = document.createElement("b")
    glyph.textContent = label
    button.append(glyph)
    if (name !== String(label)) button.append(name)
    button.onclick = () => {
      const isChosen = button.ariaPressed !== "true"
      for (const other of legend.children) other.ariaPressed = "false"
      button.ariaPressed = String(isChosen)
      choose(isChosen ? label : null)
    }
    return button
  }))
  return legend
}

function show(details, data, index) {
  const [, , label, distance] = data.points[index]
  const column = index % data.columns
  const row = Math.floor(index / data.columns)
  const rows = Math.ceil(data.points.length / data.columns)
  const picture = document.createElement("div")
  picture.className = "picture"
  picture.style.backgroundImage = `url(data:image/png;base64,${data.sheet})`
  picture.style.backgroundSize = `${100 * data.columns}% ${100 * rows}%`
  picture.style.backgroundPosition =
    `${100 * column / Math.max(data.columns - 1, 1)}% ${100 * row / Math.max(rows - 1, 1)}%`
  const text = document.createElement("div")
  const title = document.createElement("b")
  title.textContent = `Labelled ${data.names[label]}`
  text.append(title)
  if (distance !== undefined) {
    const away = document.createElement("p")
    away.textContent = `${distance.toFixed(2)} away from yours`
    text.append(away)
  }
  details.replaceChildren(picture, text)
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".where")
  const svg = drawMap(data)
  const details = document.createElement("div")
  details.className = "details"
  details.setAttribute("role", "status")
  details.append(data.hint)
  const plot = document.createElement("div")
  plot.className = "plot"
  plot.append(svg, details)
  const ring = draw("circle", { class: "pointed", r: 15, visibility: "hidden" })
  svg.append(ring)
  let chosen = null
  let pointed = null

  const isShown = index => chosen === null || data.points[index][2] === chosen
  const placeOf = index => data.points[index]

  function point(index) {
    if (index === null || index === pointed) return
    pointed = index
    const [x, y] = placeOf(index)
    ring.setAttribute("cx", x)
    ring.setAttribute("cy", y)
    ring.setAttribute("visibility", "visible")
    show(details, data, index)
  }

  // The point with the smallest cost; null where all cost infinitely much.
  function findBest(cost) {
    let best = null
    let least = Infinity
    data.points.forEach((_, index) => {
      const own = isShown(index) ? cost(index) : Infinity
      if (own < least) [best, least] = [index, own]
    })
    return best
  }

  function pointAt(event) {
    const box = svg.getBoundingClientRect()
    const x = (event.clientX - box.left) * data.size[0] / box.width
    const y = (event.clientY - box.top) * data.size[1] / box.height
    point(findBest(index => Math.hypot(placeOf(index)[0] - x, placeOf(index)[1] - y)))
  }

  svg.onpointermove = pointAt
  svg.onpointerdown = pointAt
  svg.onkeydown = event => {
    const direction = DIRECTIONS[event.key]
    if (!direction) return
    event.preventDefault()
    if (pointed === null) return point(data.neighbours.find(isShown) ?? findBest(index => index))
    const [x, y] = placeOf(pointed)
    point(findBest(index => {
      const [toX, toY] = [placeOf(index)[0] - x, placeOf(index)[1] - y]
      const along = toX * direction[0] + toY * direction[1]
      const aside = Math.abs(toX * direction[1]) + Math.abs(toY * direction[0])
      return along > 0 && along >= aside ? along + 2 * aside : Infinity
    }))
  }
  const legend = drawLegend(data, label => {
    chosen = label
    if (pointed !== null && !isShown(pointed)) {
      pointed = null
      ring.setAttribute("visibility", "hidden")
      details.replaceChildren(data.hint)
    }
    svg.querySelectorAll("g").forEach((group, own) =>
      group.classList.toggle("faded", label !== null && own !== label))
  })
  root.replaceChildren(legend, plot)
}
