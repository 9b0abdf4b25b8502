/** Copy buttons. They report success in words and to screen readers. */

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
      // If the browser refuses, the user can still select the text.
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
