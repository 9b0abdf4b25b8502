import { expect, test } from '@jest/globals'
import { masked } from '../../src/operator/mask.js'

test.each([
  ['{"order_token":"7309","amount":"1"}', '{"order_token":"...","amount":"1"}'],
  ['{"Token" : 12, "id":7}', '{"Token" : "...", "id":7}'],
  ['{"secret":"a\\"b","x":1}', '{"secret":"...","x":1}'],
  ['{"token":"cut off', '{"token":"..."'],
  ['access_token=abc&amount=1', 'access_token="..."&amount=1'],
  ['{"tokens_sold":"1","amount":"2"}', '{"tokens_sold":"...","amount":"2"}'],
  ['{"amount":"100"}', '{"amount":"100"}'],
])('%s', (text, shown) => {
  expect(masked(text)).toBe(shown)
})
