// Words for people come from the page (page data, `words`); scripts only fill in the blanks.

/** fill('{number}番', { number: 3 }) is '3番'. An unknown blank stays as it is, to be noticed. */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (blank, name) => values[name] ?? blank)
}
