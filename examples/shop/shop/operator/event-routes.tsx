/** The operator's view of webhook events: all of them, and those that wait in quarantine for a person. */
import { Router, type Response } from 'express'
import { z } from 'zod'
import type { DurableStore, EventRecord } from 'express-payment-webhooks'
import type { Transaction } from '../database/database.js'
import { sendPage, type ContextOf } from '../pages/page.js'
import { OperatorEventsPage, OperatorQuarantinePage, paths } from '../views/index.js'
import type { QuarantinedView } from '../views/props.js'
import { HttpError } from '../web/http-error.js'
import { bodyText } from './body-text.js'

const PAGE = 50
const MOST_QUARANTINED = 100
const STATES = ['processing', 'done', 'failed', 'quarantined', 'replay_requested'] as const
/** Anything printable: the store knows what it means. */
const eventKey = z.string().regex(/^[^\s\p{Cc}]{1,200}$/u)
const eventsQuery = z.object({
  state: z.enum(STATES).nullable().catch(null),
  /** The last record of the page before, as `<createdAt> <key>`. */
  before: z
    .string()
    .transform((text) => text.split(' '))
    .pipe(z.tuple([z.iso.datetime(), eventKey]))
    .nullable()
    .catch(null),
})
const keyForm = z.object({ key: eventKey })

const NOTICES = {
  replayed: 'The delivery is being taken through the shop again.',
  removed: 'The delivery was removed.',
  gone: 'There is no such delivery in quarantine any more.',
} as const
const noticeQuery = z.object({
  notice: z
    .enum(Object.keys(NOTICES) as (keyof typeof NOTICES)[])
    .nullable()
    .catch(null),
})

export function operatorEventRoutes(events: DurableStore<Transaction>, contextOf: ContextOf): Router {
  const router = Router()

  router.get(paths.operatorEvents, async (req, res) => {
    const { state, before } = eventsQuery.parse(req.query)
    const found = await events.listEvents({
      limit: PAGE + 1,
      ...(state !== null && { state }),
      ...(before !== null && { before: { createdAt: before[0], key: before[1] } }),
    })
    const shown = found.slice(0, PAGE)
    const last = shown.at(-1)
    const next = found.length > PAGE && last !== undefined ? `${last.createdAt} ${last.key}` : null
    sendPage(res, <OperatorEventsPage context={await contextOf(res)} events={shown} state={state} next={next} />)
  })

  router.get(paths.operatorQuarantine, async (req, res) => {
    const { notice } = noticeQuery.parse(req.query)
    const [waiting, requested] = await Promise.all([
      events.listEvents({ state: 'quarantined', limit: MOST_QUARANTINED }),
      events.listEvents({ state: 'replay_requested', limit: MOST_QUARANTINED }),
    ])
    const deliveries = await Promise.all([...requested, ...waiting].map(withBody))
    const context = await contextOf(res)
    const text = notice && NOTICES[notice]
    sendPage(res, <OperatorQuarantinePage context={context} deliveries={deliveries} notice={text} />)
  })

  router.post(paths.operatorReplay, async (req, res) => {
    back(res, (await events.replay(keyIn(req.body))) ? 'replayed' : 'gone')
  })

  router.post(paths.operatorRemove, async (req, res) => {
    back(res, (await events.removeQuarantined(keyIn(req.body))) ? 'removed' : 'gone')
  })

  const withBody = async (record: EventRecord): Promise<QuarantinedView> => {
    const { body = null } = (await events.getEvent(record.key)) ?? {}
    return { ...record, bodyText: body && bodyText(body) }
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
