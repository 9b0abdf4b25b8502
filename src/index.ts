/** express-payment-webhooks: the public exports. */
export { createReceiver, type Receiver } from './receiver.js'
export { paymentWebhook, type PaymentWebhook } from './http/express.js'
export { toNodeListener, type NodeListenerOptions } from './http/node-listener.js'
export {
  toFetchHandler,
  type ClientAddress,
  type FetchHandler,
  type FetchHandlerOptions,
} from './http/fetch-handler.js'
export { answerTo } from './http/respond.js'
export { captureRawBody } from './http/capture-raw-body.js'

export { coinsPh } from './providers/coins-ph/index.js'
export { cryptoGateway } from './providers/crypto-gateway/index.js'
export { coinbarPay } from './providers/coinbar-pay/index.js'
export { coinbarGatewayUrl } from './providers/coinbar-pay/gateway-url.js'
export { cityPay } from './providers/city-pay/index.js'
export { cityPayReadBack } from './providers/city-pay/order.js'

export { defineProvider } from './provider.js'
export { readBack } from './read-back/read-back.js'
export { signature, type SignatureOptions } from './crypto/signature.js'
export type { HeaderProofOptions, MessageParts } from './crypto/header-proof-options.js'
export { hmacSignature } from './crypto/hmac-signature.js'
export { bodySignature, type BodySignature, type BodySignatureOptions } from './crypto/body-signature.js'
export { bodyToken, type BodyTokenOptions } from './crypto/body-token.js'
export { tokenHeader, type TokenHeader, type TokenHeaderOptions } from './crypto/token-header.js'
export { currencyCode, decimal, freeText, identifier, instant, optionalIdentifier } from './payload.js'
export { compareDecimals, sumDecimals, toDecimal } from './money.js'
export { fromMinorUnits, toMinorUnits } from './minor-units.js'

export { memoryStore } from './stores/memory.js'

export { ConfigurationError, DeliveryError, PaymentWebhookError, RetryLater, UnknownOrder } from './errors.js'

export type { CoinsPhPayload } from './providers/coins-ph/index.js'
export type { GatewayAddress, GatewayTransaction, GatewayWithdrawal } from './providers/crypto-gateway/payload.js'
export type { CoinbarPayPayload } from './providers/coinbar-pay/index.js'
export type { CityPayDeposit } from './providers/city-pay/deposit.js'
export type { CityPayOrder, ReadBack } from './providers/city-pay/order.js'
export type { CityPayStoredOrder } from './providers/city-pay/stored-order.js'
export type { CityPayTransaction } from './providers/city-pay/transactions.js'
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
  UnconfirmedDraft,
  UnrecognisedEvent,
  WebhookEvent,
} from './event.js'
export type { Delivery, DeliveryHeaders, DeliveryInput } from './delivery.js'
export type { Money } from './money.js'
export type { ErrorDetails, Handler, HandlerContext, Handlers, OutcomeReport, WebhookOptions } from './options.js'
export type { Outcome } from './outcome.js'
export type { Authentication, BodyAuthentication, HeaderAuthentication } from './authentication.js'
export type { BodyFormat } from './format.js'
export type { ProviderAnswers } from './provider-answers.js'
export type { Interpretation, PayloadContext, Provider, ProviderDefinition, SignedDelivery } from './provider.js'
export type { Secret, SecretValue } from './crypto/secrets.js'
export type { TimestampOptions } from './crypto/timestamp.js'
export type { Message } from './crypto/mac.js'
export type { Answer } from './http/respond.js'
export type { Health } from './flow/lifecycle/health.js'
export type {
  ClaimRequest,
  ClaimEnding,
  ClaimResult,
  DurableStore,
  EventCounts,
  EventQuery,
  EventRecord,
  EventState,
  QuarantinedDelivery,
  Store,
} from './store.js'
