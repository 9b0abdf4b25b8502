/** The shape of a check, and of its finding. */
import type { Fault } from './faults.js'
import type { Reply } from './reply.js'
import type { Target } from './target.js'

/** A fault, a warning, the reason why nothing can be said, or none of them. */
export interface Finding {
  readonly fault?: Fault | undefined
  /** Worth knowing, and no fault. */
  readonly warning?: Fault
  readonly skipped?: string
  /** True when no later check would say anything. */
  readonly isLast?: boolean
  readonly replies: readonly Reply[]
}

export interface Check {
  readonly name: string
  /** Another check. Without its good result, this one says nothing. */
  readonly requires?: string
  /** True where a refusal is the good result: it says something where genuine deliveries are answered in another way. */
  readonly isRefused?: boolean
  /** False where there is nothing to check. Default: true everywhere */
  readonly applies?: (target: Target) => boolean
  readonly run: (target: Target) => Promise<Finding>
}

export const GENUINE = 'genuine delivery'
