/** Puts the mode first among reasons and fixes: it is the one that nothing else shows. */
import type { Fault } from './faults.js'
import type { Target } from './target.js'

export function modeFirst({ otherMode }: Pick<Target, 'otherMode'>, reason: string): string {
  return otherMode === undefined
    ? reason
    : `either the shop is of the other mode and takes these for no money (${otherMode}), or ${reason}`
}

/** Some sign test deliveries in a way of their own. */
export function modeFirstToFix({ otherMode }: Pick<Target, 'otherMode'>, fault: Fault): Fault {
  return otherMode === undefined ? fault : { ...fault, fix: `${otherMode}; otherwise ${fault.fix}` }
}
