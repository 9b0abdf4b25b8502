/** The testing kit: what a shop's own test suite needs to meet every provider. */
export { signedRequest, type SignedRequest } from './signed-request.js'
export { sample, type SampleEvent, type SampleProvider } from './sample.js'
export { sampleCityPayOrder, type CityPayOrderStatus } from './sample-city-pay-order.js'
export { providerConformance } from './provider-conformance.js'
export { storeConformance } from './store-conformance.js'
export { durableStoreConformance } from './durable-store-conformance.js'
