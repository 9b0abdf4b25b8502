/** The path of a request, read as Express reads it by default. */

/** Scheme, host and port of an absolute URL, which every server must accept (RFC 9112, section 3.2.2). */
const ORIGIN = /^https?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?(?=[/?#])/i

/**
 * The path of a request's URL in a form to compare: in lower case, without the query and without one trailing slash.
 * Nothing is decoded and no dots are resolved: a path that is written differently is a different path.
 */
export function pathKey(url: string): string {
  const path = (url.startsWith('/') ? url : url.replace(ORIGIN, '')).replace(/[?#].*$/s, '')
  return (path.endsWith('/') ? path.slice(0, -1) : path).toLowerCase()
}
