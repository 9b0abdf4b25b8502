/** express-payment-webhooks: public exports, nothing else. */
export { paymentWebhook, type PaymentWebhook } from './webhook.js'
export { toNodeListener, type NodeListenerOptions } from './node-listener.js'
export { toFetchHandler, type FetchHandler, type FetchHandlerOptions } from './fetch-handler.js'
export { receive } from './receive.js'
export { answerTo } from './flow/respond.js'
export { captureRawBody } from './capture-raw-body.js'

export { coinsPh } from './providers/coins-ph.js'
export { cryptoGateway } from './providers/crypto-gateway.js'
export { coinbarPay } from './providers/coinbar-pay.js'
export { coinbarGatewayUrl } from './providers/coinbar-gateway-url.js'
export { cityPay } from './providers/city-pay.js'
export { cityPayReadBack } from './providers/city-pay-order.js'

export { defineProvider } from './provider.js'
export { hmacSignature } from './crypto/hmac-signature.js'
export { tokenHeader } from './crypto/token-header.js'
export { currencyCode, decimal, freeText, identifier, instant, optionalIdentifier } from './payload.js'
export { compareDecimals, sumDecimals, toDecimal } from './money.js'
export { fromMinorUnits, toMinorUnits } from './minor-units.js'

export { memoryStore } from './stores/memory.js'

export { ConfigurationError, DeliveryError, PaymentWebhookError, RetryLater, UnknownOrder } from './errors.js'

export type { CoinsPhPayload } from './providers/coins-ph.js'
export type { GatewayAddress, GatewayTransaction, GatewayWithdrawal } from './providers/crypto-gateway-payload.js'
export type { CoinbarPayPayload } from './providers/coinbar-pay.js'
export type { CityPayDeposit } from './providers/city-pay-deposit.js'
export type { CityPayOrder, ReadBack } from './providers/city-pay-order.js'
export type { CityPayStoredOrder } from './providers/city-pay-stored-order.js'
export type { CityPayTransaction } from './providers/city-pay-transactions.js'
export type { ConfigurationCode, DeliveryCode, ErrorCode } from './errors.js'
export type {
  CommonEventType,
  DisputeEventType,
  EventDispute,
  EventDraft,
  EventRefund,
  EventTransaction,
  EventType,
  PaymentEventType,
  Received,
  RefundEventType,
  TransactionEventType,
  UnrecognisedEvent,
  WebhookEvent,
} from './event.js'
export type { Money } from './money.js'
export type { ErrorDetails, Handler, HandlerContext, Handlers, OutcomeReport, WebhookOptions } from './options.js'
export type { Outcome } from './outcome.js'
export type {
  Acknowledgement,
  Authentication,
  Delivery,
  DeliveryHeaders,
  Provider,
  ProviderDefinition,
} from './provider.js'
export type { Secret } from './crypto/secrets.js'
export type { Answer } from './flow/respond.js'
export type { Controls } from './controls.js'
export type { Health } from './flow/health.js'
export type {
  ClaimRequest,
  ClaimEnding,
  ClaimResult,
  DurableStore,
  EventQuery,
  EventRecord,
  EventState,
  QuarantinedDelivery,
  Store,
} from './store.js'
