/** Handwritten shops from the view of the test, which outlives them. */
import { afterAll } from '@jest/globals'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { compiledProgram } from './compiled-program.js'
import type { Faults } from './handwritten-shop.js'

const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) if (child.connected) child.disconnect()
})

/** Starts a shop, and answers its address. */
export async function startHandwritten(secret: string, faults: Faults): Promise<string> {
  const args = [JSON.stringify([secret, faults])]
  const child = fork(compiledProgram(path.join(__dirname, 'handwritten-process.ts')), args)
  children.push(child)
  const [port] = (await once(child, 'message')) as [number]
  return `http://127.0.0.1:${port}`
}
