// What catalogues.py writes: translations, by language and message; a list has a form for each number.
declare const catalogues: Record<string, Record<string, string | string[]>>
export default catalogues
