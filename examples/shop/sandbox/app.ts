/** The sandbox's Express app: the providers' APIs, the payer's pages, the controls. */
import express, { type Express } from 'express'
import helmet from 'helmet'
import { fileURLToPath } from 'node:url'
import { cityPayApi } from './api/city-pay.js'
import { coinbarPayApi } from './api/coinbar-pay.js'
import { coinsPhApi } from './api/coins-ph.js'
import type { ApiContext } from './api/context.js'
import { cryptoGatewayApi } from './api/crypto-gateway.js'
import { stripeApi } from './api/stripe.js'
import { controlRoutes, type ControlContext } from './control.js'
import { failure } from './pages/failure.js'
import { pageRoutes } from './pages/routes.js'
import { Refusal } from './refusal.js'

const assets = fileURLToPath(new URL('public', import.meta.url))

export function createApp(context: ApiContext & ControlContext): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          styleSrc: ["'self'"],
          scriptSrc: ["'self'"],
          connectSrc: ["'self'"],
          imgSrc: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          baseUri: ["'none'"],
        },
      },
      referrerPolicy: { policy: 'same-origin' },
      // The sandbox runs on this machine, over http.
      strictTransportSecurity: false,
    }),
  )
  app.use('/assets', express.static(assets))
  app.use(pageRoutes(context))
  app.use('/coins-ph', coinsPhApi(context))
  app.use('/crypto-gateway/api/v1', cryptoGatewayApi(context))
  app.use('/coinbar/api/v2/pay/gateway', coinbarPayApi(context))
  app.use('/city-pay', cityPayApi(context))
  app.use('/v1', stripeApi(context))
  app.use('/sandbox', controlRoutes(context))
  app.use(() => {
    throw new Refusal(404, 'there is no such page')
  })
  app.use(failure)
  return app
}
