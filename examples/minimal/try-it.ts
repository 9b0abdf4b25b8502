/** The server's first output: commands that play the gateway. */
import { ORDER } from './app.js'

/** A body that the gateway could send, short enough for a command line. */
const body = JSON.stringify({
  event: 'transaction.confirmed',
  data: { id: 'tx_1', address_id: 'addr_1', amount: '100.50', coin: 'usdt', metadata: { order_id: ORDER.id } },
})

/**
 * @param secret the secret with which openssl signs: a throw-away secret, or the name of a shell variable
 */
export function tryIt(url: string, secret: string): { readonly pay: string; readonly forge: string } {
  const post = `curl -i ${url} -H 'content-type: application/json' -H "x-gateway-signature: sha256=$signature"`
  return {
    pay: `body='${body}'; signature=$(printf %s "$body" | openssl dgst -sha256 -hmac "${secret}" | sed 's/.* //'); ${post} -d "$body"; echo`,
    // One space more than was signed.
    forge: `${post} -d "$body "; echo`,
  }
}
