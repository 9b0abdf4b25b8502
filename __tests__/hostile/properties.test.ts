/** Properties that hold for every input, tested with generated inputs. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  answerTo,
  coinbarPay,
  coinsPh,
  compareDecimals,
  createReceiver,
  cryptoGateway,
  memoryStore,
  toDecimal,
  type Provider,
} from 'express-payment-webhooks'
import { sample } from 'express-payment-webhooks/testing'
import { parseJson } from '../../src/lib/json.js'
import { sumDecimals } from '../../src/money.js'
import { proofOf } from '../support/deliver.js'
import { doors } from '../support/doors.js'
import { hmacProvider, SECRET, signatureOf, VALID } from '../support/hmac-provider.js'
import { anything, pathsOf, replaced } from '../support/mutations.js'
import { openShop, type Shop } from '../support/open-shop.js'

const TOKEN = 'Tk4mXc8LpB3sYdk7Jw2nVq9T'
const CLIENT = '7b0c2f3e-5a41-4d8e-9c67-1f2a3b4c5d6e'
const NOW = 1_750_000_000_000
const OTHER_SECRET = 'Zx81bQ0wEr5tYu7iOp3aSd9f'

interface Signed {
  readonly make: (secret: string) => Provider
  readonly payload: object
}

const signed: Record<string, Signed> = {
  'cryptoGateway body': {
    make: (secret) => cryptoGateway({ secret }),
    payload: sample('crypto-gateway', 'transaction.confirmed'),
  },
  'cryptoGateway timestamped': {
    make: (secret) => cryptoGateway({ secret, mode: 'timestamped', now: () => NOW }),
    payload: sample('crypto-gateway', 'transaction.confirmed'),
  },
  coinbarPay: {
    make: (secretKey) => coinbarPay({ clientId: CLIENT, secretKey }),
    payload: sample('coinbar-pay', 'SUCCESS'),
  },
}
const token: Signed = { make: (secret) => coinsPh({ token: secret }), payload: sample('coins-ph', 'payment.confirmed') }

type Headers = Record<string, string>

/** Takes one delivery through a receiver of its own; answers the status and how many handlers ran. */
async function deliver(
  provider: Provider,
  body: Buffer,
  headers: Headers,
): Promise<{ status: number; handled: number }> {
  let handled = 0
  const count = () => void handled++
  const receiver = createReceiver(provider, {
    store: memoryStore(),
    on: Object.fromEntries(provider.types.map((type) => [type, count])),
    onError: () => {},
  })
  const outcome = await receiver.receive({ body, headers })
  return { status: answerTo(outcome, provider).status, handled }
}

const refused = { status: 401, handled: 0 }

/** A text with one of its characters replaced by another one that is valid in a header. */
const oneCharacterChanged = (text: string) =>
  fc
    .tuple(fc.nat(text.length - 1), fc.integer({ min: 0x21, max: 0x7e }))
    .map(([at, code]) => text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1))
    .filter((changed) => changed !== text)

