/** The products and their prices. Prices come from here only. */
import type { Money } from 'express-payment-webhooks'
import type { ProductView } from './views/props.js'

export interface Catalogue {
  readonly products: readonly ProductView[]
  find(id: string): ProductView | undefined
}

export function createCatalogue(products: readonly ProductView[]): Catalogue {
  const byId = new Map(products.map((product) => [product.id, product]))
  return { products, find: (id) => byId.get(id) }
}

function product(id: string, name: string, description: string, prices: readonly [string, string, string, string]) {
  const [usd, eur, php, usdt] = prices
  const priceList: Money[] = [
    { amount: usd, currency: 'USD' },
    { amount: eur, currency: 'EUR' },
    { amount: php, currency: 'PHP' },
    { amount: usdt, currency: 'USDT' },
  ]
  return { id, name, description, image: `${id}.svg`, prices: priceList }
}

/** The products of this example, with prices in USD, EUR, PHP and USDT. */
export const TEA_SHOP = createCatalogue([
  product('kettle', 'Gooseneck kettle', 'One litre, brushed steel, with a thermometer in the lid.', [
    '64.00',
    '59.00',
    '3600.00',
    '64.00',
  ]),
  product('teapot', 'Clay teapot', 'Unglazed and thrown by hand. Holds four cups.', [
    '54.00',
    '49.90',
    '3000.00',
    '54.00',
  ]),
  product('cups', 'Pair of cups', 'Celadon glaze, no handles, warm to hold.', ['26.00', '24.00', '1500.00', '26.00']),
  product('oolong', 'Mountain oolong', 'Spring harvest, lightly roasted, 100 g.', [
    '18.50',
    '16.90',
    '1050.00',
    '18.50',
  ]),
  product('green-tea', 'Steamed green tea', 'First flush, bright and grassy, 100 g.', [
    '14.20',
    '12.90',
    '800.00',
    '14.20',
  ]),
  product('tea-scoop', 'Cherry wood scoop', 'Measures one pot, and stirs none.', ['9.75', '8.90', '550.00', '9.75']),
])
