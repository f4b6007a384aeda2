// What is shown of an explanation: one view for each kind, built once and filled for each pixel.

const STRONGEST = 6
const LARGEST_WINDOW = 49 // numbers of a window that are written out
const minus = text => text.replaceAll("-", "−")
const short = value => (Number.isFinite(value) ? minus(value.toFixed(3)) : "beyond")

function format(value, digits) {
  const isTiny = value !== 0 && Math.abs(value) < 1e-4
  return isTiny ? value.toExponential(digits - 1) : String(Number(value.toPrecision(digits)))
}

// The fewest digits that name this float32 and no other.
function exact(value) {
  const digits = [6, 7, 8].find(count => Math.fround(value.toPrecision(count)) === value) ?? 9
  return minus(format(value, digits))
}

function describeDifference({ result, output }) {
  const difference = result - output
  if (difference === 0) return "0"
  const steps = Math.round(Math.abs(difference) / stepOf(output))
  return `${minus(difference.toExponential(1))} (${steps} step${steps === 1 ? "" : "s"} of float32)`
}

const ABOVE = "128 115 172" // red, green, blue
const BELOW = "224 130 20"

const times = sides => sides.join(" × ")

// Only what is different has to be laid out again.
function write(cell, text) {
  if (cell.textContent !== text) cell.textContent = text
}

// A table of named numbers, from name to label; what is last is the sum of what came before.
function makeTerms(labels) {
  const cells = {}
  const body = element("tbody")
  for (const [name, label] of Object.entries(labels)) {
    const head = element("th", "", label)
    head.scope = "row"
    cells[name] = element("td")
    cells[name].dataset.term = name
    body.append(element("tr", name, head, cells[name]))
  }
  return {
    node: element("table", "terms", body),
    fill(values) {
      for (const [name, value] of Object.entries(values)) {
        write(cells[name], typeof value === "string" ? value : exact(value))
      }
    },
  }
}

const ACTIVATION_TEXTS = {
  linear: "no activation: the same",
  relu: "ReLU: 0 where that is below 0",
  sigmoid: "sigmoid: 1 ÷ (1 + e^−that)",
  tanh: "tanh of that",
}
const CHECK = {
  output: "the layer’s own output",
  difference: "difference",
}
const checked = explained => ({ output: explained.output, difference: describeDifference(explained) })

// Numbers of a window as a table; colour says as much as it can, the text says all.
function makeGrid(title, [height, width]) {
  const cells = []
  const body = element("tbody")
  for (let y = 0; y < height; y++) {
    const row = element("tr")
    for (let x = 0; x < width; x++) cells.push(row.appendChild(element("td")))
    body.append(row)
  }
  const table = element("table", "grid", element("caption", "", title), body)
  return {
    node: table,
    fill(values, reach, chosen = -1) {
      values.forEach((value, i) => {
        const share = Number.isFinite(value) && reach ? (0.6 * Math.abs(value)) / reach : 0
        write(cells[i], short(value))
        cells[i].style.backgroundColor = `rgb(${value < 0 ? BELOW : ABOVE} / ${share.toFixed(2)})`
        cells[i].classList.toggle("chosen", i === chosen)
      })
    },
  }
}

const channelOf = (values, channels, channel) => values.filter((_, i) => i % channels === channel)
const reachOf = values => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

