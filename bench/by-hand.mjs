/**
 * The code that a shop adds to a library that only verifies, to do the same job: every field is validated, no key occurs
 * twice, each event is handled once, other content is noticed, and a handler gets at most four seconds.
 */
import { z } from 'zod'

const HANDLER_MS = 4000

const text = z.string().min(1).max(255)

/** Every field of the sample, and no other. */
const shape = z.object({
  event: text,
  data: z.looseObject({
    id: text,
    address_id: text,
    hash: text,
    amount: z.string().regex(/^\d{1,20}(\.\d{1,18})?$/),
    coin: text,
    network: text,
    confirmations: z.number(),
    status: text,
    created_at: z.iso.datetime(),
    confirmed_at: z.iso.datetime(),
    metadata: z.unknown(),
  }),
})

const KEY = /"(?:[^"\\]|\\.)*"\s*:/g

function countKeys(value) {
  if (typeof value !== 'object' || value === null) return 0
  const members = Object.values(value)
  return members.reduce((sum, member) => sum + countKeys(member), Array.isArray(value) ? 0 : members.length)
}

/** Returns a function that takes a verified body, and resolves once the event is handled or known. */
export function byHand(handler) {
  const known = new Map()
  const open = new Map()

  async function handle(id, content, data) {
    let timer
    const tooLate = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('too late')), HANDLER_MS)
    })
    try {
      await Promise.race([handler(data), tooLate])
      known.set(id, content)
    } finally {
      clearTimeout(timer)
      open.delete(id)
    }
  }

  return async (body) => {
    const json = body.toString('utf8')
    const parsed = JSON.parse(json)
    if ((json.match(KEY) ?? []).length !== countKeys(parsed)) throw new Error('a key twice')
    const { data } = shape.parse(parsed)
    const content = `${data.address_id} ${data.hash} ${data.amount} ${data.coin}`
    const before = known.get(data.id)
    if (before !== undefined) {
      if (before !== content) throw new Error('other content')
      return
    }
    if (!open.has(data.id)) open.set(data.id, handle(data.id, content, data))
    await open.get(data.id)
  }
}
