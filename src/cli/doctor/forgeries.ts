/** Deliveries that must not be accepted. Any answer except 2xx is right, and so is a closed connection. */
import type { SignedRequest } from '../../testing/signed-request.js'
import type { Check } from './check.js'
import { FAULTS, type Fault } from './faults.js'
import { isAccepted } from './reply.js'
import type { Target } from './target.js'

const OVERSIZED_BYTES = 5_000_000

export const FORGERIES: readonly Check[] = [
  mustRefuse('forged', FAULTS.unverified, (target) => target.forge(genuineBody(target))),
  mustRefuse('without a signature or token', FAULTS.unverified, (target) => target.unsigned(genuineBody(target))),
  mustRefuse('signed with another secret', FAULTS.unverified, (target) => target.sign(target.event(), target.stranger)),
  {
    ...mustRefuse('signed ten minutes ago', FAULTS.replayable, ({ late, sign, event }) => sign(event(), late)),
    applies: ({ late }) => late !== undefined,
  },
]

export const OVERSIZED = mustRefuse('oversized body', FAULTS.noLimit, ({ sign, event }) =>
  sign(event({ padding: 'x'.repeat(OVERSIZED_BYTES) })),
)

function mustRefuse(name: string, fault: Fault, request: (target: Target) => SignedRequest): Check {
  return {
    name,
    isRefused: true,
    async run(target) {
      const reply = await target.post(request(target))
      return { fault: isAccepted(reply) ? fault : undefined, replies: [reply] }
    },
  }
}

function genuineBody({ sign, event }: Target): string {
  return sign(event()).body
}
