/** A memory store that lets a test see its calls. */
import { memoryStore, type QuarantinedDelivery, type Store } from 'express-payment-webhooks'

export interface RecordingStore extends Store {
  /** Every call after `init`, in order. */
  readonly calls: readonly { readonly method: string; readonly args: readonly unknown[] }[]
  /** The quarantined deliveries; always empty unless durable. */
  readonly kept: readonly QuarantinedDelivery[]
}

/** @param options.durable adds `quarantine`, which makes a store durable for the flow */
export function recordingStore(options: { readonly durable?: boolean; readonly inner?: Store } = {}): RecordingStore {
  const { durable = false, inner = memoryStore() } = options
  const calls: { method: string; args: unknown[] }[] = []
  const kept: QuarantinedDelivery[] = []
  const recorded = <Args extends unknown[], Result>(method: string, call: (...args: Args) => Result) => {
    return (...args: Args): Result => {
      calls.push({ method, args })
      return call(...args)
    }
  }
  return {
    name: 'recording',
    calls,
    kept,
    init: () => inner.init(),
    claim: recorded('claim', inner.claim),
    complete: recorded('complete', inner.complete),
    release: recorded('release', inner.release),
    extend: recorded('extend', inner.extend),
    ...(durable && { quarantine: recorded('quarantine', (delivery: QuarantinedDelivery) => void kept.push(delivery)) }),
    close: () => inner.close(),
  }
}
