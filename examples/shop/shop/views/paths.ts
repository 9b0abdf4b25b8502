/** Every address of the shop, in one place for its routes, its pages and its mails. */
const segment = encodeURIComponent

export const paths = {
  catalogue: '/',
  /** POST `product`, `quantity`: adds to what is there. */
  cart: '/cart',
  /** POST `product`, `quantity`: sets, and 0 takes it out. */
  cartUpdate: '/cart/update',
  /** POST `provider`, `email`. */
  checkout: '/checkout',
  return: '/return',

  order: (id: string) => `/orders/${segment(id)}`,
  orderEvents: (id: string) => `/orders/${segment(id)}/events`,
  orderSignal: (id: string) => `/orders/${segment(id)}/signal`,
  orderFragment: (id: string) => `/orders/${segment(id)}/fragment`,
  /** POST, nothing but the CSRF token: what was bought goes into the cart once more. */
  orderAgain: (id: string) => `/orders/${segment(id)}/order-again`,
  /** POST, nothing but the CSRF token. */
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
