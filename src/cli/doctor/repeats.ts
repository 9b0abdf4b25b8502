/** Deliveries of one event more than once. */
import { FAULTS, type Fault } from './faults.js'
import { GENUINE, type Examination, type Finding } from './finding.js'
import type { Patient } from './patient.js'
import { isAccepted, type Reply } from './reply.js'

const NO_COUNTER = 'whether it took effect twice is not seen: pass --effects <url>'
const NO_EFFECT =
  'the number of effects did not change within three seconds: the order may have been paid by an examination before, or the shop does not have it; give each examination a fresh one: --order A --order B --order C'

const DUPLICATE = 'duplicate'
const TOGETHER = 8

export const REPEATS: readonly Examination[] = [
  {
    name: DUPLICATE,
    after: GENUINE,
    async run(patient) {
      const { replies, finding } = await repeated(patient, FAULTS.noDedupe, async (post) => [
        await post(),
        await post(),
      ])
      return replies.every(isAccepted) ? { ...finding, replies } : { fault: FAULTS.duplicateRefused, replies }
    },
  },
  {
    name: `${TOGETHER} copies at once`,
    after: DUPLICATE,
    async run(patient) {
      const { replies, finding } = await repeated(patient, FAULTS.racyDedupe, (post) =>
        Promise.all(Array.from({ length: TOGETHER }, post)),
      )
      return { ...finding, replies }
    },
  },
  {
    name: 'failed, then delivered again',
    after: GENUINE,
    async run(patient) {
      const request = patient.sign(patient.event({}, `no-such-order-${process.pid}`))
      const first = await patient.post(request)
      if (isAccepted(first))
        return { skipped: 'the shop accepts events about orders it does not have', replies: [first] }
      const second = await patient.post(request)
      return { fault: isAccepted(second) ? FAULTS.doneTooEarly : undefined, replies: [first, second] }
    },
  },
]

/** Delivers one event several times, about an order that was not paid yet where there is one. */
async function repeated(
  patient: Patient,
  fault: Fault,
  deliver: (post: () => Promise<Reply>) => Promise<readonly Reply[]>,
): Promise<{ replies: readonly Reply[]; finding: Omit<Finding, 'replies'> }> {
  patient.nextOrder()
  const request = patient.sign(patient.event())
  const deliverAll = () => deliver(() => patient.post(request))
  if (patient.effects === undefined) return { replies: await deliverAll(), finding: { skipped: NO_COUNTER } }
  const { result: replies, effects } = await patient.effects.count(deliverAll)
  if (typeof effects !== 'number') return { replies, finding: { skipped: effects.unclear } }
  if (effects === 0) return { replies, finding: { skipped: NO_EFFECT } }
  return { replies, finding: { fault: effects > 1 ? fault : undefined } }
}
