// A button for each example; a click tells which.

import { _ } from "../../components/language.js"

/** @param {import("../../components/dom.js").Component<{ pictures: Record<string, string> }>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const place = /** @type {Element} */ (parentElement.querySelector(".examples"))
  if (place.children.length) return
  place.setAttribute("aria-label", _("Examples"))
  for (const [label, png] of Object.entries(data.pictures)) {
    const picture = document.createElement("img")
    picture.src = `data:image/png;base64,${png}`
    picture.alt = label
    const button = document.createElement("button")
    button.type = "button"
    button.className = `example-${label}`
    const title = label === "8" ? _("Put an {digit} on the canvas.", { digit: label }) : _("Put a {digit} on the canvas.", { digit: label })
    button.title = title
    button.append(picture)
    button.addEventListener("click", () => setTriggerValue("chosen", label))
    place.append(button)
  }
}
