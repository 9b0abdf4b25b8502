/** Delivers as a provider does: after any answer except a 2xx, and after no answer, it delivers again. */
import { Agent, request } from 'node:http'
import { bodyOf, signatureOf } from './hmac-provider.js'
import { HOOK } from './raw-request.js'
import type { Random } from './with-seed.js'

/** One answer; status 0 when there was none. */
export interface Answer {
  readonly status: number
  readonly ms: number
}

export interface Delivered {
  readonly acknowledged: boolean
  /** In the order of arrival. */
  readonly answers: readonly Answer[]
}

export interface TestEvent {
  readonly id: string
  readonly order_id: string
  readonly type?: 'payment.confirmed' | 'payment.failed'
  readonly amount?: string
}

interface Target {
  readonly port: number
}

const PATIENCE_MS = 8000

export class Sender {
  /** Without keep-alive, a reset is always the receiver's and never an idle connection's. */
  readonly #agent = new Agent()
  readonly #targets: () => readonly Target[]
  readonly #random: Random
  readonly #attempts: number
  readonly #pauseMs: number

  /** @param targets the receivers of deliveries, one of them at random each time */
  constructor(
    targets: () => readonly Target[],
    random: Random,
    { attempts = 60, pauseMs = 200 }: { attempts?: number; pauseMs?: number } = {},
  ) {
    this.#targets = targets
    this.#random = random
    this.#attempts = attempts
    this.#pauseMs = pauseMs
  }

  /** Delivers until the event is acknowledged, or as often as a provider would. */
  async deliver(event: TestEvent, first?: Target): Promise<Delivered> {
    const answers: Answer[] = []
    let target = first ?? this.#random.pick(this.#targets())
    for (;;) {
      const answer = await this.once(event, target)
      answers.push(answer)
      if (answer.status === 200) return { acknowledged: true, answers }
      if (answers.length === this.#attempts) return { acknowledged: false, answers }
      await new Promise((resolve) => setTimeout(resolve, this.#pauseMs * (0.5 + this.#random.below(1000) / 1000)))
      target = this.#random.pick(this.#targets())
    }
  }

  once(event: TestEvent, target: Target): Promise<Answer> {
    const body = bodyOf(event)
    return this.post(body, { 'x-signature': signatureOf(body) }, target)
  }

  post(body: Buffer | string, headers: Record<string, string>, { port }: Target): Promise<Answer> {
    const startedAt = performance.now()
    return new Promise((resolve) => {
      const answer = (status: number) => resolve({ status, ms: performance.now() - startedAt })
      const sent = request(
        { port, host: '127.0.0.1', path: HOOK, method: 'POST', headers, agent: this.#agent, timeout: PATIENCE_MS },
        (response) => {
          response.once('error', () => answer(0))
          response.once('end', () => answer(response.statusCode!))
          response.resume()
        },
      )
      sent.once('timeout', () => sent.destroy())
      sent.once('error', () => answer(0))
      sent.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
