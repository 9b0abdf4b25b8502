/** Stands in for a provider's private key in tests: a self-signed certificate and its key, which protects nothing. */

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIDmzCCAoOgAwIBAgICcAEwDQYJKoZIhvcNAQELBQAwRjEsMCoGA1UEAwwjbWVz
c2FnZXZlcmlmaWNhdGlvbmNlcnRzLnBheXBhbC5jb20xFjAUBgNVBAoMDVdlYmhv
b2sgdGVzdHMwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMEYxLDAq
BgNVBAMMI21lc3NhZ2V2ZXJpZmljYXRpb25jZXJ0cy5wYXlwYWwuY29tMRYwFAYD
VQQKDA1XZWJob29rIHRlc3RzMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC
AQEA4hu8gBxAPAUXFs0jzhgEtwhOPPsTODT5Q2jkkTnfxQ9fZ8DQ/IiStiDNgA+K
x3hgjOWNTYSP5/tRFrQo800zhYivUtmzrHDQMrdh9iIPa9WcTcP4nRxg039BRJB2
dCpjKtpd8Bg/zBSkC3qzdHCP5zlUuc1IYDll5/tr+fsPawhSuQ4vegsAvy0exHMa
7x9947Pxdr8xj70dBYvHv3QCX+ojX8A6hrQtPlYN72PtN4F3Kfi4dYBLbI5z9Cxl
X4G1ntCiUYAh95D3qClMHvcrKiHlW26fzu/1MF7xFCEmU7UcFAKklVgW4xFygu72
OtGV9xDRpY3Bgz1c4VbOgXKImwIDAQABo4GQMIGNMA8GA1UdEwEB/wQFMAMBAf8w
WwYDVR0RBFQwUoIjbWVzc2FnZXZlcmlmaWNhdGlvbmNlcnRzLnBheXBhbC5jb22C
K21lc3NhZ2V2ZXJpZmljYXRpb25jZXJ0cy5zYW5kYm94LnBheXBhbC5jb20wHQYD
VR0OBBYEFOZ5sXIQeDLnEvjbYxMd22weqJ5kMA0GCSqGSIb3DQEBCwUAA4IBAQAi
8mB3lJ19lu2UWodTv7N9t3kIaK0rAlc2o0O4TeCu8GxJb7wPy0Lfq0N/iNWNkyuz
8S8QuKrR8dFxyQFHshqp3PDyYZqGGzXVhxjyO6TEzYrEJWmNCSqhfansuzlxvpNz
U+QXxul/GElA+hYVuRkv5b+aekS/xb5kSt4pvp80gluOFhMeD3Fq8/UTjgTQM8vW
YDLCiVFev+uRXI8BtDdVJ5tNEu7NGiCPm6/smibYP0R4qJ0dI7eGZFjAU7QGEtq+
ex6DApAjj+HLGyVYGg+lfFrmBZ2M8tsXb/JjuKQRgJj4pziE+6mtqdqVci0SmXB3
nd/K5rPvMcUrEiO5g3Hf
-----END CERTIFICATE-----
`

const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDiG7yAHEA8BRcW
zSPOGAS3CE48+xM4NPlDaOSROd/FD19nwND8iJK2IM2AD4rHeGCM5Y1NhI/n+1EW
tCjzTTOFiK9S2bOscNAyt2H2Ig9r1ZxNw/idHGDTf0FEkHZ0KmMq2l3wGD/MFKQL
erN0cI/nOVS5zUhgOWXn+2v5+w9rCFK5Di96CwC/LR7EcxrvH33js/F2vzGPvR0F
i8e/dAJf6iNfwDqGtC0+Vg3vY+03gXcp+Lh1gEtsjnP0LGVfgbWe0KJRgCH3kPeo
KUwe9ysqIeVbbp/O7/UwXvEUISZTtRwUAqSVWBbjEXKC7vY60ZX3ENGljcGDPVzh
Vs6BcoibAgMBAAECggEAAO4HROmY1AZbVXMrggX0QwJsO/D2X8VL/xx30CcSRf+t
r0IKOfefztLstWma8v4KO5oYDikM5HHSoArGnlWDcDmjKu6NQBjIqmS5qObz9EgR
F/rF03OR7Fy6GnuTmR+xf7QdLccTwBWXpRpwkXqDBPrl38u5z/d8dUtB4unG4vRI
VAGIPaC13XjrKLBsTj2QA5kwt7vke1BvI0cnLO0m1RAcofh1ATsdjgpixu9FZ67+
hao0/ug38CD6eJMPOTdROrE6Zd5yzXhL3ZhZC3eYCbC5TS0K82w7SXiIcyQgL00d
GZMcCUPUNfdLj4ft5c7gzLjmOHB+S04Muck8YQVycQKBgQD4ISUzcy/aJYnJWe2U
8SRYJIXi2R37aT5fsOLtJQPVUC9X2UCEQmtY7pzRylg1j6M/jVdPxD/Q0Jibo/dG
vTCbOujX7BGo334ROlrT4OkN1F/O6TV3CGD4/S7JBVs1+Fa7tW/7iMEXSHiKZRSm
2sG5Y8z/EQU6kzKE+olaQZq7EQKBgQDpR8aNr4LQ71XKoJagbyUtMXMZnJM7p0mX
IgnJ54t6RmcEcQpr/tO4JBWMlRbLLAA374eb4QTIK/NgGY8T7F7tvEmLnDJ3RZNL
OOJI7Ds6/LF421YCz+JgsqWLoe/mc8hikLgTjtrwmaRHv1i3KiFVHjzAr2cO91Ch
6bBTO7vQ6wKBgQCF0NpPNP/JlhUJEgafHK2NG6VZAd65h7irwqmfWycGE4h0yCWT
Ln7WJ1lLiuSnfh98Vq2PxzbjVpv21Ca3b7CXBt4sFJQxjtZeVCpHujP10WMaI4tB
9rLVlTV2E/1szdF4yhDqhoYcGGlpubm5gqCXastTg8peHKRSMwuAMYFRAQKBgHL8
njJYwPKcBn3KinSqVHjiVwnY0/oji3KjpI+RQn8TFNRro+d3xISPxM927bVYCwOH
XiDH2cORZnWII65+ZIxqsxXN+FIySVhawa+QQeHhjNk1xD++mKdxZ4hcWhQOHkf3
bcS2NdVC5mc3OlOOwL9kGC4iR3ppDaXButhMKVfhAoGBANdpmvkj04dIFki/k0MK
Aqzrdpu7ifQUsBFF8a2zG+W+IQbEPISdNtAtu2KUOux5koZxsMXE+NZlF2B8WlkK
+SB2gYhXr9HEZbBU+YW5x/7l++ofNe27WVX4uGRwEFoM3YGL5EbXseWHpB6UVXCu
cuZvTuw0itYIJUnTcJKWQmOR
-----END PRIVATE KEY-----
`

