/** The blocks of docs/tenants.md: a platform with two merchants behind one route. */
import { expect } from '@jest/globals'
import { coinsPh, memoryStore } from 'express-payment-webhooks'
import { deliver, sample } from 'express-payment-webhooks/testing'
import type { Block } from '../blocks.js'
import { runBlock } from '../run-block.js'
import type { Runs } from './run.js'

const tokenOf = (merchant: string, at = 1) => `${merchant}-${at}-Vh3kQz8LpT6wYc2NrJ5mXa9BdF`

async function newPlatform({ code }: Pick<Block, 'code'>) {
  const { platform } = await runBlock(code)
  const tokens = new Map(['acme', 'bolt'].map((id) => [id, tokenOf(id)]))
  const paid: string[] = []
  const find = async (id: string) => {
    const found = [...tokens].find(([name]) => name.toLowerCase() === id.toLowerCase())
    return found === undefined ? null : { id: found[0], coinsPhToken: found[1] }
  }
  const recordPaid = async (merchant: string, orderId: string) => void paid.push(`${merchant} ${orderId}`)
  const { app, webhook } = platform({ find }, memoryStore(), recordPaid)
  const pay = async (merchant: string, token = tokenOf(merchant)) => {
    const to = `/webhooks/coins-ph/${merchant}`
    const { status } = await deliver(app, coinsPh({ token }), sample('coins-ph', 'payment.confirmed')).to(to)
    return status
  }
  return { tokens, paid, webhook, pay }
}

let page: Block

export const TENANT_RUNS: Runs = {
  async 'docs/tenants.md > Tenants'(block) {
    page = block
    const { paid, pay } = await newPlatform(block)
    expect(await pay('acme')).toBe(200)
    expect(await pay('acme')).toBe(200)
    expect(await pay('bolt')).toBe(200)
    expect(await pay('bolt', tokenOf('acme'))).toBe(401)
    expect(await pay('nobody')).toBe(401)
    // Found without regard to case: refused, and not handled a second time.
    expect(await pay('ACME', tokenOf('acme'))).toBe(503)
    expect(paid).toEqual(['acme ORDER-1001', 'bolt ORDER-1001'])
  },
  async 'docs/tenants.md > Loading and forgetting'({ code }) {
    const { changeSecret } = await runBlock(code)
    const { tokens, webhook, pay } = await newPlatform(page)
    expect(await pay('acme')).toBe(200)
    await changeSecret(
      webhook,
      { set: async (id: string, token: string) => void tokens.set(id, token) },
      'acme',
      tokenOf('acme', 2),
    )
    expect(await pay('acme')).toBe(401)
    expect(await pay('acme', tokenOf('acme', 2))).toBe(200)
  },
}
