// A list and its map: what is pointed at in one lights up in the other.

/** Ids of the resources with a card on this page, in the order of the cards. */
export function listedIds(cards) {
  return cards.map((card) => card.dataset.resource)
}

/** Whether a box (its top and bottom in the window) can be seen whole in a window of this height. */
export function isInView({ top, bottom }, windowHeight) {
  return top >= 0 && bottom <= windowHeight
}

/** The cards of this page. */
export function listCards() {
  return [...document.querySelectorAll('[data-resource]')]
}

/** Joins the cards of this page with the marks of an opened map. */
export function joinCards({ map, marks }) {
  const cards = new Map(listCards().map((card) => [card.dataset.resource, card]))
  for (const [id, card] of cards) follow(card, (on) => marks.point(id, on))
  marks.onPoint((id, on) => cards.get(id)?.classList.toggle('is-active', on))
  for (const button of document.querySelectorAll('[data-show]')) {
    button.hidden = false
    button.addEventListener('click', () => {
      const element = map.getContainer()
      if (!isInView(element.getBoundingClientRect(), globalThis.innerHeight)) element.scrollIntoView()
      marks.show(button.dataset.show)
    })
  }
}

/** Tells when the pointer or the focus comes to an element, and when it leaves. */
export function follow(element, tell) {
  element.addEventListener('mouseenter', () => tell(true))
  element.addEventListener('mouseleave', () => tell(false))
  element.addEventListener('focusin', () => tell(true))
  element.addEventListener('focusout', () => tell(false))
}
