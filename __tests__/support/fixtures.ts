import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(__dirname, '..', 'fixtures')

/** The exact bytes of a payload file. */
export function fixture(provider: string, name: string): Buffer {
  return readFileSync(join(ROOT, provider, `${name}.json`))
}

export function fixtureNames(provider: string): string[] {
  return readdirSync(join(ROOT, provider)).map((file) => file.replace(/\.json$/, ''))
}

export interface VectorCase {
  readonly name: string
  readonly raw_body: string
  readonly headers: Record<string, string>
  readonly valid: boolean
}

/** Published authentication vectors: exact bodies, headers and whether they must be accepted. */
export const vectors = JSON.parse(readFileSync(join(ROOT, 'vectors.json'), 'utf8')) as {
  readonly coinbar: {
    readonly secret: string
    readonly service_client_id: string
    readonly cases: readonly VectorCase[]
  }
  readonly 'coins-ph': { readonly merchant_api_token: string; readonly cases: readonly VectorCase[] }
  readonly 'crypto-gateway': {
    readonly webhook_secret: string
    readonly cases: readonly VectorCase[]
    readonly timestamped_variant: {
      readonly cases: readonly (Omit<VectorCase, 'valid'> & {
        readonly valid_in_timestamped_mode: boolean
        readonly valid_in_body_mode: boolean
      })[]
    }
  }
}
