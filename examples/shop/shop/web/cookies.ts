/** Cookies that no other page, path or sub-domain can set. Browsers enforce this if the name begins with `__Host-`. */
import type { CookieOptions, Request, Response } from 'express'

export interface Cookie {
  read(req: Request): string | undefined
  set(res: Response, value: string): void
  clear(res: Response): void
}

/** @param secure true if the shop is reached over https; without https, browsers refuse the prefix */
export function hostCookie(
  name: string,
  options: { readonly secure: boolean; readonly sameSite: 'lax' | 'strict'; readonly lifetimeMs: number },
): Cookie {
  const { secure, sameSite, lifetimeMs } = options
  const fullName = secure ? `__Host-${name}` : name
  const flags: CookieOptions = { httpOnly: true, sameSite, secure, path: '/' }
  return {
    read(req) {
      for (const pair of (req.headers.cookie ?? '').split(';')) {
        const [found, value] = pair.trim().split('=', 2)
        if (found === fullName) return value
      }
      return undefined
    },
    set: (res, value) => void res.cookie(fullName, value, { ...flags, maxAge: lifetimeMs }),
    clear: (res) => void res.clearCookie(fullName, flags),
  }
}
