// The visitor's language. `_` marks and translates; what is put into a message is named: {name}.

import catalogues from "./catalogues.js"

let spoken = ""
let isLeaving = false

/**
 * Speaks this language from now on. Where it changes, what is on the page already speaks another, and is
 * loaded anew: the address has all that is needed.
 * @param {string} language
 */
export function speak(language) {
  if (isLeaving || language === spoken) return
  isLeaving = spoken !== ""
  if (isLeaving) {
    const address = new URL(location.href)
    address.searchParams.set("language", language)
    location.replace(address)
  } else {
    spoken = language
    document.documentElement.lang = language
  }
}

/** @type {(message: string, values?: Record<string, unknown>) => string} */
export function _(message, values = {}) {
  return fill(find(message) ?? message, values)
}

/**
 * The message as it is: marked, for `_` to translate where it is shown.
 * @type {(message: string) => string}
 */
export const N_ = message => message

/** @type {(one: string, many: string, number: number, values?: Record<string, unknown>) => string} */
export function ngettext(one, many, number, values = {}) {
  const forms = find(one)
  const text = forms ? forms[Math.min(number === 1 ? 0 : 1, forms.length - 1)] : number === 1 ? one : many
  return fill(text, values)
}

/** @type {(message: string) => string | string[] | undefined} */
const find = message => catalogues[spoken]?.[message]

/** @type {(text: string | string[], values: Record<string, unknown>) => string} */
function fill(text, values) {
  return String(text).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole))
}
