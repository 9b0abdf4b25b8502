/** A function behind an HTTP API gateway, which reads the body before it calls the function. */
import {
  answerTo,
  createReceiver,
  type Provider,
  type WebhookEvent,
  type WebhookOptions,
} from 'express-payment-webhooks'

/** AWS's payload format 2.0: header names are in lower case. */
export interface GatewayRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly isBase64Encoded: boolean
  readonly requestContext: { readonly http: { readonly method: string; readonly sourceIp: string } }
}

const LIMIT = 100 * 1024

/** Create provider, options and store outside the function: they are checked once, when an instance starts. */
export function toFunction<Event extends WebhookEvent, Tx>(
  provider: Provider<Event>,
  options: WebhookOptions<Event, Tx>,
) {
  const receiver = createReceiver(provider, options)
  return async ({ headers, body = '', isBase64Encoded, requestContext: { http } }: GatewayRequest) => {
    if (http.method !== 'POST') return { statusCode: 405, headers: { allow: 'POST' }, body: '' }
    // The bytes as they were sent. Never use JSON.stringify(event.body): the signature is over the text itself.
    const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
    if (bytes.length > LIMIT) return { statusCode: 413, headers: {}, body: 'too large' }
    const outcome = await receiver.receive({ body: bytes, headers, ip: http.sourceIp })
    const answer = answerTo(outcome, provider)
    return { statusCode: answer.status, headers: answer.headers, body: answer.body }
  }
}
