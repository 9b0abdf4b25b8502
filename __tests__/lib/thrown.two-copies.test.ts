/** An application that loads this package twice, as ESM and as CommonJS: the errors of one copy, thrown into the other. */
import { describe, expect, jest, test } from '@jest/globals'
import {
  answerTo,
  createReceiver,
  memoryStore,
  readBack,
  toFetchHandler,
  type Provider,
  type QuarantinedDelivery,
} from '../../src/index.js'
import { bodyOf, hmacProvider } from '../support/hmac-provider.js'

type Package = typeof import('../../src/index.js')

async function otherCopy(): Promise<Package> {
  let copy: Package | undefined
  await jest.isolateModulesAsync(async () => {
    copy = await import('../../src/index.js')
  })
  return copy!
}

const kept: QuarantinedDelivery[] = []
const options = {
  store: { ...memoryStore(), quarantine: (delivery: QuarantinedDelivery) => void kept.push(delivery) },
  on: {},
  onError: () => {},
}

describe('an error of another copy of the package', () => {
  test('is of another class', async () => {
    const { DeliveryError } = await otherCopy()
    const { DeliveryError: own } = await import('../../src/index.js')
    expect(new DeliveryError('AUTH_MISMATCH', 'forged')).not.toBeInstanceOf(own)
  })

  test.each([
    ['verify', 'AUTH_MISMATCH', 401],
    ['interpret', 'PAYLOAD_INVALID', 200],
    ['interpret', 'ORDER_UNKNOWN', 503],
    ['confirm', 'ORDER_UNKNOWN', 503],
    ['confirm', 'READ_BACK_MISMATCH', 503],
  ] as const)('thrown by %s with %s is answered %i', async (step, code, status) => {
    const { DeliveryError } = await otherCopy()
    const fail = (): never => {
      throw new DeliveryError(code, 'as the other copy says')
    }
    const own = hmacProvider()
    const provider = {
      ...(own as Provider),
      ...(step === 'verify' && { authentication: { verify: fail, sign: () => ({}) } }),
      ...(step === 'interpret' && { interpret: fail }),
      ...(step === 'confirm' && {
        interpret: () => readBack({ key: '1', read: async () => fail(), toEvent: () => ({ ignored: 'never' }) }),
      }),
    }
    const body = Buffer.from(bodyOf())
    const receiver = createReceiver(provider, options)
    const outcome = await receiver.receive({ body, headers: own.sign(body).headers })
    expect([answerTo(outcome, provider).status, outcome.error?.code]).toEqual([status, code])
  })

  test('thrown while the request is read keeps its code', async () => {
    const { ConfigurationError } = await otherCopy()
    const codes: string[] = []
    const own = hmacProvider()
    const provider = { ...own, authentication: { ...own.authentication, bySourceAddress: true } }
    const webhook = toFetchHandler(provider, {
      ...options,
      onError: ({ code }) => void codes.push(code),
      clientAddress() {
        throw new ConfigurationError('CONFIG_TRUST_PROXY', 'anybody could claim any address')
      },
    })
    const request = new Request('http://shop.example/', { method: 'POST', body: bodyOf() })
    expect((await webhook(request)).status).toBe(500)
    expect(codes).toEqual(['CONFIG_TRUST_PROXY'])
  })
})
