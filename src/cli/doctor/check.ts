/** The shape of a check and of its finding. */
import type { Fault } from './faults.js'
import type { Reply } from './reply.js'
import type { Target } from './target.js'

/** A fault, a warning, the reason why the check is inconclusive, or none of them. */
export interface Finding {
  readonly fault?: Fault | undefined
  /** Something that the operator needs to know, but that is not a fault. */
  readonly warning?: Fault
  readonly skipped?: string
  /** True if all later checks would be inconclusive. */
  readonly isLast?: boolean
  readonly replies: readonly Reply[]
}

export interface Check {
  readonly name: string
  /** The name of another check. This check is inconclusive unless the other one passes. */
  readonly requires?: string
  /** True if the good result is a refusal. Such a check proves something only if genuine deliveries get another answer. */
  readonly isRefused?: boolean
  /** False if there is nothing to check. Default: always true */
  readonly applies?: (target: Target) => boolean
  readonly run: (target: Target) => Promise<Finding>
}

export const GENUINE = 'genuine delivery'
