// Elements and numbers, as all components make them.

/**
 * What Streamlit hands to a component.
 * @template Data
 * @typedef {object} Component
 * @property {Data} data
 * @property {string} key
 * @property {Element} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string | Partial<HTMLElementTagNameMap[Name]>} look its class, or whichever properties it has
 * @param {(Node | string)[]} children
 */
export function element(name, look, ...children) {
  const made = document.createElement(name)
  Object.assign(made, typeof look === "string" ? look && { className: look } : look)
  made.append(...children)
  return made
}

/**
 * Changes a text only where it differs: no other costs a layout.
 * @param {HTMLElement} node
 * @param {string} text
 */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text
}

/**
 * What a sentence consists of, with elements in the places of their {name}s.
 * @param {string} sentence
 * @param {Record<string, Node>} elements
 */
export const weave = (sentence, elements) => sentence.split(/\{(\w+)\}/).map((part, i) => (i % 2 ? elements[part] : part))

/** @param {string} path of an icon, 24 x 24 */
export function icon(path) {
  return element("span", { className: "icon", innerHTML: `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>` })
}

/**
 * A number with two decimals, fewer where it is large.
 * @param {number} value
 */
export function short(value) {
  const text = Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2)
  return text.replace(/^-(?=0\.00$)/, "").replace("-", "−")
}

/**
 * A number with so many decimals.
 * @param {number} value
 * @param {number} count
 */
export const decimals = (value, count) => minus(value.toFixed(count))

/**
 * A small number as a power of ten.
 * @param {number} value
 */
export function power(value) {
  const [digits, exponent] = value.toExponential(0).split("e")
  const raised = [...String(Number(exponent))].map(sign => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)] ?? "⁻").join("")
  return `${digits} × 10${raised}`
}

/**
 * A number with three digits that count.
 * @param {number} value
 */
export function digits(value) {
  const size = Math.abs(value)
  if (value === 0) return "0"
  if (size >= 999.5) return minus(Math.round(value).toLocaleString("en"))
  return minus(size < 1e-4 ? value.toExponential(2) : value.toPrecision(3))
}

/**
 * The fewest digits that name this float32 and no other.
 * @param {number} value
 */
export function exact(value) {
  const count = [6, 7, 8].find(count => Math.fround(Number(value.toPrecision(count))) === value) ?? 9
  const isTiny = value !== 0 && Math.abs(value) < 1e-4
  return minus(isTiny ? value.toExponential(count - 1) : String(Number(value.toPrecision(count))))
}

const minus = (/** @type {string} */ text) => text.replaceAll("-", "−")
