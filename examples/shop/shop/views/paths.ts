/** Every address of the shop, in one place for its routes, its pages and its mails. */
const segment = encodeURIComponent

export const paths = {
  catalogue: '/',
  /** POST `product`, `quantity`: adds to the quantity in the cart. */
  cart: '/cart',
  /** POST `product`, `quantity`: sets the quantity; 0 removes the product. */
  cartUpdate: '/cart/update',
  /** POST `provider`, `email`. */
  checkout: '/checkout',
  return: '/return',

  order: (id: string) => `/orders/${segment(id)}`,
  orderEvents: (id: string) => `/orders/${segment(id)}/events`,
  orderSignal: (id: string) => `/orders/${segment(id)}/signal`,
  orderFragment: (id: string) => `/orders/${segment(id)}/fragment`,
  /** POST with only the CSRF token: puts the order's products into the cart again. */
  orderAgain: (id: string) => `/orders/${segment(id)}/order-again`,
  /** POST with only the CSRF token. */
  payAgain: (id: string) => `/orders/${segment(id)}/pay-again`,

  /** GET `status`, `before`: the orders. */
  operator: '/operator',
  /** GET `q`: a reference, an e-mail address, a payment's id or an event's. */
  operatorSearch: '/operator/search',
  /** POST `token`. */
  operatorLogin: '/operator/login',
  /** POST. */
  operatorLogout: '/operator/logout',
  operatorOrder: (id: string) => `/operator/orders/${segment(id)}`,
  /** POST `decision`: `accepted` or `rejected`. */
  operatorDecide: (id: string) => `/operator/orders/${segment(id)}/decision`,
  /** POST `change`: `cancel`, `paid`, `reprice` or `reopen`; `amount`, `note`, `version`. */
  operatorChange: (id: string) => `/operator/orders/${segment(id)}/change`,
  /** POST `action`: `capture`, `release` or `refund`; `payment`, `amount`, `version`. */
  operatorCard: (id: string) => `/operator/orders/${segment(id)}/card`,
  /** The operator page of the package: GET `q`, `state`. */
  operatorEvents: '/operator/events',

  /** public/, served as it is. */
  assets: '/assets',
}
