/**
 * Finds out whether the shop is of the other mode. Such a shop acknowledges a delivery of this mode, but not as money.
 * The answer to one delivery does not show it.
 */
import { FAULTS, type Fault } from './faults.js'
import { isAccepted } from './reply.js'
import { NO_SUCH_ORDER, type Target } from './target.js'

export function otherModeFault({ otherMode }: Pick<Target, 'otherMode'>): Fault {
  return { ...FAULTS.otherMode, fix: `${otherMode}; otherwise ${FAULTS.otherMode.fix}` }
}

/**
 * Finds out by the answers. It works for a shop that refuses events about unknown orders: it looks up orders only for its
 * own mode.
 */
export async function looksForOrdersInOtherMode({ signInOtherMode, sign, event, post }: Target): Promise<boolean> {
  if (signInOtherMode === undefined) return false
  if (!isAccepted(await post(sign(event({}, NO_SUCH_ORDER))))) return false
  if (isAccepted(await post(signInOtherMode(NO_SUCH_ORDER)))) return false
  // A shop of this mode may refuse every event of the other mode; it then refuses this order as well.
  return isAccepted(await post(signInOtherMode()))
}

/** Finds out by the effects, if deliveries of this mode had none. */
export async function hasEffectInOtherMode({ signInOtherMode, effects, post }: Target): Promise<boolean> {
  if (signInOtherMode === undefined || effects === undefined) return false
  const counted = await effects.count(() => post(signInOtherMode()))
  return typeof counted.effects === 'number' && counted.effects > 0
}
