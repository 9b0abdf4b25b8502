/** The only module that uses supertest. The first delivery loads it, so that supertest is needed for deliveries only. */
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
