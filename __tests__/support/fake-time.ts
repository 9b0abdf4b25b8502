/** Time that passes only when a test says so, while promises and the event loop continue. */
import { afterEach, beforeEach, jest } from '@jest/globals'

/** For every test of the file or block it is called in. */
export function withFakeTime(): void {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }))
  afterEach(() => void jest.useRealTimers())
}

/** A run of an event calls its store a few times, and a store may take a turn of the event loop for each. */
const TURNS = 5

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Resolves when everything that can happen without a change of time has happened. */
export async function settled(): Promise<void> {
  for (let left = TURNS; left > 0; left--) await turn()
}

/** Time passes in steps of 50 ms (longer for days), and due timers run at their time. */
export async function pass(ms: number, stepMs = 50): Promise<void> {
  for (let step = 0; step < ms; step += stepMs) {
    jest.advanceTimersByTime(stepMs)
    await turn()
    // Calls that have begun end before the next step; otherwise the store would seem not to answer.
    for (let left = stepMs > 50 ? 3 * TURNS : 0; left > 0; left--) await turn()
  }
  await settled()
}
