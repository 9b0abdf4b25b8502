/** Puts the mode first among reasons and fixes, because nothing else shows a wrong mode. */
import type { Fault } from './faults.js'
import type { Target } from './target.js'

export function modeFirst({ otherMode }: Pick<Target, 'otherMode'>, reason: string): string {
  return otherMode === undefined
    ? reason
    : `either the shop is of the other mode and accepts these, but not as money (${otherMode}), or ${reason}`
}

/**
 * The same for a refused delivery. It applies only to providers whose mode is proven: with the others, a shop of the other
 * mode accepts the delivery, but not as money.
 */
export function modeFirstToFix(
  { otherMode, modeIsProven }: Pick<Target, 'otherMode' | 'modeIsProven'>,
  fault: Fault,
): Fault {
  return otherMode === undefined || !modeIsProven ? fault : { ...fault, fix: `${otherMode}; otherwise ${fault.fix}` }
}
