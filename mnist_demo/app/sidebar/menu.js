// Closes the sidebar after a change of place where it covers the place: on a phone.

const NARROW = "(max-width: 767px)" // as Streamlit has it
const CLOSE = "[data-testid=stSidebarCollapseButton] button"

/** @type {string | null} */
let last = null // the place before

/** @param {import("../components/dom.js").Component<{ place: string }>} component */
export default function ({ data }) {
  if (last !== null && last !== data.place && matchMedia(NARROW).matches) {
    /** @type {HTMLElement | null} */ (document.querySelector(CLOSE))?.click()
  }
  last = data.place
}
