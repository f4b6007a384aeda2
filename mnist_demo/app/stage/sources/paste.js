// A picture from the clipboard: by the button, or by the keys for pasting while it is shown.

import { write } from "../../components/dom.js"
import { _ } from "../../components/language.js"

/** @param {Blob} blob */
async function encode(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let text = ""
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

async function readClipboard() {
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find(name => name.startsWith("image/"))
    if (type) return item.getType(type)
  }
  return null
}

/** @param {import("../../components/dom.js").Component<null>} component */
export default function ({ parentElement, setStateValue }) {
  const button = /** @type {HTMLElement} */ (parentElement.querySelector("button"))
  const status = /** @type {HTMLElement} */ (parentElement.querySelector("p"))
  write(button, _("Paste a picture"))
  const take = async (/** @type {Blob | null} */ blob) => {
    status.textContent = blob ? "" : _("There is no picture in the clipboard.")
    if (blob) setStateValue("pasted", await encode(blob))
  }
  button.onclick = () =>
    readClipboard().then(take, () => {
      status.textContent = _("The browser does not let this page read the clipboard: press Ctrl+V.")
    })
  const onPaste = (/** @type {ClipboardEvent} */ event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(one => one.type.startsWith("image/"))
    if (file) take(file)
  }
  document.addEventListener("paste", onPaste)
  return () => document.removeEventListener("paste", onPaste)
}
