/** One call to a provider's API: limited in time and size, and accepted only in the documented shape. */
import type { z } from 'zod'

const DEADLINE_MS = 8000
const MAX_ANSWER_BYTES = 256 * 1024

/** The provider could not open a payment. The message is for the log: it contains no secrets and no text of the provider. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
}

export interface ProviderCall<Schema extends z.ZodType> {
  readonly provider: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The exact text that is sent, because some providers require its signature. */
  readonly body: string
  readonly answer: Schema
}

export async function callProvider<Schema extends z.ZodType>(call: ProviderCall<Schema>): Promise<z.output<Schema>> {
  const { provider, url, headers, body, answer } = call
  const failed = (what: string, cause?: unknown) => new ProviderError(`${provider}: ${what}`, { cause })
  let response: Response
  let text: string
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body,
      // A redirect by the API would send the credentials elsewhere.
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    })
    text = await readText(response)
  } catch (cause) {
    throw failed('no answer', cause)
  }
  if (!response.ok) throw failed(`answered with status ${response.status}`)
  const read = answer.safeParse(parse(text))
  if (!read.success) {
    // The names of the fields, but not their values.
    throw failed(
      `answered something else than documented: ${read.error.issues.map(({ path }) => path.join('.')).join(', ')}`,
    )
  }
  return read.data
}

/** Runs a step on an answer. An error of the step counts as the provider's failure. */
export function accept<T>(provider: string, step: () => T): T {
  try {
    return step()
  } catch (cause) {
    throw new ProviderError(`${provider}: ${(cause as Error).message}`)
  }
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) throw new Error('the answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
