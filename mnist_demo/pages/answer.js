// Shows the page's own HTML.

export default function ({ data, parentElement }) {
  parentElement.querySelector(".answer-place").innerHTML = data
}
