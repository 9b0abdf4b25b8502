/** One purchase up to the order page, by plain HTTP. */
import { paths } from '../shop/views/paths.js'
import type { ProviderName } from '../shop/views/props.js'

/** Returns the address of the order page. */
export async function placeOrder(url: string, provider: ProviderName): Promise<string> {
  const page = await fetch(url)
  const cookie = (page.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
  const _csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
  const post = async (path: string, form: Record<string, string>) => {
    const body = new URLSearchParams({ _csrf, ...form })
    const answer = await fetch(url + path, { method: 'POST', headers: { cookie }, body, redirect: 'manual' })
    await answer.arrayBuffer()
    return answer.headers.get('location') ?? ''
  }
  await post(paths.cart, { product: 'cups', quantity: '1' })
  const location = await post(paths.checkout, { provider, email: 'load@example.com' })
  if (!location.startsWith('/orders/')) throw new Error(`no order was made for ${provider}`)
  return url + location
}
