/** In place of `@mollie/api-client`, which only one block of docs/providers/mollie.md uses and which needs Mollie's API. */

/** The parts that the block uses, with the signatures of 4.6.0. */
export const MOLLIE_CLIENT_TYPES = `
declare module '@mollie/api-client' {
  export enum PaymentEmbed { refunds = 'refunds', chargebacks = 'chargebacks' }
  interface Payment { id: string; mode: string; status: string }
  export interface MollieClient {
    payments: { get(id: string, parameters?: { embed?: PaymentEmbed[] }): Promise<Payment> }
  }
  export function createMollieClient(options: { apiKey: string }): MollieClient
}
`

/** The module for a block: its client returns the payment that `read` returns. */
export const mollieClient = (read: (id: string, parameters: object) => unknown) => ({
  PaymentEmbed: { refunds: 'refunds', chargebacks: 'chargebacks' },
  createMollieClient({ apiKey }: { readonly apiKey: string }) {
    if (apiKey === '') throw new TypeError('the key is empty')
    return { payments: { get: async (id: string, parameters: object) => read(id, parameters) } }
  },
})
