/**
 * Keeps the log of callbacks up to date: fetches the page once a second while it is visible, and takes over the server's parts.
 * Open or focused elements stay as they are.
 */
/* global document, DOMParser */
const EVERY_MS = 1000

const parts = ['.title .status', '.facts', '[aria-labelledby="log"]']

/** The attribute contains the page's address: the answer to a form has another one. */
const page = document.querySelector('[data-live]')

function isInUse(part) {
  return part.contains(document.activeElement) || part.querySelector('details[open]') !== null
}

async function refresh() {
  if (document.visibilityState === 'hidden') return
  const response = await fetch(page.dataset.live, { cache: 'no-store' })
  if (!response.ok) return
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
  for (const selector of parts) {
    const here = document.querySelector(selector)
    const there = fresh.querySelector(selector)
    if (here === null || there === null || here.innerHTML === there.innerHTML || isInUse(here)) continue
    here.replaceWith(document.importNode(there, true))
  }
}

async function live() {
  await refresh().catch(() => {})
  setTimeout(live, EVERY_MS)
}

if (page !== null) setTimeout(live, EVERY_MS)
