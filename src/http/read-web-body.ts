/** Step 1 for hosts that use Request and Response: reads the exact bytes, bounded in size and in time. */
import { tooLarge } from '../flow/reject-request.js'
import { aborted, checkDeclaredLength, checkEncoding, consumed, timedOut } from './body-errors.js'
import type { Deadline } from '../lib/deadline.js'

/** @throws DeliveryError `BODY_*`, `RAW_BODY_CONSUMED` */
export function readWebBody(request: Request, limit: number, deadline: Deadline): Promise<Buffer> {
  checkEncoding(request.headers.get('content-encoding'))
  const { body } = request
  if (request.bodyUsed || body?.locked === true) {
    throw consumed('Pass the request on before anything reads its body, or pass a clone made before that')
  }
  checkDeclaredLength(request.headers.get('content-length'), limit)
  if (body === null) return Promise.resolve(Buffer.alloc(0))
  return new Promise((resolve, reject) => {
    deadline.onExpire(() => reject(timedOut(deadline.timeoutMs)))
    readStream(body, limit).then(resolve, reject)
  })
}

async function readStream(body: ReadableStream<Uint8Array>, limit: number): Promise<Buffer> {
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let received = 0
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw aborted(cause)
    })
    if (done) return Buffer.concat(chunks, received)
    received += value.byteLength
    if (received > limit) throw tooLarge(limit)
    chunks.push(value)
  }
}