/**
 * A certificate and its key. In tests, `paypal` signs with them and accepts such signatures. If NODE_ENV is production, the
 * provider refuses them, because everybody has them.
 *
 * @example
 * ```ts
 * import { paypal } from 'express-payment-webhooks/providers/paypal'
 * import { payPalTestKeys, sample, signedRequest } from 'express-payment-webhooks/testing'
 *
 * const capture = { id: '6AB12345CD678901E', status: 'COMPLETED', amount: { currency_code: 'EUR', value: '49.90' } }
 * const provider = paypal({ webhookId: '8PT597110X687430L', readBack: async () => capture, testKeys: payPalTestKeys() })
 * const { headers, body } = signedRequest(provider, sample('paypal', 'PAYMENT.CAPTURE.COMPLETED'))
 * ```
 */
export function payPalTestKeys(): { readonly certificate: string; readonly privateKey: string } {
  return { certificate: CERTIFICATE, privateKey: PRIVATE_KEY }
}

/**
 * The same test keys for `binancePay`.
 *
 * @example
 * ```ts
 * import { binancePay } from 'express-payment-webhooks/providers/binance-pay'
 * import { binancePayTestKeys, sample, signedRequest } from 'express-payment-webhooks/testing'
 *
 * const provider = binancePay({ keys: {}, testKeys: binancePayTestKeys() })
 * const { headers, body } = signedRequest(provider, sample('binance-pay', 'PAY.PAY_SUCCESS'))
 * ```
 */
export function binancePayTestKeys(): {
  readonly serial: string
  readonly publicKey: string
  readonly privateKey: string
} {
  return { serial: 'for-tests', publicKey: CERTIFICATE, privateKey: PRIVATE_KEY }
}
