/** The first shop of the README, typed as it stands there: installed, saved, started, and sent its sample. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

const TIME_LIMIT_MS = 120_000

export async function checkFirstShop(check, { folder, root, tarball }) {
  await check('README: the first shop starts and takes its sample twice, handled once', async () => {
    const cwd = join(folder, 'first-shop')
    const readme = await readFile(join(root, 'README.md'), 'utf8')
    const [, section] = readme.split(/^## In your shop$/m)
    const [install, shop, send] = [...section.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(([, code]) => code)
    const port = String(await freePort())
    await mkdir(cwd)
    await writeFile(join(cwd, 'package.json'), '{ "private": true, "type": "module" }')
    await writeFile(join(cwd, 'shop.ts'), shop.replace('3000', port))
    const quietly = '--no-audit --no-fund --no-package-lock --ignore-scripts'
    const typed = [install.replace(' express-payment-webhooks', ` ${tarball} ${quietly}`), send.replace('3000', port)]
    const printed = await inShell(typed.join(''), cwd)
    assert.match(printed, /^200 .*\n200 /m)
    assert.deepEqual(printed.match(/^ORDER-1001 is paid: 49\.9 EUR$/gm), ['ORDER-1001 is paid: 49.9 EUR'])
  })
}

/** A process group of its own, so that the shop in the background ends with it. */
async function inShell(text, cwd) {
  const shell = spawn('bash', ['-e', '-c', text], { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const end = () => {
    try {
      process.kill(-shell.pid, 'SIGKILL')
    } catch {
      // All of it has ended.
    }
  }
  const limit = setTimeout(end, TIME_LIMIT_MS)
  let printed = ''
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (printed += chunk))
  const [code] = await once(shell, 'exit')
  clearTimeout(limit)
  end()
  assert.equal(code, 0, printed)
  return printed
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}
