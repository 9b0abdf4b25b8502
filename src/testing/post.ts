/** The only place that knows supertest: loaded by the first delivery, so that nothing else needs it installed. */
import type { RequestListener, Server } from 'node:http'
import type { Answer } from '../http/respond.js'
import type { SignedRequest } from './signed-request.js'

/** @throws Error when supertest is not installed */
export async function post(
  app: RequestListener | Server,
  path: string,
  { headers, body }: SignedRequest,
): Promise<Answer> {
  const { default: request } = await loadSupertest()
  const response = await request(app).post(path).set(headers).send(body)
  return { status: response.status, headers: response.headers, body: response.text }
}

async function loadSupertest() {
  try {
    return await import('supertest')
  } catch (cause) {
    throw new Error('deliver needs supertest: npm install --save-dev supertest', { cause })
  }
}