// Window x kernel = products, of one input channel: the strongest, or the one that is chosen.
function makeChannelView(shape) {
  const [height, width, channels] = shape
  const grids = ["input", "× kernel", "= products"].map(title => makeGrid(title, [height, width]))
  const input = element("input")
  Object.assign(input, { type: "number", min: 0, max: channels - 1, placeholder: "strongest" })
  const name = element("b")
  const label = element("label", "", "Channel of the layer before: ", input)
  label.title = "Which input channel is written out; empty for the one with the largest sum"
  label.hidden = channels === 1
  const node = element("div", "channel", label, element("div", "grids", ...grids.map(grid => grid.node)), name)
  const chosen = () => (input.value === "" ? null : Math.min(Math.max(Math.trunc(input.valueAsNumber), 0), channels - 1))
  return {
    node, input,
    fill({ inputs, kernel, products, channelSums }) {
      const strongest = channelSums.reduce((best, sum, i) => (Math.abs(sum) > Math.abs(channelSums[best]) ? i : best), 0)
      const channel = chosen() ?? strongest
      const parts = [inputs, kernel, products]
      grids.forEach((grid, i) => grid.fill(channelOf(parts[i], channels, channel), reachOf(parts[i])))
      name.textContent = channels === 1 ? "" : `Channel ${channel} adds ${exact(channelSums[channel])}.`
      return channel
    },
  }
}

// All inputs, weights and products as pictures, a tile for each channel of the layer before.
function makeTiles(shape, columns, palettes, choose) {
  const layout = layOut(shape, columns)
  const parts = ["inputs", "kernel", "products"].map(name => {
    const picture = makePicture(layout, 14)
    picture.picture.setAttribute("role", "img")
    picture.picture.onclick = event => choose(picture.hit(event)?.cell ?? null)
    return { name, ...picture, range: element("small") }
  })
  const figures = parts.map(({ name, picture, range }) => {
    const title = name === "kernel" ? "weights" : name
    return element("figure", "", element("figcaption", "", `All ${title} `, range), picture)
  })
  return {
    node: element("div", "tiles", ...figures),
    fill(explained, channel) {
      for (const { name, picture, range, paint, outline } of parts) {
        const values = explained[name]
        const isSigned = name !== "inputs"
        const [low, high] = rangeOf(values)
        range.textContent = `${short(low)} to ${short(high)}`
        picture.setAttribute("aria-label", `${values.length} ${name}, from ${short(low)} to ${short(high)}`)
        paint(values, isSigned ? signedRangeOf(values) : [low, high], isSigned ? palettes.signed : palettes.plain)
        outline(channel === null ? {} : { pointed: boxesOf(layout, { top: 0, left: 0, bottom: layout.height, right: layout.width, channel }) })
      }
    },
  }
}

// The inputs that pull a unit up most, and those that pull it down most.
function makeStrongest(title, nameInput) {
  const body = element("tbody")
  const rows = Array.from({ length: STRONGEST }, () => {
    const cells = ["th", "td", "td", "td"].map(name => element(name))
    cells[0].scope = "row"
    body.append(element("tr", "", ...cells))
    return cells
  })
  const head = element("tr", "", ...["input", "value", "weight", "product"].map(text => element("th", "", text)))
  return {
    node: element("table", "strongest", element("caption", "", title), element("thead", "", head), body),
    fill({ inputs, kernel, products }, indices) {
      rows.forEach((cells, i) => {
        const index = indices[i]
        cells[0].parentElement.hidden = index === undefined
        if (index === undefined) return
        cells[0].parentElement.dataset.input = index
        const texts = [nameInput(index), ...[inputs, kernel, products].map(values => short(values[index]))]
        cells.forEach((cell, j) => write(cell, texts[j]))
      })
    },
  }
}

