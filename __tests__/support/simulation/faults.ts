/** Faults of a history: drawn before it begins, and met when the flow reaches that step for the n-th time. */
import type { Random } from './random.js'

const STORE_STEPS = [
  'init',
  'claim',
  'extend',
  'complete',
  'release',
  'quarantine',
  'list',
  'take',
  'replay',
  'remove',
] as const

export type StoreStep = (typeof STORE_STEPS)[number]
export type Step = StoreStep | 'deliver' | 'handle' | 'answer'

/** A store call: late, refused, done without an answer, or reported as failed and done nevertheless. */
const OF_CALLS = ['slow', 'refused', 'lost', 'silent', 'stray'] as const
/** Of the machine, at any step. */
const OF_PROCESSES = ['die', 'pause', 'close', 'outage', 'date', 'store-date'] as const
const OF_HANDLERS = ['throw', 'throw late', 'defer', 'hang', 'slow'] as const

export type FaultKind = (typeof OF_CALLS)[number] | (typeof OF_PROCESSES)[number] | (typeof OF_HANDLERS)[number]

/** Every fault that can happen at every step. */
export const FAULTS: readonly { readonly step: Step; readonly kind: FaultKind }[] = [
  ...STORE_STEPS.flatMap((step) => [...OF_CALLS, ...OF_PROCESSES].map((kind) => ({ step, kind }))),
  ...[...OF_HANDLERS, ...OF_PROCESSES].map((kind) => ({ step: 'handle' as const, kind })),
  ...OF_PROCESSES.flatMap((kind) => [
    { step: 'deliver' as const, kind },
    { step: 'answer' as const, kind },
  ]),
]

/** The number of faults of a history, with a median of three. */
const COUNTS = [0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 5, 6, 9]

/** At most this many times, a step is met before one of its faults happens. */
const LATEST: Readonly<Record<Step, number>> = {
  init: 2,
  claim: 30,
  extend: 4,
  complete: 8,
  release: 5,
  quarantine: 3,
  list: 6,
  take: 3,
  replay: 1,
  remove: 1,
  deliver: 30,
  handle: 10,
  answer: 25,
}

interface Need {
  readonly step: Step
  readonly kinds: readonly FaultKind[]
  /** The fault must happen this early; otherwise the step that needs it is not met. */
  readonly latest: number
}

/** Steps that histories rarely meet unless another fault happened before. */
const NEEDS: Readonly<Partial<Record<Step, Need>>> = {
  extend: { step: 'handle', kinds: ['slow'], latest: 4 },
  release: { step: 'handle', kinds: ['throw', 'defer'], latest: 4 },
  replay: { step: 'take', kinds: ['refused', 'lost', 'slow'], latest: 1 },
}

export class Faults {
  readonly #planned = new Map<Step, { readonly kind: FaultKind; readonly at: number }[]>()
  readonly #met = new Map<Step, number>()
  readonly #counts: Map<string, number>
  /** No fault happens after this time: everything has recovered. */
  areOver = false
  readonly total: number

  constructor(random: Random, counts: Map<string, number>) {
    this.#counts = counts
    this.total = random.pick(COUNTS)
    for (let drawn = 0; drawn < this.total; drawn++) {
      const { step, kind } = random.pick(FAULTS)
      this.#plan(step, kind, random.between(1, LATEST[step]))
      const needs = NEEDS[step]
      if (needs !== undefined) this.#plan(needs.step, random.pick(needs.kinds), random.between(1, needs.latest))
    }
  }

  /** The fault at this step now. */
  at(step: Step): FaultKind | null {
    if (this.areOver) return null
    const met = (this.#met.get(step) ?? 0) + 1
    this.#met.set(step, met)
    const fault = this.#planned.get(step)?.find(({ at }) => at === met)
    if (fault === undefined) return null
    const name = `${fault.kind} at ${step}`
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
    return fault.kind
  }

  #plan(step: Step, kind: FaultKind, at: number): void {
    const planned = this.#planned.get(step)
    if (planned === undefined) this.#planned.set(step, [{ kind, at }])
    else planned.push({ kind, at })
  }
}
