/** Copy buttons. They say that it worked, in words and to screen readers. */

/* global document, navigator */
const SHOWN_MS = 2000

export function enableCopying(announcer) {
  if (navigator.clipboard === undefined) return
  document.documentElement.classList.add('can-copy')
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]')
    if (button === null) return
    try {
      await navigator.clipboard.writeText(button.dataset.copy)
      say(button, 'Copied', announcer)
    } catch {
      // A browser may refuse: the text is there to be selected.
      say(button, 'Failed', announcer)
    }
  })
}

function say(button, text, announcer) {
  const label = button.querySelector('[data-copy-text]')
  label.textContent = text
  announcer.textContent = text
  setTimeout(() => (label.textContent = 'Copy'), SHOWN_MS)
}
