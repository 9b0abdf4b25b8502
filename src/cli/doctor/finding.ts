/** What an examination is, and what it finds. */
import type { Fault } from './faults.js'
import type { Patient } from './patient.js'
import type { Reply } from './reply.js'

/** A fault, a warning, a reason why nothing can be said, or none of them. */
export interface Finding {
  readonly fault?: Fault | undefined
  /** Worth knowing, and no fault. */
  readonly warning?: Fault
  readonly skipped?: string
  /** Nothing that is sent after this says anything. */
  readonly isLast?: boolean
  readonly replies: readonly Reply[]
}

export interface Examination {
  readonly name: string
  /** The examination without whose good result this one says nothing. */
  readonly after?: string
  /** Where there is something to examine. Default: everywhere */
  readonly applies?: (patient: Patient) => boolean
  readonly run: (patient: Patient) => Promise<Finding>
}

export const GENUINE = 'genuine delivery'
