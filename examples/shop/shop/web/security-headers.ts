/** Security headers: browsers run only the shop's own files on its pages. */
import type { RequestHandler } from 'express'
import helmet from 'helmet'

export function securityHeaders(secure: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    // Over http it would be ignored, and on a developer's machine it would persist.
    strictTransportSecurity: secure,
    // The addresses of order pages are secrets.
    referrerPolicy: { policy: 'no-referrer' },
  })
}
