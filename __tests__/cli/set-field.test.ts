/** `--set`: the fields it changes, its warnings, and its refusals. */
import { describe, expect, test } from '@jest/globals'
import { readSetting, setField } from '../../src/cli/set-field.js'

describe('--set', () => {
  const set = (payload: object, argument: string) => {
    const doubt = setField(payload, readSetting(argument))
    return { payload, doubt }
  }

  test.each([
    [{ a: { b: '100.50' } }, 'a.b=40.00', { a: { b: '40.00' } }],
    [{ a: 0.002 }, 'a=0.0006', { a: 0.0006 }],
    [{ a: null }, 'a=seven', { a: 'seven' }],
    [{ a: '7' }, 'a:=7', { a: 7 }],
    [{ a: '7' }, 'a:={"b":[]}', { a: { b: [] } }],
    [{ a: [{ b: 1 }] }, 'a.0.b=2', { a: [{ b: 2 }] }],
    [{ a: '0' }, 'a=1=2', { a: '1=2' }],
    [{ a: 'x' }, 'a=', { a: '' }],
    [{ a: '1001' }, 'a=ORDER-7', { a: 'ORDER-7' }],
  ])('%j and %s', (before, argument, after) => {
    expect(set(before, argument)).toEqual({ payload: after, doubt: undefined })
  })

  test.each([
    [
      { b: 1 },
      'a.b:=2',
      { b: 1, a: { b: 2 } },
      /^--set a\.b: the sample has no such field; it was added\. Did you mean b, which is 1\?$/,
    ],
    [{ a: [1] }, 'a.1:=2', { a: [1, 2] }, /it was added/],
    [
      { a: '49.90' },
      'a=4990',
      { a: '4990' },
      /^--set a: "4990" is sent where the sample has "49\.90": is it an amount in the same unit\?$/,
    ],
    [
      { a: 4990 },
      'a=49.00',
      { a: 49 },
      /^--set a: 49 is sent where the sample has 4990: is it an amount in the same unit\?$/,
    ],
    [
      { a: '49.90' },
      'a=40,00',
      { a: '40,00' },
      /^--set a: "40,00" is sent where the sample has "49\.90": that is no number$/,
    ],
    [
      { a: null },
      'a=7',
      { a: '7' },
      /^--set a: "7" is sent where the sample has null: as a text, where := takes a number/,
    ],
  ])('%j and %s, which may not be meant', (before, argument, after, doubt) => {
    expect(set(before, argument)).toEqual({ payload: after, doubt: expect.stringMatching(doubt) })
  })

  test('changes what is sent and nothing else', () => {
    const { payload } = set({}, '__proto__.polluted:="yes"')
    expect(JSON.stringify(payload)).toBe('{"__proto__":{"polluted":"yes"}}')
    expect({}).not.toHaveProperty('polluted')
  })

  const SAMPLE = { n: 1, data: { amount: { value: '49.90' }, order_id: 'A' }, items: [{ sku: 's' }] }

  test.each([
    ['=x', /takes path=value/],
    ['a..b=x', /takes path=value/],
    ['n=many', /^--set n: it is a number here, 1, and "many" is none; use := to make it something else$/],
    ['n=true', /is a number here/],
    ['n:={', /^--set n: "\{" is not JSON, which := takes/],
    [
      'amount.value=5',
      /^--set amount\.value: the sample has no such field\. Did you mean data\.amount\.value, which is "49\.90"\? /,
    ],
    ['value=5', /Did you mean data\.amount\.value, which is "49\.90"\? To add one, use := and JSON$/],
    ['amount=5', /Did you mean data\.amount\.value, which is "49\.90"\? To add one/],
    ['data.orderId=B', /Did you mean data\.order_id, which is "A"\?/],
    ['data.x.y=B', /no such field\. At data it has amount, order_id\. To add one/],
    ['x=B', /no such field\. It has n, data, items\. /],
    ['data.amount=5', /^--set data\.amount: it is an object here, with value, and "5" is none/],
    ['items=5', /^--set items: it is a list here, with 0, and "5" is none/],
    ['n.value=5', /^--set n\.value: the sample has 1 at n, which has no fields\. Did you mean data\.amount\.value/],
    ['n.value:=5', /which has no fields/],
    ['items.2:={}', /no such field/],
    ['items.length=0', /no such field/],
  ])('refuses %s', (argument, message) => {
    const payload = structuredClone(SAMPLE)
    expect(() => set(payload, argument)).toThrow(message)
    expect(payload).toEqual(SAMPLE)
  })
})
