/** Mounts a webhook in an Express app and delivers to it over a socket, so that it gets exactly what a shop will get. */
import { once } from 'node:events'
import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RequestListener } from 'node:http'
import type { Answer } from '../../http/respond.js'
import { paymentWebhook } from '../../http/express.js'
import type { Receiver } from '../../receiver.js'
import type { AnyDelivery } from './harness.js'

/** @throws Error when express is not installed */
export async function deliverToExpress(receiver: Receiver, delivery: AnyDelivery): Promise<Answer> {
  const { default: express } = await import('express')
  const server = createServer(express().use('/hook', paymentWebhook(receiver)) as RequestListener)
  server.listen(0, '127.0.0.1')
  try {
    await once(server, 'listening')
    return await post((server.address() as AddressInfo).port, delivery)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** Uses node:http, because `fetch` joins a header that is sent several times. */
async function post(port: number, { body, headers }: AnyDelivery): Promise<Answer> {
  const sent = request({ host: '127.0.0.1', port, path: '/hook', method: 'POST' })
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) sent.setHeader(name, value)
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += chunk as string
  return { status: answer.statusCode!, headers: answer.headers as Answer['headers'], body: text }
}
