/** Puts the mode first among reasons and fixes: it is the one that nothing else shows. */
import type { Fault } from './faults.js'
import type { Target } from './target.js'

export function modeFirst({ otherMode }: Pick<Target, 'otherMode'>, reason: string): string {
  return otherMode === undefined
    ? reason
    : `either the shop is of the other mode and takes these for no money (${otherMode}), or ${reason}`
}

/** The same for a delivery that was refused: elsewhere a delivery of the other mode is taken, for no money. */
export function modeFirstToFix(
  { otherMode, modeIsProven }: Pick<Target, 'otherMode' | 'modeIsProven'>,
  fault: Fault,
): Fault {
  return otherMode === undefined || !modeIsProven ? fault : { ...fault, fix: `${otherMode}; otherwise ${fault.fix}` }
}
