// Closes the sidebar once a place was chosen in it, where it covers the place: on a phone.

const NARROW = "(max-width: 767px)" // as Streamlit has it
const CLOSE = "[data-testid=stSidebarCollapseButton] button"
const PLACE = "[data-testid=stSidebarNavLink]"

let isListening = false

/** @param {MouseEvent} event */
function closeAfter({ target }) {
  if (!(target instanceof Element) || !target.closest(PLACE) || !matchMedia(NARROW).matches) return
  /** @type {HTMLElement | null} */ (document.querySelector(CLOSE))?.click()
}

export default function () {
  if (!isListening) document.addEventListener("click", closeAfter)
  isListening = true
}
