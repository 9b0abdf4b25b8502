/** What the server prints first: commands that play the gateway's part. */
import { ORDER } from './app.js'

/** A body the gateway could send, short enough to read in a command line. */
const body = JSON.stringify({
  event: 'transaction.confirmed',
  data: { id: 'tx_1', address_id: 'addr_1', amount: '100.50', coin: 'usdt', metadata: { order_id: ORDER.id } },
})

/**
 * @param secret what openssl signs with: a throw-away secret, or the name of a shell variable
 */
export function tryIt(url: string, secret: string): { readonly pay: string; readonly forge: string } {
  const post = `curl -i ${url} -H 'content-type: application/json' -H "x-gateway-signature: sha256=$signature"`
  return {
    pay: `body='${body}'; signature=$(printf %s "$body" | openssl dgst -sha256 -hmac "${secret}" | sed 's/.* //'); ${post} -d "$body"; echo`,
    // One blank more than was signed.
    forge: `${post} -d "$body "; echo`,
  }
}
