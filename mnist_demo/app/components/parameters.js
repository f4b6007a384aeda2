// Keeps parameters in the page's address, so that a reload, a bookmark and the way back find them.
// The entry is replaced, not added: the way back leads to the place before, not to the stroke before.

const DELAY_MS = 300 // not while strokes follow fast on each other

/** @type {Map<string, ReturnType<typeof setTimeout>>} */
const waiting = new Map() // by the component's key

/** @param {Record<string, string>} parameters */
function write(parameters) {
  const address = new URL(location.href)
  for (const [name, value] of Object.entries(parameters)) {
    if (value) address.searchParams.set(name, value)
    else address.searchParams.delete(name)
  }
  history.replaceState(history.state, "", address)
}

/**
 * @param {string} key of the component that they are of
 * @param {Record<string, string>} parameters
 */
export function keep(key, parameters) {
  clearTimeout(waiting.get(key))
  waiting.set(key, setTimeout(write, DELAY_MS, parameters))
}

/** @param {import("./dom.js").Component<{ parameters: Record<string, string> }>} component */
export default function ({ data, key }) {
  keep(key, data.parameters)
}
