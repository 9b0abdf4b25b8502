/** Live or test, if an event shows it: its links are signed with it, and lead to the API that sent the event. */
import type { CheckoutComEvent } from './payload.js'

/** Null if an event has no links. */
export function modeOf({ _links: links }: CheckoutComEvent): 'live' | 'test' | null {
  const hosts = typeof links === 'object' && links !== null ? Object.values(links).flatMap(hostOf) : []
  if (hosts.length === 0) return null
  return hosts.some((host) => host.split('.').includes('sandbox')) ? 'test' : 'live'
}

function hostOf(link: unknown): string[] {
  const { href } = (link ?? {}) as { readonly href?: unknown }
  return typeof href === 'string' && URL.canParse(href) ? [new URL(href).hostname] : []
}
