// A button for each example; a click tells which.

/** @param {import("../../components/dom.js").Component<Record<string, string>>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const place = /** @type {Element} */ (parentElement.querySelector(".examples"))
  if (place.children.length) return
  for (const [label, png] of Object.entries(data)) {
    const picture = document.createElement("img")
    picture.src = `data:image/png;base64,${png}`
    picture.alt = label
    const button = document.createElement("button")
    button.type = "button"
    button.className = `example-${label}`
    button.title = `Put ${label === "8" ? "an" : "a"} ${label} on the canvas.`
    button.append(picture)
    button.addEventListener("click", () => setTriggerValue("chosen", label))
    place.append(button)
  }
}
