// Pictures of one cell of the confusion matrix; a click picks one for the draw page.

function pictureOf(picture, pick) {
  const button = document.createElement("button")
  const image = document.createElement("img")
  image.src = `data:image/png;base64,${picture.png}`
  image.alt = picture.alt
  const text = document.createElement("small")
  text.textContent = picture.text
  button.title = picture.alt
  button.append(image, text)
  button.onclick = () => pick(picture.index)
  return button
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".pictures")
  const pick = index => setTriggerValue("picked", index)
  root.replaceChildren(...data.pictures.map(picture => pictureOf(picture, pick)))
}
