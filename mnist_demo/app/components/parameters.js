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
 * What Python's `tell_parameters` tells.
 * @typedef {{ session: string, parameters: Record<string, string> }} Told
 */

let known = "" // the session that the page belongs to

/**
 * A session that is not the one before has begun on another server. Streamlit asked it for the
 * address that the page was opened with; a way back, which leads nowhere, asks for the one it has now.
 * @param {string} session
 */
function follow(session) {
  const isOther = known && session !== known
  known = session
  if (isOther) dispatchEvent(new PopStateEvent("popstate", { state: history.state }))
}

/**
 * @param {string} key of the component that they are of
 * @param {Told} told
 */
export function keep(key, { session, parameters }) {
  follow(session)
  clearTimeout(waiting.get(key))
  waiting.set(key, setTimeout(write, DELAY_MS, parameters))
}

/** @param {import("./dom.js").Component<Told>} component */
export default function ({ data, key }) {
  keep(key, data)
}
