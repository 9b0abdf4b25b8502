/** Checks that deliver one event more than once. */
import { GENUINE, type Check, type Finding } from './check.js'
import { FAULTS, type Fault } from './faults.js'
import { modeFirst } from './mode-first.js'
import { hasEffectInOtherMode, otherModeFault } from './other-mode.js'
import { isAccepted, type Reply } from './reply.js'
import type { Target } from './target.js'

const NO_COUNTER = 'to see the number of effects, pass --effects <url>'
const NO_EFFECT = 'the number of effects did not change within three seconds'
const TOO_FEW_ORDERS = `the order may have been paid by an earlier check, or the shop does not have it; give each check a fresh one: --order A --order B --order C`
const ENOUGH_ORDERS = `each check had an order of its own, so look at the orders. There is no effect if the order was paid before, if its amount differs from the sample's (\`samples\` prints it), or if it expects another payment (payment_unknown): the payments here are new, so open the orders without one. order_mismatch: the shop stored the payment for another order`

const DUPLICATE = 'duplicate'
const COPIES = 8

export const REPEATS: readonly Check[] = [
  {
    name: DUPLICATE,
    requires: GENUINE,
    async run(target) {
      const { replies, finding } = await repeated(target, FAULTS.noDedupe, async (post) => [await post(), await post()])
      return replies.every(isAccepted) ? { ...finding, replies } : { fault: FAULTS.duplicateRefused, replies }
    },
  },
  {
    name: `${COPIES} copies at once`,
    requires: DUPLICATE,
    async run(target) {
      const { replies, finding } = await repeated(target, FAULTS.racyDedupe, (post) =>
        Promise.all(Array.from({ length: COPIES }, post)),
      )
      return { ...finding, replies }
    },
  },
]

/** Three checks have effects: the genuine delivery, and the two of this file. */
function noEffect(target: Target): string {
  return `${NO_EFFECT}. ${modeFirst(target, target.orderCount < 3 ? TOO_FEW_ORDERS : ENOUGH_ORDERS)}`
}

/** Delivers one event several times, about an order that is not yet paid if one is left. */
async function repeated(
  target: Target,
  fault: Fault,
  deliver: (post: () => Promise<Reply>) => Promise<readonly Reply[]>,
): Promise<{ replies: readonly Reply[]; finding: Omit<Finding, 'replies'> }> {
  target.nextOrder()
  const request = target.sign(target.event())
  const deliverAll = () => deliver(() => target.post(request))
  if (target.effects === undefined) return { replies: await deliverAll(), finding: { skipped: NO_COUNTER } }
  const { result: replies, effects } = await target.effects.count(deliverAll)
  if (typeof effects !== 'number') return { replies, finding: { skipped: effects.unclear } }
  if (effects === 0) {
    const isOfOtherMode = await hasEffectInOtherMode(target)
    return { replies, finding: isOfOtherMode ? { fault: otherModeFault(target) } : { skipped: noEffect(target) } }
  }
  return { replies, finding: { fault: effects > 1 ? fault : undefined } }
}
