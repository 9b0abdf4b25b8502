/** One purchase in two tabs: the order page, which follows the order, and the payer's page. */
import { setTimeout } from 'node:timers/promises'
import { Browser } from './browser.js'

export type Tell = (line: string) => void

const PRODUCT = 'Clay teapot'

export class Purchase {
  readonly #order = new Browser()
  readonly #payer = new Browser()
  readonly #tell: Tell

  constructor(tell: Tell) {
    this.#tell = tell
  }

  /** From the catalogue to the payment page. */
  async begin(shopUrl: string, provider: string, paymentLink: string): Promise<void> {
    await this.#order.open(shopUrl)
    await this.#order.press(new RegExp(`^Add to cart.*${PRODUCT}$`))
    await this.#order.open('/checkout')
    await this.#order.press('Place the order', { provider, email: 'buyer@example.com' })
    this.#tell(`${PRODUCT} ordered: ${this.#order.url}`)
    await this.stays('Awaiting payment')
    await this.#payer.open(this.#order.link(paymentLink))
  }

  /** Presses a button on the payer's page. */
  async press(button: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
    const entered = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
    await this.#payer.press(button, fields)
    this.#tell([`pressed "${button}"`, ...entered].join(', '))
  }

  /** Waits until the order page reports the new status on its own. */
  async becomes(badge: string): Promise<void> {
    const { url } = this.#order
    const come = await this.#order.listen(`${url}/events`, async () => {
      await this.#order.open(url)
      return this.#badge() === badge
    })
    if (!come) throw new Error(`the order page was to say "${badge}", and says "${this.#badge()}"`)
    this.#tell(`the order page says: ${badge}. ${this.#headline()}`)
  }

  /** Checks that the callbacks changed nothing. */
  async stays(badge: string): Promise<void> {
    await this.#order.open(this.#order.url)
    if (this.#badge() !== badge) throw new Error(`the order was to stay "${badge}", and became "${this.#badge()}"`)
    this.#tell(`the order page still says: ${badge}. ${this.#headline()}`)
  }

  /** Waits until everything is sent, and checks the newest entries of the log, each with all its attempts. */
  async answered(expected: string, times: number): Promise<void> {
    let log = ''
    for (let second = 0; second < 30; second++) {
      await this.#payer.open(this.#payer.url)
      log = this.#payer.says('class', 'log')
      if (!log.includes('next attempt at')) break
      await setTimeout(1000)
    }
    const found = log.split(expected).length - 1
    if (found !== times) throw new Error(`"${expected}" was to be in the log ${times} times, and is ${found} times`)
    this.#tell(`the provider's log: ${found} × ${expected}`)
  }

  #badge(): string {
    return this.#order.says('class', 'badge')
  }

  #headline(): string {
    return this.#order.says('id', 'status')
  }
}
