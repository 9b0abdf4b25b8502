/** The operator's view of webhook events: all of them, or those of one order. */
import { Router } from 'express'
import { z } from 'zod'
import type { DurableStore, EventRecord } from 'express-payment-webhooks'
import type { Transaction } from '../database/database.js'
import { namedOrder } from '../orders/order-names.js'
import { sendPage, type ContextOf } from '../pages/page.js'
import { OperatorEventsPage, paths } from '../views/index.js'
import type { EventRow } from '../views/operator/props.js'
import type { Arrivals } from './arrivals.js'

const PAGE = 50
const STATES = ['processing', 'done', 'failed', 'quarantined', 'replay_requested'] as const
/** Anything printable: the store knows what it means. */
export const eventKey = z.string().regex(/^[^\s\p{Cc}]{1,200}$/u)
const eventsQuery = z.object({
  state: z.enum(STATES).nullable().catch(null),
  order: z
    .string()
    .transform((text) => namedOrder(text))
    .nullable()
    .catch(null),
  /** The last record of the page before, as `<createdAt> <key>`. */
  before: z
    .string()
    .transform((text) => text.split(' '))
    .pipe(z.tuple([z.iso.datetime(), eventKey]))
    .nullable()
    .catch(null),
})

export function operatorEventRoutes(parts: {
  readonly events: DurableStore<Transaction>
  readonly arrivals: Arrivals
  readonly contextOf: ContextOf
}): Router {
  const { events, arrivals, contextOf } = parts
  const router = Router()

  router.get(paths.operatorEvents, async (req, res) => {
    const { state, order, before } = eventsQuery.parse(req.query)
    if (order !== null) {
      const rows = await rowsOf(await eventsOf(order))
      const shown = { events: rows, state: null, order, next: null }
      return sendPage(res, <OperatorEventsPage context={await contextOf(res)} {...shown} />)
    }
    const found = await events.listEvents({
      limit: PAGE + 1,
      ...(state !== null && { state }),
      ...(before !== null && { before: { createdAt: before[0], key: before[1] } }),
    })
    const shown = found.slice(0, PAGE)
    const last = shown.at(-1)
    const next = found.length > PAGE && last !== undefined ? `${last.createdAt} ${last.key}` : null
    const page = { events: await rowsOf(shown), state, order, next }
    sendPage(res, <OperatorEventsPage context={await contextOf(res)} {...page} />)
  })

  const eventsOf = async (reference: string): Promise<EventRecord[]> => {
    const ids = await arrivals.eventsOf(reference)
    const found = await Promise.all(ids.map((id) => events.getEvent(id)))
    return found.filter((event) => event !== null).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
  }

  const rowsOf = async (found: readonly EventRecord[]): Promise<EventRow[]> => {
    const known = await arrivals.of(found.flatMap(({ eventId }) => eventId ?? []))
    return found.map((event) => {
      const { order = null, repeats = 0 } = known.get(event.eventId ?? '') ?? {}
      return { ...event, order, repeats }
    })
  }

  return router
}
