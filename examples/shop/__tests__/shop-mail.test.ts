/** Mails that really go out: to a mail server, over SMTP. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { SMTPServer } from 'smtp-server'
import { buy, openBrowser, orderIn, payInFull } from './support/buyer.js'
import { openShop, until, type TestShop } from './support/open-shop.js'

interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly message: string
}

const mails: Received[] = []
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData(stream, { envelope }, done) {
    const to = envelope.rcptTo.map(({ address }) => address)
    const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
    text(stream).then((message) => {
      mails.push({ from, to, message })
      done()
    }, done)
  },
})
let shop: TestShop

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.server.address() as AddressInfo
  shop = await openShop({ config: { mail: { smtpUrl: `smtp://127.0.0.1:${port}`, from: 'shop@example.com' } } })
})

afterAll(async () => {
  await shop.close()
  await new Promise<void>((resolve) => server.close(() => resolve()))
})

test('a buyer gets a mail for the order, and one when it is paid', async () => {
  const email = 'buyer+tea@example.com'
  const id = await buy(openBrowser(shop), 'crypto-gateway', { email })
  const { reference } = await orderIn(shop, id)
  await payInFull(shop, id)
  await until(
    async () => mails.filter(({ message }) => message.includes(reference)),
    (found) => found.some(({ message }) => /^Subject: .*(paid|thank)/im.test(message)),
  )
  const subjects = mails.map(({ message }) => /^Subject: (.*)$/m.exec(message)?.[1])
  expect(subjects[0]).toContain(reference)
  expect(new Set(subjects).size).toBe(subjects.length)
  for (const mail of mails) {
    expect(mail).toMatchObject({ from: 'shop@example.com', to: [email] })
    expect(mail.message).toContain(`/orders/${id}`)
  }
})
