/** Serves sample views with the shop's own stylesheet, scripts and security headers. */
import express from 'express'
import type { VNode } from 'preact'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { paths, renderPage } from '../../shop/views/index.js'
import { securityHeaders } from '../../shop/web/security-headers.js'

export async function serveViews(samples: Readonly<Record<string, VNode>>) {
  const app = express()
  app.use(securityHeaders(false))
  app.use(paths.assets, express.static(join(import.meta.dirname, '../../shop/public')))
  app.get('/views/:name', (req, res) => void res.send(renderPage(samples[req.params.name]!)))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
