// A button for each example; a click tells which.

export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".examples")
  if (place.children.length) return
  for (const [label, png] of Object.entries(data)) {
    const picture = document.createElement("img")
    picture.src = `data:image/png;base64,${png}`
    picture.alt = label
    const button = document.createElement("button")
    button.type = "button"
    button.className = `example-${label}`
    button.title = `Put a ${label} on the canvas.`
    button.append(picture)
    button.addEventListener("click", () => setTriggerValue("chosen", label))
    place.append(button)
  }
}
