/** What a payload of each provider at least looks like, so that another provider's does not compile. */

interface Shapes {
  readonly 'coins-ph': { readonly event: { readonly name: string; readonly data: object } }
  readonly 'crypto-gateway': { readonly event: string; readonly data: object }
  readonly 'coinbar-pay': { readonly payment_request_id_client: unknown; readonly status: unknown }
  readonly 'city-pay': { readonly client_order_id: unknown } | { readonly deposit_token: unknown }
}

/** Any object for a provider of one's own. A text stands for an exact body, whatever is in it. */
export type PayloadFor<Name extends string> = string | (Name extends keyof Shapes ? Shapes[Name] : object)
