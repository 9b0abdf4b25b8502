/** Providers to sign with, each with the secret the shop has. */
import { text } from 'node:stream/consumers'
import { ConfigurationError } from '../errors.js'
import type { Provider } from '../provider.js'
import { cityPay } from '../providers/city-pay.js'
import { coinbarPay } from '../providers/coinbar-pay.js'
import { coinsPh } from '../providers/coins-ph.js'
import { cryptoGateway } from '../providers/crypto-gateway.js'
import type { SampleProvider } from '../testing/sample.js'
import { usageError, type Values } from './command.js'

export interface Signer {
  readonly provider: Pick<Provider, 'authentication'>
  /** What a payload must carry to be the account's own. */
  readonly fields: Readonly<Record<string, string>>
}

interface Account {
  /** The environment variable of the secret; undefined where callbacks carry none. */
  readonly secretVariable?: string
  readonly create: (secret: string | undefined, values: Values) => Signer
}

const CLIENT_ID_VARIABLE = 'COINBAR_CLIENT_ID'

const ACCOUNTS: Readonly<Record<SampleProvider, Account>> = {
  'coins-ph': {
    secretVariable: 'COINS_PH_TOKEN',
    create: (token) => ({ provider: coinsPh({ token }), fields: {} }),
  },
  'crypto-gateway': {
    secretVariable: 'GATEWAY_SECRET',
    create: (secret, { timestamped = false }) => ({
      provider: cryptoGateway({ secret, mode: timestamped ? 'timestamped' : 'body' }),
      fields: {},
    }),
  },
  'coinbar-pay': {
    secretVariable: 'COINBAR_SECRET_KEY',
    create(secretKey) {
      const clientId = variable(CLIENT_ID_VARIABLE)
      return { provider: coinbarPay({ clientId, secretKey }), fields: { service_client_id: clientId } }
    },
  },
  'city-pay': { create: () => ({ provider: cityPay({ orderToken: () => null }), fields: {} }) },
}

/** For the help: secrets are never arguments, which shells remember and the list of processes shows. */
export const SECRETS_HELP = `Secrets come from the environment: ${[
  ...Object.values(ACCOUNTS).flatMap(({ secretVariable }) => secretVariable ?? []),
  CLIENT_ID_VARIABLE,
].join(', ')}.`

/** @throws CommandError when a secret is missing or unusable */
export async function signerFor(name: SampleProvider, values: Values): Promise<Signer> {
  const { secretVariable, create } = ACCOUNTS[name]
  const secret = secretVariable === undefined ? undefined : await readSecret(secretVariable, values)
  try {
    return create(secret, values)
  } catch (error) {
    throw error instanceof ConfigurationError ? usageError(error.message) : error
  }
}

async function readSecret(name: string, values: Values): Promise<string> {
  if (values['secret-stdin'] !== true) return variable(name, ', or pipe the secret in with --secret-stdin')
  if (process.stdin.isTTY) throw usageError('--secret-stdin reads the secret from a pipe, so that no terminal shows it')
  return (await text(process.stdin)).replace(/\r?\n$/, '')
}

function variable(name: string, otherwise = ''): string {
  const value = process.env[name] ?? ''
  if (value === '') throw usageError(`${name} is not set: set it${otherwise}`)
  return value
}
