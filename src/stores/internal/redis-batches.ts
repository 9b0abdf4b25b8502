/** Claims and completions: calls that arrive together are one command, in which each is a step of its own. */
import type { ClaimRequest, ClaimResult } from '../../store.js'
import { batching, type Batches } from './batching.js'
import { factsOf } from './redis-arguments.js'
import type { IndexName } from './redis-records.js'
import type { RedisScript } from './redis-script.js'
import { SCRIPTS } from './redis-scripts.js'
import { namesOf } from './redis-search.js'
import { storedText } from './stored-text.js'

interface Place {
  readonly run: (script: RedisScript, keys: string[], args: string[]) => Promise<unknown>
  readonly recordKey: (key: string) => string
  readonly index: (name: IndexName) => string
  /** The sorted set by which records are found. */
  readonly search: string
  /** How long kept data stays, in milliseconds; empty means for ever. */
  readonly keepFor: string
}

interface Step {
  readonly key: string
  readonly args: readonly string[]
}

export function redisBatches({ run, recordKey, index, search, keepFor }: Place) {
  /** @param shared the lists that each step changes, in addition to its record */
  const steps = (alone: RedisScript, together: RedisScript, shared: string[]): Batches<Step, unknown> =>
    batching({
      async run(calls) {
        const [first] = calls
        const keys = [...shared, ...calls.map(({ key }) => recordKey(key))]
        if (calls.length === 1) return [await run(alone, keys, [...first!.args])]
        const args = calls.flatMap(({ args }) => [String(args.length), ...args])
        const answers = await run(together, keys, args)
        return (answers as [isDone: unknown, answer: unknown][]).map(([isDone, answer]) =>
          Number(isDone) === 1 ? answer : new Error(String(answer)),
        )
      },
      keyOf: ({ key }) => key,
      // Each step has its own answer, and a command that failed may have had its effect.
      isRefusal: () => false,
    })

  const claims = steps(SCRIPTS.claim, SCRIPTS.claims, [index('processing'), index('failed'), search])
  const completions = steps(SCRIPTS.complete, SCRIPTS.completions, [index('processing'), index('done'), index('due')])

  return {
    claim: async (request: ClaimRequest): Promise<ClaimResult> => {
      const { key, token, contentHash, leaseMs, contestMs, retainMs, eventId } = request
      const times = [String(leaseMs), String(retainMs)]
      const own = [`${key} ${storedText(eventId)}`, String(contestMs), keepFor, key, namesOf(key, request)]
      return claimResult(await claims.add({ key, args: [token, contentHash, ...times, ...own, ...factsOf(request)] }))
    },

    complete: async (key: string, token: string): Promise<boolean> =>
      Number(await completions.add({ key, args: [token, key] })) === 1,

    flush: () => {
      claims.flush()
      completions.flush()
    },
  }
}

function claimResult(answer: unknown): ClaimResult {
  const [state, attempt, acceptedFor] = answer as unknown[]
  if (String(state) !== 'claimed') return { state: String(state) as 'done' | 'busy' | 'conflict' }
  const acceptedForMs = Number(acceptedFor) < 0 ? null : Number(acceptedFor)
  return { state: 'claimed', attempt: Number(attempt), acceptedForMs, tx: undefined }
}
