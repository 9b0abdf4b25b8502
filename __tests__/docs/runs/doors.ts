/** The blocks of docs/doors.md, each behind a listening server. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http, { type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as honoServer from '@hono/node-server'
import { expect } from '@jest/globals'
import Fastify from 'fastify'
import request from 'supertest'
import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
import { sample, signedRequest } from 'express-payment-webhooks/testing'
import { runBlock } from '../run-block.js'
import { newScene, providers } from '../scene.js'
import { root } from '../snippets.js'
import type { Runs } from './run.js'

/** `createServer` whose servers listen on any free port of this machine, whatever port the block names. */
function onAFreePort() {
  const servers: Server[] = []
  const createServer = (listener: RequestListener) => {
    const server = http.createServer(listener)
    const listen = server.listen.bind(server)
    server.listen = (() => listen(0, '127.0.0.1')) as typeof server.listen
    servers.push(server)
    return server
  }
  return { servers, modules: { 'node:http': { ...http, createServer } } }
}

async function withServer(server: Server, run: (url: string) => Promise<void>): Promise<void> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.close()
  }
}

const sendTo = (url: string, name: keyof typeof providers, payload: object) => {
  const { headers, body } = signedRequest(providers[name], payload)
  return request(url).post('').set(headers).send(body)
}

export const DOOR_RUNS: Runs = {
  async 'docs/doors.md > Without a door, or with several'({ code }) {
    const { globals, orders } = newScene()
    const { callback, receiver } = await runBlock(code, { globals })
    const { headers, body } = signedRequest(providers['coins-ph'], sample('coins-ph', 'payment.confirmed'))
    expect(await callback(body, headers)).toMatchObject({ status: 200, body: 'OK' })
    expect(await callback(`${body} `, {})).toMatchObject({ status: 401 })
    expect(orders.rows.get('ORDER-1001')?.status).toBe('paid')
    await receiver.close()
    expect(await callback(body, headers)).toMatchObject({ status: 503 })
  },
  async 'docs/doors.md > Without a door, or with several (2)'({ code }) {
    const { globals, orders } = newScene()
    const onFreePort = () => {
      const app = Fastify()
      const listen = app.listen.bind(app)
      return Object.assign(app, { listen: () => listen({ port: 0 }) })
    }
    const { app } = await runBlock(code, { globals, modules: { fastify: { __esModule: true, default: onFreePort } } })
    const { server } = app as ReturnType<typeof onFreePort>
    await withServer(server, async (url) => {
      const paid = sample('coins-ph', 'payment.confirmed')
      for (let times = 0; times < 2; times++)
        await sendTo(`${url}/webhooks/coins-ph`, 'coins-ph', paid).expect(200, 'OK')
      await request(`${url}/webhooks/coins-ph`).post('').send(paid).expect(401)
      await request(`${url}/webhooks/coins-ph`).post('').expect(401)
    })
    expect(orders.rows.get('ORDER-1001')?.status).toBe('paid')
    await (app as ReturnType<typeof onFreePort>).close()
  },
  async 'docs/doors.md > In front of Express'({ code }) {
    const { globals, orders } = newScene()
    const { servers, modules } = onAFreePort()
    await runBlock(code, { globals, modules })
    await withServer(servers[0]!, async (url) => {
      await sendTo(`${url}/webhooks/coins-ph`, 'coins-ph', sample('coins-ph', 'payment.confirmed')).expect(200)
    })
    expect(orders.rows.get('ORDER-1001')?.status).toBe('paid')
  },
  async 'docs/doors.md > In front of Express (2)'({ code }) {
    const { globals, orders } = newScene()
    const { servers, modules } = onAFreePort()
    const webhook = paymentWebhook(providers['city-pay'], {
      store: memoryStore(),
      on: { 'payment.confirmed': (event) => orders.recordPaid(event.orderId, event.received) },
    })
    await runBlock(code, { globals: { ...globals, webhook }, modules })
    await withServer(servers[0]!, async (url) => {
      await sendTo(`${url}/webhooks/city-pay`, 'city-pay', sample('city-pay', 'payment.confirmed')).expect(200)
      await request(url).get('/elsewhere').expect(404)
    })
    expect(orders.rows.get('ORDER-1001')?.status).toBe('paid')
  },
  async 'docs/doors.md > Request and Response'({ code }) {
    const { globals, orders } = newScene()
    // `next build` loads the file in an environment without the secret.
    const { COINS_PH_TOKEN } = process.env
    delete process.env['COINS_PH_TOKEN']
    const { POST } = await runBlock(code, { globals })
    process.env['COINS_PH_TOKEN'] = COINS_PH_TOKEN
    const { headers, body } = signedRequest(providers['coins-ph'], sample('coins-ph', 'payment.confirmed'))
    const answer = (await POST(new Request('http://shop.example/', { method: 'POST', headers, body }))) as Response
    expect([answer.status, orders.rows.get('ORDER-1001')?.status]).toEqual([200, 'paid'])
  },
  async 'docs/doors.md > Request and Response (2)'({ code }) {
    const { globals } = newScene()
    let server: Server | undefined
    const serve = (app: { fetch: () => Response }) =>
      (server = honoServer.serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server)
    await runBlock(code, { globals, modules: { '@hono/node-server': { ...honoServer, serve } } })
    // The block uses a network reserved for documentation, so no real sender can be in it.
    await withServer(server!, async (url) => {
      await sendTo(`${url}/webhooks/city-pay`, 'city-pay', sample('city-pay', 'payment.confirmed')).expect(401)
    })
  },

  async 'docs/doors.md > Bundlers and TypeScript'({ code }) {
    const folder = mkdtempSync(join(tmpdir(), 'bundle-'))
    writeFileSync(join(folder, 'server.js'), "import express from 'express'\nconsole.log(typeof express())\n")
    const [, command, ...args] = code.trim().split(' ')
    expect(command).toBe('esbuild')
    await promisify(execFile)(join(root, 'node_modules/.bin/esbuild'), args, { cwd: folder })
    // The package stays outside of the bundle: inside, its own requires would be lost.
    expect(readFileSync(join(folder, 'server.bundle.mjs'), 'utf8')).toContain('from "express"')
    rmSync(folder, { recursive: true })
  },
}
