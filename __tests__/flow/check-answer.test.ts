/** The whole answer of a provider's `toEvent`: an event, a name, a reason, or a question, and nothing else. */
import { describe, expect, test } from '@jest/globals'
import { checkedAnswer, checkedState } from '../../src/flow/check-answer.js'
import { readBack } from '../../src/index.js'
import { hmacProvider } from '../support/hmac-provider.js'

const provider = hmacProvider({ name: 'acme' })
const DRAFT = { type: 'payment.confirmed', identity: ['evt_1'], native: {} }

describe('an answer that is none of those there are', () => {
  const faultOfAnswer = (answer: unknown) => {
    try {
      return checkedAnswer(provider, answer as never) === answer ? 'taken' : 'changed'
    } catch (error) {
      return `${(error as { code: string }).code}: ${(error as Error).message}`
    }
  }

  test.each([undefined, null, 'payment.confirmed', 7, true, [], [DRAFT]])('%j', (answer) => {
    expect(faultOfAnswer(answer)).toBe('EVENT_INVALID: acme: toEvent() returned no event')
  })

  test.each<[unknown]>([
    [async () => DRAFT],
    [null],
    [{}],
    [{ key: 'pay_1', read: async () => 0 }],
    [{ key: '', read: async () => 0, toEvent: () => DRAFT }],
    [{ key: 7, read: async () => 0, toEvent: () => DRAFT }],
    [{ key: 'pay_1', read: 'https://api.acme.example', toEvent: () => DRAFT }],
  ])('a confirmation that readBack has not made: %p', (confirm) => {
    expect(faultOfAnswer({ confirm })).toBe(
      'EVENT_INVALID: acme: toEvent() returned a confirmation that was not made by readBack({ key, read, toEvent })',
    )
  })

  const confirming = readBack({ key: 'pay_1', read: async () => 0, toEvent: () => ({ ignored: 'x' }) })

  test.each([DRAFT, { unrecognised: 'x', native: {} }, { ignored: 'x' }, confirming])(
    'these are taken as they are',
    (answer) => {
      expect(faultOfAnswer(answer)).toBe('taken')
    },
  )

  test('a state that is read back is an event, and not another question', () => {
    expect(() => checkedState(provider, confirming as never)).toThrow(
      expect.objectContaining({
        code: 'EVENT_INVALID',
        message: 'acme: toEvent() returned a readBack() whose toEvent() returned another readBack()',
      }),
    )
    expect(() => checkedState(provider, undefined as never)).toThrow('acme: toEvent() returned no event')
  })
})
