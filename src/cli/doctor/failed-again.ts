/**
 * Delivers an event whose handling fails, and then delivers it again. A shop that handles it afresh fails in the same way.
 * Any other answer shows that the shop considers the event done or still in progress, so nobody will handle it.
 */
import { GENUINE, type Check, type Finding } from './check.js'
import { FAULTS } from './faults.js'
import { modeFirst } from './mode-first.js'
import { isAccepted, isUnanswered, type Reply } from './reply.js'
import { NO_SUCH_ORDER } from './target.js'

/** A shop may answer shortly before it releases the event. No sender retries sooner than this. */
const RELEASED_WITHIN_MS = 2000

const ACCEPTED =
  'the shop accepts events about orders that it does not have, or answers before its handler runs, as with a queue'

export const FAILED_AGAIN: Check = {
  name: 'failed, then delivered again',
  requires: GENUINE,
  async run(target) {
    const failing = () => target.sign(target.event({}, NO_SUCH_ORDER))
    const request = failing()
    const replies = [await target.post(request)]
    const [first] = replies as [Reply]
    if (isAccepted(first)) return { skipped: modeFirst(target, ACCEPTED), replies }
    // The second repeat is for a shop that had not released the event yet.
    for (let time = 0; time < 2; time++) {
      if (time > 0) await target.clock.sleep(RELEASED_WITHIN_MS)
      const repeat = await target.post(request)
      replies.push(repeat)
      if (isAccepted(repeat)) return { fault: FAULTS.doneTooEarly, replies }
      if (isAlike(repeat, first)) return { replies }
    }
    return compared(first, replies, await target.post(failing()))
  },
}

/** A new event of the same kind tells whether the repeat got another answer because it was a repeat. */
function compared(first: Reply, earlier: readonly Reply[], fresh: Reply): Finding {
  const replies = [...earlier, fresh]
  if (isAlike(fresh, first)) return { fault: FAULTS.doneTooEarly, replies }
  // Texts that differ every time, such as those with a request id, prove nothing.
  if (earlier.at(-1)?.status === first.status) return { replies }
  if (fresh.status === first.status) return { fault: FAULTS.doneTooEarly, replies }
  return { skipped: 'a new event about such an order gets a third kind of answer', replies }
}

function isAlike(one: Reply, other: Reply): boolean {
  return one.status === other.status && wordingOf(one) === wordingOf(other)
}

/** The text without numbers, ids and times, which differ from answer to answer. */
function wordingOf(reply: Reply): string {
  return isUnanswered(reply) ? reply.silence : reply.body.replace(/[0-9a-f-]{8,}|\d+/gi, '#')
}
