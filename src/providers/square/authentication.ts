/** Square signs the registered address together with the body, so with a slightly different address every delivery is refused. */
import type { HeaderAuthentication } from '../../authentication.js'
import type { Secret } from '../../crypto/secrets.js'
import { signature } from '../../crypto/signature.js'
import { invalidOption } from '../../lib/invalid-option.js'

interface SquareProof {
  readonly signatureKey: Secret
  readonly retired: Secret
  readonly url: string | readonly string[] | undefined
}

export function squareSignature({ signatureKey, retired, url }: SquareProof): HeaderAuthentication {
  const urls = checkedUrls(url)
  const signedFor = (addresses: readonly string[]) =>
    signature({
      header: 'x-square-hmacsha256-signature',
      secret: signatureKey,
      secretOption: 'square: signatureKey',
      ...(retired !== undefined && { retired }),
      encoding: 'base64',
      url: addresses,
      // Nothing separates the two. The key is used as text: it only looks like base64.
      message: ({ url: address, body }) => [address, body],
    })
  const proof = signedFor(urls)
  const misspelt = SPELLINGS.map(({ what, respell }) => ({ what, proof: signedFor(urls.map(respell)) }))
  return {
    ...proof,
    explain(delivery) {
      const found = misspelt.find((one) => fits(() => one.proof.verify(delivery)))
      if (found === undefined) return proof.explain?.(delivery) ?? null
      return `the signature fits the url ${found.what}: give url exactly as it is registered with Square`
    },
  }
}

const SPELLINGS = [
  {
    what: 'with or without the slash at its end',
    respell: (url: string) => (url.endsWith('/') ? url.slice(0, -1) : `${url}/`),
  },
  {
    what: 'with the other one of http and https',
    respell: (url: string) => (url.startsWith('https:') ? `http${url.slice(5)}` : url.replace(/^http:/, 'https:')),
  },
]

function fits(verify: () => unknown): boolean {
  try {
    return verify() === true
  } catch {
    return false
  }
}

/** Without an address, a signature of the body alone would be accepted. */
function checkedUrls(url: SquareProof['url']): readonly string[] {
  const urls = [url ?? []].flat()
  const isAddress = (one: unknown) => typeof one === 'string' && /^https?:\/\/[^\s/]/.test(one) && !/\s/.test(one)
  if (urls.length > 0 && urls.every((one) => isAddress(one) && URL.canParse(one))) return urls
  return invalidOption(
    'square',
    'url must be the notification URL of the subscription, exactly as it is registered with Square, or a list of them',
  )
}
