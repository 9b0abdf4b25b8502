/** Tests that mostly wait, run concurrently. */
import { beforeAll, test } from '@jest/globals'

/**
 * Returns `test` for one `describe`: its tests begin together, and each reports its own result. They must not share anything that
 * one of them changes.
 */
export function sideBySide(): (name: string, run: () => Promise<void>) => void {
  const runs: (() => Promise<void>)[] = []
  let results: readonly Promise<void>[] = []
  beforeAll(() => {
    results = runs.map((run) => run())
    // A failure belongs to its test, which may not be awaiting it yet.
    for (const result of results) result.catch(() => {})
  })
  return (name, run) => {
    const at = runs.push(run) - 1
    test(name, () => results[at])
  }
}
