/** Accounts at providers, each with the secret of the shop, to sign as the provider does. */
import { text } from 'node:stream/consumers'
import { ConfigurationError } from '../errors.js'
import type { Provider } from '../provider.js'
import { cityPay } from '../providers/city-pay/index.js'
import { coinbarPay } from '../providers/coinbar-pay/index.js'
import { coinsPh } from '../providers/coins-ph/index.js'
import { cryptoGateway } from '../providers/crypto-gateway/index.js'
import type { SampleProvider } from '../testing/sample.js'
import { usageError, type Values } from './command.js'
import type { Io } from './io.js'

/** An account at a provider, as the environment describes it. */
export interface Account {
  /** Fields that name the account in every payload. */
  readonly fields: Readonly<Record<string, string>>
  /** Signs as the provider does, also with another secret or at another time. */
  readonly signer: (otherwise?: { readonly secret?: string; readonly now?: () => number }) => Signer
}

export type Signer = Pick<Provider, 'name' | 'authentication' | 'format' | 'sign'>

interface AccountKind {
  /** The environment variable of the secret; undefined where callbacks carry no proof. */
  readonly secretVariable?: string
  /** The option of the provider's factory that takes the secret. */
  readonly secretOption?: string
  readonly open: (secret: string | undefined, values: Values, env: Io['env']) => Account
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
    open(secretKey, _values, env) {
      const clientId = variable(env, CLIENT_ID_VARIABLE)
      return {
        fields: { service_client_id: clientId },
        signer: ({ secret = secretKey } = {}) => coinbarPay({ clientId, secretKey: secret }),
      }
    },
  },
  'city-pay': { open: () => ({ fields: {}, signer: () => cityPay({ orderToken: () => null }) }) },
}

/** For the help. A secret is never an argument, because shells keep arguments and the list of processes shows them. */
export const SECRETS_HELP = `Secrets come from the environment: ${[
  ...Object.values(KINDS).flatMap(({ secretVariable }) => secretVariable ?? []),
  CLIENT_ID_VARIABLE,
].join(', ')}.`

/** @throws CommandError when a secret is missing or unusable */
export async function openAccount(name: SampleProvider, values: Values, io: Io): Promise<Account> {
  const { secretVariable, secretOption = '', open } = KINDS[name]
  const secret = secretVariable === undefined ? undefined : await readSecret(secretVariable, values, io)
  try {
    const account = open(secret, values, io.env)
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

/** The message of a provider names its option. An operator knows the source of the value instead. */
function namingSource(message: string, sources: Readonly<Record<string, string | undefined>>): string {
  return message.replace(/^(?:\w+: )?(\w+)/, (whole, option: string) => sources[option] ?? whole)
}

async function readSecret(name: string, values: Values, io: Io): Promise<string> {
  if (values['secret-stdin'] !== true) return variable(io.env, name, ', or pipe the secret in with --secret-stdin')
  const { stdin } = io
  if (stdin.isTTY === true)
    throw usageError('--secret-stdin reads the secret from a pipe, so that no terminal shows it')
  return (await text(stdin)).replace(/\r?\n$/, '')
}

function variable(env: Io['env'], name: string, otherwise = ''): string {
  const value = env[name] ?? ''
  if (value === '') throw usageError(`${name} is not set: set it${otherwise}`)
  return value
}
