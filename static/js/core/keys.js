// Names in one form, so that two spellings of one word are equal.

const SMALL_KANA = 0x60 // from a katakana to its hiragana

/** A name as words.search_key brings it to one form: NFKC, hiragana, small letters, no spaces. */
export function searchKey(text) {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s/g, '')
    .replace(/[\u30a1-\u30f6]/g, (sign) => String.fromCodePoint(sign.codePointAt(0) - SMALL_KANA))
}
