/** A page of the shop that is one whole number. */
import { CommandError, EXIT } from '../command.js'
import { unreachable } from '../endpoint.js'

const REQUEST_MS = 10_000

/** @throws CommandError when it does not answer, or anything else */
export async function readNumber(url: URL): Promise<number> {
  let text: string
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(REQUEST_MS) })
    text = response.ok ? await response.text() : `status ${response.status}`
  } catch (cause) {
    throw unreachable(url, cause, REQUEST_MS)
  }
  if (/^\s*\d{1,15}\s*$/.test(text)) return Number(text)
  throw new CommandError(
    EXIT.unreachable,
    `${url.href} must answer one whole number, not ${JSON.stringify(text.slice(0, 40))}`,
  )
}
