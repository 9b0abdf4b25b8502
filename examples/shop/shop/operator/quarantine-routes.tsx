/** What waits for a person, deliveries in quarantine and events that failed: look, have them run again, or remove a delivery. */
import { setTimeout } from 'node:timers/promises'
import { Router, type Response } from 'express'
import { z } from 'zod'
import type { DurableStore, EventRecord } from 'express-payment-webhooks'
import type { Transaction } from '../database/database.js'
import { sendPage, type ContextOf } from '../pages/page.js'
import { OperatorQuarantinePage, paths } from '../views/index.js'
import type { QuarantinedView } from '../views/operator/props.js'
import { HttpError } from '../web/http-error.js'
import { bodyText } from './body-text.js'
import { eventKey } from './event-routes.js'

const MOST_SHOWN = 100
/** How long a click waits until the shop has taken a delivery through again. */
const PATIENCE_MS = 6000
const LOOK_EVERY_MS = 200

const keyForm = z.object({ key: eventKey })
const REFERENCE = /ORDER-[2-9A-Z]{10}/

const NOTICES = {
  replayed: 'The delivery is being taken through the shop again. Look again in a moment.',
  handled: 'The delivery was taken through the shop again, and is handled now.',
  unusable: 'The delivery was taken through the shop again, and still cannot be used, for the reason below.',
  failing: 'The event was run again, and failed again, for the reason below.',
  removed: 'The delivery was removed.',
  gone: 'There is no such delivery in quarantine any more.',
} as const
const noticeQuery = z.object({
  notice: z
    .enum(Object.keys(NOTICES) as (keyof typeof NOTICES)[])
    .nullable()
    .catch(null),
})

/** What a person may have to look at: deliveries that could not be used, and failed events, of which something is kept. */
export async function waitingFor(events: DurableStore<Transaction>, limit: number): Promise<EventRecord[]> {
  const [unusable, failed] = await Promise.all([
    events.listEvents({ state: 'quarantined', limit }),
    events.listEvents({ state: 'failed', limit }),
  ])
  return [...unusable, ...failed.filter(({ keptAs }) => keptAs !== null)]
}

export function operatorQuarantineRoutes(events: DurableStore<Transaction>, contextOf: ContextOf): Router {
  const router = Router()

  router.get(paths.operatorQuarantine, async (req, res) => {
    const { notice } = noticeQuery.parse(req.query)
    const [requested, waiting] = await Promise.all([
      events.listEvents({ state: 'replay_requested', limit: MOST_SHOWN }),
      waitingFor(events, MOST_SHOWN),
    ])
    const deliveries = await Promise.all([...requested, ...waiting].map(withBody))
    const context = await contextOf(res)
    const text = notice && NOTICES[notice]
    sendPage(res, <OperatorQuarantinePage context={context} deliveries={deliveries} notice={text} />)
  })

  router.post(paths.operatorReplay, async (req, res) => {
    const key = keyIn(req.body)
    const before = await events.getEvent(key)
    back(res, before !== null && (await events.replay(key)) ? await outcomeOf(before) : 'gone')
  })

  router.post(paths.operatorRemove, async (req, res) => {
    back(res, (await events.removeQuarantined(keyIn(req.body))) ? 'removed' : 'gone')
  })

  const outcomeOf = async ({ key, attempts }: EventRecord): Promise<keyof typeof NOTICES> => {
    for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
      const found = await events.getEvent(key)
      if (found === null || found.state === 'done') return 'handled'
      if (found.state === 'quarantined') return 'unusable'
      if (found.state === 'failed' && found.attempts > attempts) return 'failing'
      await setTimeout(LOOK_EVERY_MS)
    }
    return 'replayed'
  }

  const withBody = async (record: EventRecord): Promise<QuarantinedView> => {
    const { body = null } = (await events.getEvent(record.key)) ?? {}
    const text = body && bodyText(body)
    return { ...record, bodyText: text, reference: REFERENCE.exec(text ?? '')?.[0] ?? null }
  }

  return router
}

function keyIn(body: unknown): string {
  const { success, data } = keyForm.safeParse(body)
  if (!success) throw new HttpError(400)
  return data.key
}

function back(res: Response, notice: keyof typeof NOTICES): void {
  res.redirect(303, `${paths.operatorQuarantine}?notice=${notice}`)
}