describe.each(Object.entries(signed))('%s', (_name, { make, payload }) => {
  const provider = make(SECRET)
  const body = Buffer.from(JSON.stringify(payload))
  const headers = proofOf(provider, body)

  test('handles the delivery from which one thing is changed below', async () => {
    expect(await deliver(provider, body, headers)).toEqual({ status: 200, handled: 1 })
  })

  test('refuses any change of one byte of the body', async () => {
    for (let at = 0; at < body.length; at++) {
      const changed = Buffer.from(body)
      changed[at]! ^= 1 << (at % 8)
      expect(await deliver(provider, changed, headers)).toEqual(refused)
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), async (at, difference) => {
        const changed = Buffer.from(body)
        changed[at]! ^= difference
        expect(await deliver(provider, changed, headers)).toEqual(refused)
      }),
    )
  })

  test('refuses any byte added to or taken from the body', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length), fc.uint8Array({ minLength: 1, maxLength: 3 }), async (at, extra) => {
        const longer = Buffer.concat([body.subarray(0, at), extra, body.subarray(at)])
        expect(await deliver(provider, longer, headers)).toEqual(refused)
        expect(await deliver(provider, body.subarray(0, at), at === body.length ? {} : headers)).toEqual(refused)
      }),
    )
  })

  test('refuses any change of one character of a header', async () => {
    const cases = Object.entries(headers).map(([header, value]) =>
      oneCharacterChanged(value).map((changed) => ({ header, value, changed })),
    )
    await fc.assert(
      fc.asyncProperty(fc.oneof(...cases), async ({ header, value, changed }) => {
        // Hex digits mean the same in either case.
        fc.pre(changed.toLowerCase() !== value.toLowerCase() || header === 'cbpay-api-key')
        expect(await deliver(provider, body, { ...headers, [header]: changed })).toEqual(refused)
      }),
      { numRuns: 300 },
    )
  })

  test('refuses what was signed with a secret that differs in one character', async () => {
    await fc.assert(
      fc.asyncProperty(oneCharacterChanged(OTHER_SECRET), async (secret) => {
        expect(await deliver(make(OTHER_SECRET), body, proofOf(make(secret), body))).toEqual(refused)
      }),
    )
  })
})

describe('coinsPh', () => {
  const provider = token.make(TOKEN)
  const body = Buffer.from(JSON.stringify(token.payload))
  const { authorization } = proofOf(provider, body) as { authorization: string }

  test('refuses any change of one character of the header, but for the case of the scheme', async () => {
    await fc.assert(
      fc.asyncProperty(oneCharacterChanged(authorization), async (changed) => {
        fc.pre(changed.slice(0, 6).toLowerCase() !== 'token ' || changed.slice(6) !== TOKEN)
        expect(await deliver(provider, body, { authorization: changed })).toEqual(refused)
      }),
      { numRuns: 500 },
    )
  })

  test('refuses any other header', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `Token ${text}`),
        ),
        async (text) => {
          fc.pre(text.slice(6) !== TOKEN)
          expect(await deliver(provider, body, { authorization: text })).toEqual(refused)
        },
      ),
    )
  })
})

const everyProvider: [string, Provider, object][] = [
  ['hmac', hmacProvider(), VALID],
  ['coinsPh', token.make(TOKEN), token.payload],
  ...Object.entries(signed).map(([name, { make, payload }]): [string, Provider, object] => [
    name,
    make(SECRET),
    payload,
  ]),
]

describe.each(everyProvider)('%s, whatever is correctly signed,', (_name, provider, payload) => {
  const expectPlanned = async (body: Buffer) => {
    const { status, handled } = await deliver(provider, body, proofOf(provider, body))
    expect([200, 400, 401]).toContain(status)
    if (status !== 200) expect(handled).toBe(0)
  }

  test('answers 200, 400 or 401 to any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) => expectPlanned(Buffer.from(bytes))),
      { numRuns: 300 },
    )
  })

  test('answers 200, 400 or 401 to any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), (text) => expectPlanned(Buffer.from(text))),
      { numRuns: 300 },
    )
  })

  test('answers 200, 400 or 401 to a genuine payload in which one value is anything', async () => {
    const paths = pathsOf(payload)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), anything, (path, value) =>
        expectPlanned(Buffer.from(JSON.stringify(replaced(payload, path, value)))),
      ),
      { numRuns: 600 },
    )
  })

  test('answers 200, 400 or 401 to a genuine body in which some bytes are anything', async () => {
    const genuine = Buffer.from(JSON.stringify(payload))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(genuine.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (changes) => {
          const body = Buffer.from(genuine)
          for (const [at, byte] of changes) body[at] = byte
          return expectPlanned(body)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe.each(doors)('over a socket, through %s,', (_name, door) => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop({ door, limit: '64kb' })
  })
  afterAll(() => shop.close())

  test('any headers and any body, signed or not, are answered 200, 400, 401, 413 or 415', async () => {
    const name = fc.stringMatching(/^x-[a-z-]{1,20}$/)
    const header = fc.oneof(
      fc.tuple(name, fc.stringMatching(/^[ -~]{0,40}$/)),
      fc.tuple(
        fc.constantFrom(
          'Content-Type',
          'Content-Encoding',
          'Accept',
          'Cookie',
          'X-Signature',
          'Origin',
          'X-Forwarded-For',
        ),
        fc.stringMatching(/^[ -~]{0,40}$/),
      ),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(header, { maxLength: 5 }),
        fc.uint8Array({ maxLength: 100 }),
        fc.boolean(),
        async (headers, bytes, sign) => {
          const body = Buffer.from(bytes)
          const lines = headers.map(([field, value]) => `${field}: ${value}`)
          const answer = await shop.post(body, ...lines, ...(sign ? [`X-Signature: ${signatureOf(body)}`] : []))
          expect([200, 400, 401, 413, 415]).toContain(answer.status)
        },
      ),
    )
    expect((await shop.deliver()).status).toBe(200)
  })
})

