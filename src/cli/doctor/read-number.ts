/** Reads a page of the shop whose whole text is one number. */
import type { Clock } from '../clock.js'
import { CommandError, EXIT } from '../command.js'
import { unreachable } from '../endpoint.js'

const REQUEST_MS = 10_000

/** @throws CommandError when there is no answer, or the answer is not a whole number */
export async function readNumber(url: URL, clock: Clock): Promise<number> {
  let text: string
  try {
    text = await clock.within(REQUEST_MS, async (signal) => {
      const response = await fetch(url, { redirect: 'error', signal })
      return response.ok ? await response.text() : `status ${response.status}`
    })
  } catch (cause) {
    throw unreachable(url, cause, REQUEST_MS)
  }
  if (/^\s*\d{1,15}\s*$/.test(text)) return Number(text)
  throw new CommandError(
    EXIT.unreachable,
    `${url.href} must answer one whole number, not ${JSON.stringify(text.slice(0, 40))}`,
  )
}
