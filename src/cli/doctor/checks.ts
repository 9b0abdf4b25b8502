/** All checks, in order. Each check sends its own deliveries and reports the fault that they show, if any. */
import { indented, phpEscaped } from '../../testing/body-forms.js'
import { GENUINE, type Check } from './check.js'
import { diagnose } from './diagnose.js'
import { FAILED_AGAIN } from './failed-again.js'
import { FAULTS, type Fault } from './faults.js'
import { FORGERIES, OVERSIZED } from './forgeries.js'
import { looksUnauthorized } from './looks-unauthorized.js'
import { looksForOrdersInOtherMode, otherModeFault } from './other-mode.js'
import { REPEATS } from './repeats.js'
import { isAccepted, isUnanswered, type Reply } from './reply.js'
import type { Target } from './target.js'

const LARGE_BYTES = 60_000

/** Non-ASCII characters and a slash: other languages escape these in other ways. */
const NOTE = { note: 'Caf\u00e9 / \u20b11,500 \u{1f4b6}' }

export const CHECKS: readonly Check[] = [
  {
    name: GENUINE,
    async run(target) {
      const deliver = async () => {
        const first = await target.post(target.sign(target.event()))
        if (isUnanswered(first) && first.silence === 'no connection') throw first.error
        return diagnose(target, first)
      }
      const finding = await (target.effects?.learn(deliver, ({ fault }) => fault === undefined) ?? deliver())
      if (finding.fault !== undefined || !(await looksForOrdersInOtherMode(target))) return finding
      return { fault: otherModeFault(target), replies: finding.replies }
    },
  },
  form('other white space', (target) => indented(target.event())),
  form('emoji', (target) => target.event(NOTE)),
  form('escapes as PHP writes them', (target) => phpEscaped(target.event(NOTE))),
  ...REPEATS,
  FAILED_AGAIN,
  ...FORGERIES,
  {
    name: 'large body',
    requires: GENUINE,
    async run(target) {
      const reply = await target.post(target.sign(target.event({ padding: 'x'.repeat(LARGE_BYTES) })))
      return { fault: isAccepted(reply) ? undefined : FAULTS.limitTooSmall, replies: [reply] }
    },
  },
  OVERSIZED,
]

/** A genuine delivery in another form of the same JSON. */
function form(name: string, write: (target: Target) => object | string): Check {
  return {
    name,
    requires: GENUINE,
    applies: ({ sendsJson }) => sendsJson,
    async run(target) {
      const reply = await target.post(target.sign(write(target)))
      return { fault: isAccepted(reply) ? undefined : await formFault(target, reply), replies: [reply] }
    },
  }
}

async function formFault(target: Target, reply: Reply): Promise<Fault> {
  if (isUnanswered(reply)) return FAULTS.noAnswer
  return target.isBodySigned && (await looksUnauthorized(target, reply)) ? FAULTS.reserialisedBody : FAULTS.notHandled
}