function makeSumView(layer, explained, { drawn, palettes, nameInput, again }) {
  const count = explained.inputs.length
  const isWindow = Boolean(layer.window)
  const terms = makeTerms({
    sum: `sum of ${count.toLocaleString("en")} products`,
    bias: "+ bias",
    total: "= before the activation",
    result: ACTIVATION_TEXTS[explained.activation],
    ...CHECK,
  })
  const shape = isWindow ? explained.shape : drawn.shape
  const isWritten = isWindow && shape[0] * shape[1] <= LARGEST_WINDOW
  const channel = isWritten ? makeChannelView(shape) : null
  const choose = cell => {
    if (channel && cell !== null) channel.input.value = cell
    again()
  }
  if (channel) channel.input.oninput = again
  const tiles = isWritten && shape[2] === 1 ? null : makeTiles(shape, drawn.columns, palettes, choose)
  const up = isWindow ? null : makeStrongest("Pull it up", nameInput)
  const down = isWindow ? null : makeStrongest("Pull it down", nameInput)
  const parts = [terms, channel, up, down, tiles].filter(Boolean)
  return {
    node: element("div", "view", ...parts.map(part => part.node)),
    fill(explained) {
      const { sum, bias, total, result } = explained
      terms.fill({ sum, bias, total, result, ...checked(explained) })
      const shown = channel ? channel.fill(explained) : null
      if (up) {
        up.fill(explained, findLargest(explained.products, 1, STRONGEST))
        down.fill(explained, findLargest(explained.products, -1, STRONGEST))
      }
      if (tiles) tiles.fill(explained, shown)
    },
  }
}

function makePoolingView({ size }) {
  const grid = makeGrid("The window: the largest wins", size)
  const who = element("p")
  const terms = makeTerms({ result: "the largest", ...CHECK })
  return {
    node: element("div", "view", grid.node, who, terms.node),
    fill(explained) {
      grid.fill(explained.window, reachOf(explained.window.filter(Number.isFinite)), explained.best)
      who.textContent = `Row ${explained.winner[0]}, column ${explained.winner[1]} of map ${explained.channel} has won.`
      terms.fill({ result: explained.result, ...checked(explained) })
    },
  }
}

const SOFTMAX_COLUMNS = ["", "logit", "exponential", "÷ sum", "layer’s own"]

function makeSoftmaxView({ logits }, { nameUnit }) {
  const head = element("tr", "", ...SOFTMAX_COLUMNS.map(text => element("th", "", text)))
  const body = element("tbody")
  const rows = Array.from(logits, (_, unit) => {
    const name = element("th", "", nameUnit(unit))
    name.scope = "row"
    return body.appendChild(element("tr", "", name, ...SOFTMAX_COLUMNS.slice(1).map(() => element("td"))))
  })
  const terms = makeTerms({
    logit: "logit",
    largest: "largest of all logits",
    exponential: "e^(logit − largest)",
    total: `sum of all ${logits.length}`,
    result: "share of the sum",
    ...CHECK,
  })
  return {
    node: element("div", "view", element("table", "softmax", element("thead", "", head), body), terms.node),
    fill(explained, at) {
      const { logits, exponentials, results, outputs, largest, total, result } = explained
      const columns = [logits, exponentials, results, outputs]
      rows.forEach((row, unit) => {
        row.classList.toggle("chosen", unit === at[0])
        columns.forEach((values, i) => write(row.cells[i + 1], minus(format(values[unit], 4))))
      })
      const [unit] = at
      terms.fill({ logit: logits[unit], largest, exponential: exponentials[unit], total, result, ...checked(explained) })
    },
  }
}

// An output that is one of the inputs, the image itself, or a layer of another kind.
function makePlainView({ kind }, { nameOutput }) {
  const text = element("p")
  const terms = makeTerms(kind === "copy" ? { result: "the value there", ...CHECK } : { output: "value" })
  return {
    node: element("div", "view", text, terms.node),
    fill(explained) {
      if (kind === "copy") {
        text.textContent = `Nothing is calculated: it is ${nameOutput(explained.source, explained.from)}.`
        terms.fill({ result: explained.result, ...checked(explained) })
      } else {
        text.textContent = kind === "input" ? "Ink, from 0 to 1: this is what the network gets." : explained.problem
        terms.fill({ output: explained.output })
      }
    },
  }
}

const VIEWS = { sum: makeSumView, pooling: (_, e) => makePoolingView(e), softmax: (_, e, c) => makeSoftmaxView(e, c) }

function makeView(layer, explained, context) {
  const make = VIEWS[explained.kind]
  return make ? make(layer, explained, context) : makePlainView(explained, context)
}
