/** Behaviour of a sender after its body was refused: over real connections, with time passed by hand. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { DeliveryError, type Outcome } from '../../src/index.js'
import { respond } from '../../src/http/respond.js'
import { pass, settled, withFakeTime } from '../support/fake-time.js'
import { hmacProvider } from '../support/hmac-provider.js'

withFakeTime()

const MOMENT = 1000
const MIB = 1024 * 1024

const TOO_LARGE: Outcome = { kind: 'too_large', event: null, error: new DeliveryError('BODY_TOO_LARGE', 'too large') }
const NOT_AUTHENTIC: Outcome = { kind: 'not_authentic', event: null, error: new DeliveryError('AUTH_MISMATCH', 'no') }

const open: { server: Server; socket: Socket }[] = []
afterEach(() => {
  for (const { server, socket } of open.splice(0)) {
    socket.destroy()
    server.close()
    server.closeAllConnections()
  }
})

/** A sender whose request was answered before its body arrived. Its connection is real: only the server's timers are fake. */
async function refused(length: number, outcome = TOO_LARGE) {
  let request: IncomingMessage | undefined
  const server = createServer((req, res) => {
    request = req
    respond(req, res, outcome, hmacProvider())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  open.push({ server, socket })
  const sender = { socket, answer: '', isHungUpOn: false, taken: () => request!.socket.bytesRead }
  socket.on('data', (chunk) => (sender.answer += String(chunk)))
  socket.on('close', () => (sender.isHungUpOn = true))
  socket.on('error', () => {})
  socket.write(`POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: ${length}\r\n\r\n`)
  await until(() => sender.answer.includes('\r\n\r\n'))
  return sender
}

/** Waits for the system to move bytes between two ends of a connection; otherwise the test's own limit ends it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await settled()
}

/** Enough turns of the event loop for everything that loopback can deliver. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) await settled()
}

describe('a sender that is answered before its body came', () => {
  test('gets the whole answer at once, and may go on for a second', async () => {
    const sender = await refused(100)
    await until(() => sender.answer.endsWith('too large'))
    expect(sender.answer).toMatch(/^HTTP\/1\.1 413 .*\r\nconnection: close\r\n/is)
    await pass(MOMENT - 50)
    sender.socket.write('still here')
    await quiet()
    expect(sender.isHungUpOn).toBe(false)
    await pass(50)
    await until(() => sender.isHungUpOn)
  })

  test('is hung up on as soon as the body is there, and nothing is left to wait for', async () => {
    const sender = await refused(100)
    sender.socket.write('a'.repeat(100))
    await until(() => sender.isHungUpOn)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('may give up itself, and nothing is left to wait for', async () => {
    const sender = await refused(100)
    sender.socket.destroy()
    await until(() => jest.getTimerCount() === 0)
  })

  test('gets rid of a mebibyte', async () => {
    const sender = await refused(MIB)
    sender.socket.write(Buffer.alloc(MIB))
    await until(() => sender.isHungUpOn)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('waits with what is more than that, until it is hung up on', async () => {
    const sender = await refused(64 * MIB)
    sender.socket.write(Buffer.alloc(64 * MIB))
    await until(() => sender.taken() > MIB)
    await quiet()
    // A paused request and its socket still read a few chunks of 64 KiB.
    expect(sender.taken()).toBeLessThan(1.5 * MIB)
    expect(sender.isHungUpOn).toBe(false)
    await pass(MOMENT)
    await until(() => sender.isHungUpOn)
  })
})

test('who may go on using the connection is not hung up on', async () => {
  const sender = await refused(100, NOT_AUTHENTIC)
  await until(() => sender.answer.endsWith('not authentic'))
  expect(sender.answer).not.toMatch(/connection: close/i)
  await pass(2 * MOMENT)
  await quiet()
  expect([sender.isHungUpOn, jest.getTimerCount()]).toEqual([false, 0])
})
