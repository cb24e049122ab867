// Words for people come from the page (page data, `words`); scripts only fill in the blanks.

/** fill('{number}番', { number: 3 }) is '3番'. An unknown blank stays as it is, to be noticed. */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (blank, name) => values[name] ?? blank)
}

const READING = /｜([^《》｜]+)《([^《》]+)》/u // as the server writes it: 漢字 and what is read over it
const readings = new Map() // words as they are without readings → with them

/** A reviver of JSON: words lose their readings, which `write` knows from then on. */
export function apart(_, value) {
  if (typeof value !== 'string' || !READING.test(value)) return value
  const alone = value.split(READING).filter((_, at) => at % 3 < 2).join('')
  readings.set(alone, value)
  return alone
}

/** Adds words to an element, filled in, with readings over the signs where the page's data have any. */
export function write(element, sentence, values = {}) {
  const pieces = (readings.get(sentence) ?? sentence).split(READING) // text, signs, reading, text …
  pieces.forEach((piece, at) => {
    if (at % 3 === 0) element.append(fill(piece, values))
    if (at % 3 !== 1) return
    const ruby = document.createElement('ruby')
    ruby.append(piece, Object.assign(document.createElement('rt'), { textContent: pieces[at + 1] }))
    element.append(ruby)
  })
}
