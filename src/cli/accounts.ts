/** Accounts to sign for, each with the secret the shop has. */
import { text } from 'node:stream/consumers'
import { ConfigurationError } from '../errors.js'
import type { Provider } from '../provider.js'
import { cityPay } from '../providers/city-pay/index.js'
import { coinbarPay } from '../providers/coinbar-pay/index.js'
import { coinsPh } from '../providers/coins-ph/index.js'
import { cryptoGateway } from '../providers/crypto-gateway/index.js'
import type { SampleProvider } from '../testing/sample.js'
import { usageError, type Values } from './command.js'

/** An account with a provider, as the environment has it. */
export interface Account {
  /** What a payload must carry to be the account's own. */
  readonly fields: Readonly<Record<string, string>>
  /** Signs as the provider would; with another secret or at another time where a test wants that. */
  readonly signer: (otherwise?: { readonly secret?: string; readonly now?: () => number }) => Signer
}

export type Signer = Pick<Provider, 'name' | 'authentication'>

interface AccountKind {
  /** The environment variable of the secret; undefined where callbacks carry none. */
  readonly secretVariable?: string
  /** What the provider calls the secret. */
  readonly secretOption?: string
  readonly open: (secret: string | undefined, values: Values) => Account
}

const CLIENT_ID_VARIABLE = 'COINBAR_CLIENT_ID'

const KINDS: Readonly<Record<SampleProvider, AccountKind>> = {
  'coins-ph': {
    secretVariable: 'COINS_PH_TOKEN',
    secretOption: 'token',
    open: (token) => ({ fields: {}, signer: ({ secret = token } = {}) => coinsPh({ token: secret }) }),
  },
  'crypto-gateway': {
    secretVariable: 'GATEWAY_SECRET',
    secretOption: 'secret',
    open(own, { timestamped = false }) {
      const mode = timestamped ? 'timestamped' : 'body'
      return {
        fields: {},
        signer: ({ secret = own, now = Date.now } = {}) => cryptoGateway({ secret, mode, now }),
      }
    },
  },
  'coinbar-pay': {
    secretVariable: 'COINBAR_SECRET_KEY',
    secretOption: 'secretKey',
    open(secretKey) {
      const clientId = variable(CLIENT_ID_VARIABLE)
      return {
        fields: { service_client_id: clientId },
        signer: ({ secret = secretKey } = {}) => coinbarPay({ clientId, secretKey: secret }),
      }
    },
  },
  'city-pay': { open: () => ({ fields: {}, signer: () => cityPay({ orderToken: () => null }) }) },
}

/** For the help: secrets are never arguments, which shells remember and the list of processes shows. */
export const SECRETS_HELP = `Secrets come from the environment: ${[
  ...Object.values(KINDS).flatMap(({ secretVariable }) => secretVariable ?? []),
  CLIENT_ID_VARIABLE,
].join(', ')}.`

/** @throws CommandError when a secret is missing or unusable */
export async function openAccount(name: SampleProvider, values: Values): Promise<Account> {
  const { secretVariable, secretOption = '', open } = KINDS[name]
  const secret = secretVariable === undefined ? undefined : await readSecret(secretVariable, values)
  try {
    const account = open(secret, values)
    account.signer()
    return account
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const secretSource = values['secret-stdin'] === true ? 'the secret on standard input' : secretVariable
    throw usageError(namingSource(error.message, { [secretOption]: secretSource, clientId: CLIENT_ID_VARIABLE }))
  }
}

/** @throws CommandError when the provider has no such mode */
export function checkTimestamped(provider: SampleProvider, { timestamped = false }: Values): void {
  if (timestamped && provider !== 'crypto-gateway') throw usageError('--timestamped is for the crypto-gateway')
}

/** Providers name the option that is wrong. Whoever runs a command knows where its value came from instead. */
function namingSource(message: string, sources: Readonly<Record<string, string | undefined>>): string {
  return message.replace(/^(?:\w+: )?(\w+)/, (whole, option: string) => sources[option] ?? whole)
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
