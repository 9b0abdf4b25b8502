/** Time that goes by only when a test says so, while promises and the event loop go on. */
import { afterEach, beforeEach, jest } from '@jest/globals'

/** For every test of the file or block it is called in. */
export function withFakeTime(): void {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }))
  afterEach(() => void jest.useRealTimers())
}

/** A run of an event calls its store a few times, and a store may take a turn of the event loop for each. */
const TURNS = 5

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Resolves when everything that can happen without time going by has happened. */
export async function settled(): Promise<void> {
  for (let left = TURNS; left > 0; left--) await turn()
}

/** Milliseconds go by in steps, of 50 unless days have to pass, and what is due happens at its time. */
export async function pass(ms: number, stepMs = 50): Promise<void> {
  for (let step = 0; step < ms; step += stepMs) {
    jest.advanceTimersByTime(stepMs)
    await turn()
    // What has begun ends before the next leap, or its store would seem not to have answered.
    for (let left = stepMs > 50 ? 3 * TURNS : 0; left > 0; left--) await turn()
  }
  await settled()
}
