/** Whether a shop is of the other mode, which acknowledges a delivery of this one as no money. The answer alone does not tell. */
import { FAULTS, type Fault } from './faults.js'
import { isAccepted } from './reply.js'
import { NO_SUCH_ORDER, type Target } from './target.js'

export function otherModeFault({ otherMode }: Pick<Target, 'otherMode'>): Fault {
  return { ...FAULTS.otherMode, fix: `${otherMode}; otherwise ${FAULTS.otherMode.fix}` }
}

/** By the answers, of a shop that refuses what is about an order which it does not have: it looks for the order in its own mode alone. */
export async function looksForOrdersInOtherMode({ signInOtherMode, sign, event, post }: Target): Promise<boolean> {
  if (signInOtherMode === undefined) return false
  if (!isAccepted(await post(sign(event({}, NO_SUCH_ORDER))))) return false
  if (isAccepted(await post(signInOtherMode(NO_SUCH_ORDER)))) return false
  // A shop of this mode that refuses all of the other one accepts no order either.
  return isAccepted(await post(signInOtherMode()))
}

/** By the effects, where deliveries of this mode had none. */
export async function hasEffectInOtherMode({ signInOtherMode, effects, post }: Target): Promise<boolean> {
  if (signInOtherMode === undefined || effects === undefined) return false
  const counted = await effects.count(() => post(signInOtherMode()))
  return typeof counted.effects === 'number' && counted.effects > 0
}
