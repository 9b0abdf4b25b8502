/**
 * An event whose handling fails, delivered again. A shop that handles it afresh fails in the same way. Any other answer
 * shows that the shop took the event for done, or for still in progress, and nobody will handle it.
 */
import { GENUINE, type Check, type Finding } from './check.js'
import { FAULTS } from './faults.js'
import { modeFirst } from './mode-first.js'
import { isAccepted, isUnanswered, type Reply } from './reply.js'
import { NO_SUCH_ORDER } from './target.js'

/** A shop may answer a moment before it gives the event back. No sender repeats itself sooner than this. */
const RELEASED_WITHIN_MS = 2000

const ACCEPTED = 'the shop accepts events about orders that it does not have'

export const FAILED_AGAIN: Check = {
  name: 'failed, then delivered again',
  requires: GENUINE,
  async run(target) {
    const failing = () => target.sign(target.event({}, NO_SUCH_ORDER))
    const request = failing()
    const replies = [await target.post(request)]
    const [first] = replies as [Reply]
    if (isAccepted(first)) return { skipped: modeFirst(target, ACCEPTED), replies }
    // The second time for a shop that had not given the event back yet.
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

/** The answer to a new event of the kind tells whether the repeat was answered differently because it is one. */
function compared(first: Reply, earlier: readonly Reply[], fresh: Reply): Finding {
  const replies = [...earlier, fresh]
  if (isAlike(fresh, first)) return { fault: FAULTS.doneTooEarly, replies }
  // Texts that differ each time, as with the id of a request in them, say nothing.
  if (earlier.at(-1)?.status === first.status) return { replies }
  if (fresh.status === first.status) return { fault: FAULTS.doneTooEarly, replies }
  return { skipped: 'a new event about such an order is answered in yet another way', replies }
}

function isAlike(one: Reply, other: Reply): boolean {
  return one.status === other.status && wordingOf(one) === wordingOf(other)
}

/** Without numbers, ids and times, which differ from answer to answer. */
function wordingOf(reply: Reply): string {
  return isUnanswered(reply) ? reply.silence : reply.body.replace(/[0-9a-f-]{8,}|\d+/gi, '#')
}
