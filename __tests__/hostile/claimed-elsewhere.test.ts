/** The answer to a sender while another process holds the event: the wait for it passes in real time. */
import { expect, test } from '@jest/globals'
import { openAbandoned } from '../support/abandoned-claim.js'
import { throughEveryDoor } from '../support/shops.js'

throughEveryDoor((open) => {
  test('D04 an event claimed by a process that died is answered 503 while the lease lasts, and never 200', async () => {
    const { shop } = await openAbandoned(open)
    const answer = await shop.deliver()
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('5')
    expect(shop.handled).toEqual([])
    expect(shop.errors.map(({ error }) => error.code)).toEqual(['BUSY'])
  })
})