describe('parseJson', () => {
  test('agrees with JSON.parse, but for digits that a float would change', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 2, '\t'), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent)
        expectSame(parseJson(Buffer.from(text)), JSON.parse(text))
      }),
      { numRuns: 500 },
    )
  })

  test('refuses whatever JSON.parse refuses', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '1',
      '-',
      '.5',
      'e1',
      'null',
      'true',
      ' ',
      '\\',
      '\u0000',
      '\ufeff',
      '//',
    )
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 8 }), (tokens) => {
        const text = tokens.join('')
        const wanted = outcomeOf(() => JSON.parse(text.replace(/^\ufeff/, '')) as unknown)
        const found = outcomeOf(() => parseJson(Buffer.from(text)))
        expect(found.threw).toBe(wanted.threw || found.code === 'JSON_DUPLICATE_KEY')
      }),
      { numRuns: 3000 },
    )
  })

  test('keeps every number either as the float it is or as its digits', () => {
    const number = fc
      .tuple(fc.constantFrom('', '-'), fc.stringMatching(/^(0|[1-9]\d{0,24})(\.\d{1,24})?([eE][+-]?\d{1,3})?$/))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(number, (text) => {
        const value = (parseJson(Buffer.from(`{"a":[${text}]}`)) as { a: [unknown] }).a[0]
        if (typeof value === 'string') expect(value).toBe(text)
        else expect(sameDecimal(String(value), text)).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  test('finds every key that is named twice, at any depth', () => {
    const key = fc.string({ maxLength: 5 })
    fc.assert(
      fc.property(key, fc.json({ maxDepth: 3 }), fc.nat(8), (name, json, depth) => {
        const member = `${JSON.stringify(name)}:${json}`
        const text = `${'['.repeat(depth)}{${member},${member}}${']'.repeat(depth)}`
        expect(outcomeOf(() => parseJson(Buffer.from(text))).code).toBe('JSON_DUPLICATE_KEY')
      }),
      { numRuns: 500 },
    )
  })
})

describe('decimals', () => {
  const amount = fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 20n - 1n }), fc.stringMatching(/^\d{0,18}$/))
    .map(([whole, fraction]) => (fraction === '' ? `${whole}` : `${whole}.${fraction}`))
  const decimal = amount.map((text) => toDecimal(text)!)
  const units = (text: string) => {
    const [whole, fraction = ''] = text.split('.')
    return BigInt(whole! + fraction.padEnd(18, '0'))
  }

  test('toDecimal keeps the value, is canonical, and changes nothing a second time', () => {
    fc.assert(
      fc.property(amount, fc.nat(3), (text, zeros) => {
        const found = toDecimal(text)!
        expect(units(found)).toBe(units(text))
        expect(found).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/)
        expect(toDecimal(found)).toBe(found)
        const padded = '0'.repeat(zeros) + text
        if (padded.split('.')[0]!.length <= 20) expect(toDecimal(padded)).toBe(found)
      }),
      { numRuns: 1000 },
    )
  })

  test('toDecimal answers null or a canonical decimal to anything', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const found = toDecimal(value)
        if (found !== null) expect(found).toMatch(/^(0|[1-9]\d{0,19})(\.\d{0,33}[1-9])?$/)
      }),
      { numRuns: 2000 },
    )
  })

  test('toDecimal reads every float from 1e-18 up to one as JavaScript writes it, and its own answer again', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-18, max: 1, maxExcluded: true, noNaN: true }), (float) => {
        const found = toDecimal(String(float))!
        expect(sameDecimal(found, String(float))).toBe(true)
        expect(toDecimal(found)).toBe(found)
      }),
      { numRuns: 2000 },
    )
  })

  test('toDecimal reads a float exactly or not at all', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.double({ min: 0, noNaN: true }),
          fc.nat(),
          fc.nat().map((cents) => cents / 100),
        ),
        (value) => {
          const found = toDecimal(value)
          if (found !== null) expect(Number(found)).toBe(value)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('toDecimal reads every amount of cents a float can hold in 15 digits', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 ** 14 }), (cents) => {
        expect(units(toDecimal(cents / 100)!)).toBe(BigInt(cents) * 10n ** 16n)
      }),
    )
  })

  test('compareDecimals orders like the amounts', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(Math.sign(compareDecimals(a, b))).toBe(units(a) < units(b) ? -1 : units(a) > units(b) ? 1 : 0)
        expect(compareDecimals(a, b) + compareDecimals(b, a)).toBe(0)
        expect(compareDecimals(a, a)).toBe(0)
      }),
      { numRuns: 1000 },
    )
  })

  test('sumDecimals is exact, in any order and any grouping', () => {
    fc.assert(
      fc.property(fc.array(decimal, { maxLength: 6 }), fc.nat(6), (amounts, at) => {
        const sum = sumDecimals(amounts)
        expect(units(sum)).toBe(amounts.reduce((total, one) => total + units(one), 0n))
        expect(sumDecimals([...amounts].reverse())).toBe(sum)
        expect(sumDecimals([sumDecimals(amounts.slice(0, at)), sumDecimals(amounts.slice(at))])).toBe(sum)
        expect(sum).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/)
      }),
      { numRuns: 1000 },
    )
  })
})

