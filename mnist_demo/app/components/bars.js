// Named numbers with a bar each, from zero.

import { element, write } from "./dom.js"

const LONGEST_NAME = 10 // letters

/**
 * @param {string[]} names
 * @param {"div" | "button"} kind of a row: buttons can be pressed
 */
export function makeBars(names, kind) {
  const rows = names.map(name => {
    const fill = element("i", "fill")
    const text = element("span", "number")
    return { row: element(kind, "row", element("span", "name", name), element("span", "track", fill), text), fill, text }
  })
  const node = element("div", "numbers", ...rows.map(({ row }) => row))
  const letters = Math.min(Math.max(...names.map(name => name.length)), LONGEST_NAME)
  node.style.setProperty("--names", `${0.2 + 0.4 * letters}rem`)
  return {
    node,
    rows: rows.map(({ row }) => row),
    /**
     * @param {ArrayLike<number>} values nothing where there are none
     * @param {(value: number, index: number) => string} say
     * @param {number} reach what a whole bar is
     */
    fill(values, say, reach = Math.max(...Array.from(values, Math.abs))) {
      const highest = Math.max(...Array.from(values))
      rows.forEach(({ row, fill, text }, i) => {
        const value = values[i] ?? 0
        fill.style.transform = `scaleX(${reach ? value / reach : 0})`
        row.classList.toggle("first", value === highest)
        write(text, i < values.length ? say(value, i) : "")
      })
    },
  }
}
