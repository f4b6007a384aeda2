// A confusion matrix as a table: every cell that is not empty is a button.

const share = (count, most) => (most ? Math.sqrt(count / most) : 0)

function mostBeside(counts) {
  return Math.max(...counts.map((row, i) => Math.max(...row.map((count, j) => (i === j ? 0 : count)))))
}

function headCell(text, scope) {
  const cell = document.createElement("th")
  cell.scope = scope
  cell.textContent = text
  return cell
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".matrix")
  const most = mostBeside(data.counts)
  const mark = (row, column) => {
    for (const button of root.querySelectorAll("button")) {
      const isChosen = +button.dataset.row === row && +button.dataset.column === column
      button.setAttribute("aria-pressed", isChosen)
    }
  }
  const table = document.createElement("table")
  const head = table.createTHead().insertRow()
  head.append(headCell("label ↓ answer →", "col"), ...data.columns.map(name => headCell(name, "col")))
  const body = table.createTBody()
  data.counts.forEach((counts, row) => {
    const line = body.insertRow()
    line.append(headCell(data.rows[row], "row"))
    counts.forEach((count, column) => {
      const cell = line.insertCell()
      if (!count) return
      const button = document.createElement("button")
      const isRight = row === column
      button.textContent = count.toLocaleString("en")
      button.dataset.row = row
      button.dataset.column = column
      button.className = isRight ? "right" : ""
      if (!isRight) button.style.setProperty("--share", `${Math.round(10 + 60 * share(count, most))}%`)
      button.setAttribute(
        "aria-label",
        `Label ${data.rows[row]}, ${column === 10 ? "refused" : `answer ${data.columns[column]}`}: ${count}`,
      )
      button.onclick = () => {
        setStateValue("cell", { row, column })
        mark(row, column)
      }
      cell.append(button)
    })
  })
  const before = root.querySelector("button[aria-pressed=true]")
  const chosen = before ? { row: +before.dataset.row, column: +before.dataset.column } : data.first
  root.replaceChildren(table)
  mark(chosen.row, chosen.column)
}
