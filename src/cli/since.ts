/** `--since`: a time, or an age such as two hours. */
import { clock } from '../lib/clock.js'
import { usageError, type Values } from './command.js'

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** @throws CommandError when the value is neither a time nor an age */
export function sinceOption({ since }: Values): Date | undefined {
  if (since === undefined) return undefined
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(since) ?? []
  const isTime = /^\d{4}-\d\d-\d\d/.test(since)
  const at = unit === undefined ? Date.parse(since) : clock.now() - Number(amount) * UNITS[unit as keyof typeof UNITS]
  if (Number.isNaN(at) || (unit === undefined && !isTime))
    throw usageError('--since must be a time in ISO 8601, or how long ago, such as 30s, 90m, 24h or 7d')
  return new Date(at)
}
