/** Answers of a key service over a socket: a key, no such key, or no decision yet. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { keyAnswer } from '../../src/crypto/key-answer.js'
import { startServer, type RunningServer } from '../support/start-server.js'

let server: RunningServer
let answer: { status: number; body: string | Buffer }
beforeAll(async () => {
  server = await startServer((_req, res) => void res.writeHead(answer.status).end(answer.body))
})
afterAll(() => server.close())

const ask = async (status: number, body: string | Buffer = 'the key') => {
  answer = { status, body }
  return keyAnswer(await fetch(`http://127.0.0.1:${server.port}/`))
}

test('200 is the key, as it is', async () => {
  expect(await ask(200)).toBe('the key')
  expect(await ask(200, '')).toBe('')
})

describe('there is none, as the service says', () => {
  test.each([400, 401, 403, 404, 410, 422, 451])('%i', async (status) => {
    expect(await ask(status)).toBeNull()
  })
})

describe('nothing is said', () => {
  test.each([201, 204, 304, 408, 425, 429, 500, 502, 503, 504])('%i', async (status) => {
    await expect(ask(status, status === 204 || status === 304 ? '' : 'the key')).rejects.toThrow(
      `the service for keys answered with status ${status}`,
    )
  })

  test('more than any key is long', async () => {
    expect(await ask(200, Buffer.alloc(64 * 1024, 'a'))).toHaveLength(64 * 1024)
    await expect(ask(200, Buffer.alloc(64 * 1024 + 1, 'a'))).rejects.toThrow('answered with more than 65536 bytes')
  })
})
