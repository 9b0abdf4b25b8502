/** Secrets for a shop and a sandbox on one machine: made at the first start, and kept from then on. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { newAccounts, type Accounts } from './sandbox/accounts.js'

export interface LocalSecrets {
  readonly accounts: Accounts
  readonly operatorToken: string
}

export function localSecrets(file: string): LocalSecrets {
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LocalSecrets) : null
  // The file has no account for a provider that the sandbox did not play at the first start.
  const accounts = { ...newAccounts(), ...known?.accounts }
  const secrets = { accounts, operatorToken: known?.operatorToken ?? randomBytes(24).toString('hex') }
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 })
  return secrets
}
