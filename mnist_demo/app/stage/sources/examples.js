// A button for each example; a click tells which.

import { element } from "../../components/dom.js"
import { _ } from "../../components/language.js"

/** @param {import("../../components/dom.js").Component<{ pictures: Record<string, string> }>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const place = /** @type {Element} */ (parentElement.querySelector(".examples"))
  if (place.children.length) return
  place.ariaLabel = _("Examples")
  const buttons = Object.entries(data.pictures).map(([label, png]) => {
    const title = label === "8" ? _("Put an {digit} on the canvas.", { digit: label }) : _("Put a {digit} on the canvas.", { digit: label })
    const look = { className: `example-${label}`, title, onclick: () => setTriggerValue("chosen", label) }
    return element("button", look, element("img", { src: `data:image/png;base64,${png}`, alt: label }))
  })
  place.append(...buttons)
}
