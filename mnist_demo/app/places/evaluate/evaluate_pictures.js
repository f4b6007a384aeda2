// Pictures of one cell of the confusion matrix; a click puts one on the stage.

import { element } from "../../components/dom.js"

/** @typedef {{ png: string, alt: string, text: string, index: number }} Picture */

/** @param {import("../../components/dom.js").Component<{ pictures: Picture[] }>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const buttons = data.pictures.map(({ png, alt, text, index }) => {
    const image = element("img", { src: `data:image/png;base64,${png}`, alt })
    return element("button", { title: alt, onclick: () => setTriggerValue("picked", index) }, image, element("small", "", text))
  })
  parentElement.querySelector(".pictures")?.replaceChildren(...buttons)
}
