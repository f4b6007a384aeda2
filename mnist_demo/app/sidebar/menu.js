// What a choice of place does where there is little room: it closes the sidebar, which covers the
// place on a phone, and scrolls to the place, which is below the stage.

import { _ } from "../components/language.js"

const IS_COVERED = "(max-width: 767px)" // as Streamlit has it
const IS_BELOW = "(max-width: 999px)" // as style.css has it
const CLOSE = "[data-testid=stSidebarCollapseButton] button"
const IN_SIDEBAR = "[data-testid=stSidebarNavLink]"
const PLACES = `${IN_SIDEBAR}, [data-testid=stTopNavLink], [data-testid=stPageLink-NavLink]`

let isListening = false

/** @param {MouseEvent} event */
function follow({ target }) {
  if (!(target instanceof Element) || !target.closest(PLACES)) return
  if (target.closest(IN_SIDEBAR) && matchMedia(IS_COVERED).matches)
    /** @type {HTMLElement | null} */ (document.querySelector(CLOSE))?.click()
  if (matchMedia(IS_BELOW).matches) document.querySelector(".st-key-place")?.scrollIntoView()
}

export default function () {
  document.documentElement.style.setProperty("--menu", JSON.stringify(_("Menu")))
  if (!isListening) document.addEventListener("click", follow)
  isListening = true
}