function outcomeOf(call: () => unknown): { threw: boolean; code: unknown } {
  try {
    call()
    return { threw: false, code: undefined }
  } catch (error) {
    return { threw: true, code: (error as { code?: unknown }).code }
  }
}

/** Equal, except that a number of more than 15 digits may have stayed text. */
function expectSame(found: unknown, wanted: unknown): void {
  if (typeof wanted === 'number' && typeof found === 'string') {
    expect(Number(found)).toBe(wanted)
    expect(found.replace(/[eE].*|\D/g, '').length).toBeGreaterThan(/e/i.test(found) ? 0 : 15)
  } else if (typeof wanted === 'object' && wanted !== null && typeof found === 'object' && found !== null) {
    expect(Object.keys(found)).toEqual(Object.keys(wanted))
    for (const [key, value] of Object.entries(wanted)) expectSame((found as Record<string, unknown>)[key], value)
  } else {
    expect(found).toBe(wanted)
  }
}

/** Whether two spellings of a number name the same decimal, computed without floats. */
function sameDecimal(a: string, b: string): boolean {
  const parts = [a, b].map((text) => {
    const [mantissa = '', exponent = '0'] = text.replace(/^-/, '').toLowerCase().split('e')
    const [whole = '', fraction = ''] = mantissa.split('.')
    const digits = (whole + fraction).replace(/^0+/, '')
    const shown = digits.replace(/0+$/, '')
    return shown === ''
      ? '0'
      : `${text.startsWith('-') ? '-' : ''}${shown}e${Number(exponent) - fraction.length + digits.length - shown.length}`
  })
  return parts[0] === parts[1]
}
