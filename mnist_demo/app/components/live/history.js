// Undo, redo and clear. Python keeps the drawings; its buttons would be four messages with each stroke.

import { element, icon } from "../dom.js"
import { _ } from "../language.js"

/**
 * @typedef {"undo" | "redo" | "clear"} Action
 * @typedef {{ node: HTMLElement, enable: (possible: Action[]) => void }} Buttons
 */

/**
 * @param {(action: Action) => void} act
 * @returns {Buttons}
 */
export function buildHistory(act) {
  const buttons = [
    build("undo", _("Undo"), _("Take back the last stroke."), "M10 5v4c6 0 10 3 11 9-2.5-3.5-6-5-11-5v4L3 11z"),
    build("redo", _("Redo"), _("Bring back what was undone."), "M14 5v4C8 9 4 12 3 18c2.5-3.5 6-5 11-5v4l7-6z"),
    build("clear", _("Clear"), _("Start with an empty canvas. Undo brings the drawing back."), "M6 8h12l-1 13H7zM4 5h5l1-2h4l1 2h5v2H4z"),
  ]
  for (const { action, button } of buttons) button.onclick = () => act(action)
  return {
    node: element("div", "history", ...buttons.map(({ button }) => button)),
    enable(possible) {
      for (const { action, button } of buttons) button.disabled = !possible.includes(action)
    },
  }
}

/**
 * @param {Action} action
 * @param {string} name
 * @param {string} help
 * @param {string} path of its icon
 */
function build(action, name, help, path) {
  return { action, button: element("button", { title: help }, icon(path), name) }
}
