/** Time that goes by only when a test says so, while promises and the event loop go on. */
import { afterEach, beforeEach, jest } from '@jest/globals'

/** For every test of the file or block it is called in. */
export function withFakeTime(): void {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }))
  afterEach(() => void jest.useRealTimers())
}

/** Resolves when everything that can happen without time going by has happened. */
export function settled(): Promise<unknown> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Milliseconds go by in steps of 50, and what is due happens at its time. */
export async function pass(ms: number): Promise<void> {
  for (let step = 0; step < ms; step += 50) {
    jest.advanceTimersByTime(50)
    await settled()
  }
}
