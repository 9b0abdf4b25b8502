/** The minimal shape of each provider's payloads, so that a payload of another provider does not compile. */

interface Shapes {
  readonly 'coins-ph': { readonly event: { readonly name: string; readonly data: object } }
  readonly 'crypto-gateway': { readonly event: string; readonly data: object }
  readonly 'coinbar-pay': { readonly payment_request_id_client: unknown; readonly status: unknown }
  readonly 'city-pay': { readonly client_order_id: unknown } | { readonly deposit_token: unknown }
}

/** Any object for a custom provider. A string is an exact body, whatever it contains. */
export type PayloadFor<Name extends string> = string | (Name extends keyof Shapes ? Shapes[Name] : object)
