/** Bodies of web requests, whose length need not be declared. */
import { expect, test } from '@jest/globals'
import { readWebBody } from '../../src/http/read-web-body.js'
import { Deadline } from '../../src/lib/deadline.js'

test.each([
  ['0123456789', true],
  ['01234567890', false],
])('a body of the web of which no length was said: %p is within its limit: %p', async (text, isWithin) => {
  const chunks = [text.slice(0, 5), text.slice(5)].map((part) => new TextEncoder().encode(part))
  const body = new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift()
      if (chunk === undefined) controller.close()
      else controller.enqueue(chunk)
    },
  })
  const request = new Request('http://shop.example/', { method: 'POST', body, duplex: 'half' } as RequestInit)
  const deadline = new Deadline(1000)
  const reading = Promise.resolve(readWebBody(request, 10, deadline)).finally(() => deadline.clear())
  if (isWithin) expect(String(await reading)).toBe(text)
  else await expect(reading).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
})
