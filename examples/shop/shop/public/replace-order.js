/** Replaces the order on the page by the server's newest rendering. */

/* global document, DOMParser */
export async function replaceOrder(live, announcer) {
  const response = await fetch(live.dataset.fragment, { cache: 'no-store' })
  if (!response.ok) throw new Error(`the order's page answered ${response.status}`)
  const order = new DOMParser().parseFromString(await response.text(), 'text/html').body.firstElementChild
  const focused = live.contains(document.activeElement) ? document.activeElement : null
  keepOpen(live, order)
  live.replaceChildren(order)
  // The keyboard focus stays as close as possible to its previous place.
  if (focused !== null) (document.getElementById(focused.id) ?? live.querySelector('h1')).focus()
  announcer.textContent = order.dataset.title
  document.title = [order.dataset.title, ...document.title.split(' · ').slice(-1)].join(' · ')
}

function keepOpen(from, to) {
  for (const { id } of from.querySelectorAll('details[open][id]')) {
    to.querySelector(`#${id}`)?.setAttribute('open', '')
  }
}
