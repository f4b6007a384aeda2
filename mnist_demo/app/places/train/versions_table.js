// All versions as a table: how each was trained, how well it reads, and what one may do with it.

import { element } from "../../components/dom.js"
import { _ } from "../../components/language.js"

/**
 * `address` makes it a link; `question` is asked before.
 * @typedef {{ name?: string, label: string, help: string, isMain?: boolean, address?: string, question?: string }} Action
 * @typedef {{ name: string, title: string, tags: string[], details: string, cells: string[], actions: Action[] }} Row
 * @typedef {{ columns: string[], rows: Row[], shown: string[] }} Table
 */

/** @param {Row} row */
function describe(row) {
  const more = element("details", "", element("summary", "", row.title), element("small", "", row.details))
  return element("th", "", more, ...row.tags.map(tag => element("span", "tag", tag)))
}

/**
 * @param {Action} action
 * @param {Row} row
 * @param {(action: Action) => void} act
 */
function offer(action, row, act) {
  const { label, address, question } = action
  const look = { className: action.isMain ? "main" : "", title: action.help, ariaLabel: `${label}: ${row.title}` }
  if (address) return element("a", { ...look, href: address }, label)
  return element("button", { ...look, onclick: () => (!question || confirm(question)) && act(action) }, label)
}

/** @param {import("../../components/dom.js").Component<Table>} component */
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".versions"))
  root.ariaLabel = _("Versions")
  const told = JSON.stringify(data)
  if (root.dataset.told === told) return
  root.dataset.told = told
  const boxes = () => [...root.querySelectorAll("input")]
  const before = new Map(boxes().map(box => [box.value, box.checked]))
  const rows = data.rows.map(row => {
    const box = element("input", {
      type: "checkbox",
      value: row.name,
      checked: before.get(row.name) ?? data.shown.includes(row.name),
      ariaLabel: _("Curve of {version}", { version: row.title }),
      onchange: () => setStateValue("shown", boxes().filter(one => one.checked).map(one => one.value)),
    })
    const act = /** @param {Action} action */ action =>
      setTriggerValue("action", { action: action.name, version: row.name })
    const actions = element("div", "actions", ...row.actions.map(one => offer(one, row, act)))
    const cells = [...row.cells, box, actions].map(cell => element("td", "", cell))
    cells.forEach((cell, index) => {
      cell.dataset.column = data.columns[index + 1]
    })
    return element("tr", "", describe(row), ...cells)
  })
  const heads = data.columns.map(name => element("th", "", name))
  root.replaceChildren(
    element("table", "", element("thead", "", element("tr", "", ...heads)), element("tbody", "", ...rows)),
  )
}
