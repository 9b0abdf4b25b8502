/** The README's first shop, typed exactly as printed: installed, saved, started, sent its sample, and tested. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

const TIME_LIMIT_MS = 120_000

/** The `type` in a newcomer's package.json: npm 11 writes the first, npm 10 none, and the docs require the last. */
const TYPES = ['commonjs', undefined, 'module']

export async function checkFirstShop(check, { folder, root, tarball }) {
  const cwd = join(folder, 'first-shop')
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const [install, shop, send] = blocks(readme, 'In your shop')
  const port = String(await freePort())
  const quietly = '--no-audit --no-fund --no-package-lock --ignore-scripts'
  const withQuiet = (line) => line.replaceAll('npm install', `npm install ${quietly}`)
  const setType = async (type) => {
    const path = join(cwd, 'package.json')
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), type }))
  }

  await check('README: the first shop starts and takes its sample twice, handled once', async () => {
    await mkdir(cwd)
    await writeFile(join(cwd, 'shop.ts'), shop.replace('3000', port))
    await writeFile(join(cwd, 'package.json'), '{ "private": true }')
    await inShell(withQuiet(install.replace(' express-payment-webhooks', ` ${tarball}`)), cwd)
    for (const type of TYPES) {
      await setType(type)
      // Typed twice: by then the first shop must have ended, because it has another secret.
      const printed = await inShell(send.replace('3000', port).repeat(2), cwd)
      assert.equal(printed.match(/^200 .*\n200 /gm)?.length, 2, printed)
      const paid = 'ORDER-1001 is paid: 49.9 EUR'
      assert.deepEqual(printed.match(/^ORDER-1001 is paid: .*$/gm), [paid, paid])
    }
  })

  await check('README: the test of the first shop passes', async () => {
    const [, section] = readme.split(/^## Testing your shop$/m)
    const [installed, listen, , saved, run] = [...section.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code)
    assert.equal(listen, shop.trim().split('\n').at(-1))
    await writeFile(join(cwd, 'shop.ts'), shop.replace(`${listen}\n`, ''))
    await writeFile(join(cwd, saved), blocks(readme, 'Testing your shop')[0])
    await inShell(withQuiet(installed), cwd)
    const [secret] = send.split('\n')
    for (const type of TYPES) {
      await setType(type)
      assert.match(await inShell(`${secret}\n${run}`, cwd), /pass 1$/m)
    }
  })
}

/** The code blocks below a heading. */
function blocks(page, heading) {
  const [, section] = page.split(new RegExp(`^## ${heading}$`, 'm'))
  return [...section.split(/^## /m)[0].matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(([, code]) => code)
}

/** A separate process group, so that the shop in the background ends with it. */
async function inShell(text, cwd) {
  const shell = spawn('bash', ['-e', '-c', text], { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const end = () => {
    try {
      process.kill(-shell.pid, 'SIGKILL')
    } catch {
      // The whole group has already ended.
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
