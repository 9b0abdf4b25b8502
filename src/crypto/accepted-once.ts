/** For proofs that cover an id but not the content: each id is accepted with one content only. */
import { hash } from 'node:crypto'
import { DeliveryError } from '../errors.js'

/** When the limit is reached, the oldest id is dropped. */
const MAX_IDS = 10_000

export class AcceptedOnce {
  readonly #contents = new Map<string, string>()

  /** @throws DeliveryError `AUTH_MISMATCH` if the id was accepted with other content */
  check(id: string, content: string): void {
    const known = this.#contents.get(id)
    if (known === undefined || known === digestOf(content)) return
    throw new DeliveryError(
      'AUTH_MISMATCH',
      'the signed id was received with another body before: one of the two is forged',
    )
  }

  /** Checks the id, and stores its content. */
  accept(id: string, content: string): void {
    this.check(id, content)
    this.#contents.delete(id)
    this.#contents.set(id, digestOf(content))
    if (this.#contents.size > MAX_IDS) this.#contents.delete(this.#contents.keys().next().value!)
  }
}

function digestOf(content: string): string {
  return hash('sha256', content, 'base64url')
}
