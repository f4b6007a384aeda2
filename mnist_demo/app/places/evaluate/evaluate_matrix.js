// A confusion matrix as a table: every cell that is not empty is a button.

import { element } from "../../components/dom.js"
import { _ } from "../../components/language.js"

/**
 * @typedef {{ row: number, column: number }} Cell
 * @typedef {{ counts: number[][], rows: string[], columns: string[], first: Cell }} Matrix
 */

const headCell = (/** @type {string} */ text, /** @type {string} */ scope) => element("th", { scope }, text)

/** @param {import("../../components/dom.js").Component<Matrix>} component */
export default function ({ data: { counts, rows, columns, first }, parentElement, setStateValue }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".matrix"))
  const most = Math.max(...counts.map((line, row) => Math.max(...line.map((count, column) => (row === column ? 0 : count)))))
  const mark = (/** @type {Cell} */ { row, column }) => {
    root.dataset.chosen = `${row} ${column}`
    for (const button of root.querySelectorAll("button"))
      button.ariaPressed = String(`${button.dataset.row} ${button.dataset.column}` === root.dataset.chosen)
  }
  const makeButton = (/** @type {number} */ count, /** @type {Cell} */ cell) => {
    const { row, column } = cell
    const isRight = row === column
    const values = { label: rows[row], answer: columns[column], count }
    const ariaLabel = column === 10 ? _("Label {label}, rejected: {count}", values) : _("Label {label}, answer {answer}: {count}", values)
    const onclick = () => {
      setStateValue("cell", cell)
      mark(cell)
    }
    const button = element("button", { className: isRight ? "right" : "", ariaLabel, onclick }, count.toLocaleString("en"))
    Object.assign(button.dataset, cell)
    if (!isRight) button.style.setProperty("--strength", `${Math.round(10 + 60 * Math.sqrt(count / most))}%`)
    return button
  }
  const head = element("tr", "", headCell(_("label ↓ answer →"), "col"), ...columns.map(name => headCell(name, "col")))
  const body = counts.map((line, row) => {
    const cells = line.map((count, column) => element("td", "", count ? makeButton(count, { row, column }) : ""))
    return element("tr", "", headCell(rows[row], "row"), ...cells)
  })
  root.replaceChildren(element("table", "", element("thead", "", head), element("tbody", "", ...body)))
  const [row, column] = root.dataset.chosen?.split(" ").map(Number) ?? [first.row, first.column]
  mark({ row, column })
}
