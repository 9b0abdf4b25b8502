/** Counts a transfer once if it is reported under two names. */
import { compareDecimals } from '../money.js'
import type { Transfer } from './ledger.js'
import { mergeVerdicts } from './merge.js'

/** A transfer and its payment. */
interface Sent {
  readonly transfer: Transfer
  readonly provider: string
  readonly paymentId: string
}

/** A provider that has no id of its own for a transfer, or leaves it out, sends the chain hash instead. */
export function goesByHash({ id, hash }: Transfer): boolean {
  return id === hash
}

/**
 * Removes transfers that others report as well. Transfers named by their hash are compared, per address, with transfers
 * named by an id; the side with more final money is counted.
 * An address may have two names, its own and the provider's. So transfers that no name connects count as one address
 * too: it is better to miss money than to invent some.
 *
 * @param arrived the amount of these transfers that has arrived for good
 */
export function withoutEchoes<One extends Sent>(
  all: readonly One[],
  arrived: (transfers: readonly One[]) => string,
): readonly One[] {
  const weaker = (echoes: readonly One[], named: readonly One[]) =>
    compareDecimals(arrived(echoes), arrived(named)) > 0 ? named : echoes
  const uncounted = groupsByHash(all).flatMap(({ echoes, named }) => {
    const isPaired = ({ paymentId }: One, others: readonly One[]) =>
      others.some((other) => other.paymentId === paymentId)
    const pairs = echoes
      .filter((echo) => isPaired(echo, named))
      .map((echo) => ({ echoes: [echo], named: named.filter(({ paymentId }) => paymentId === echo.paymentId) }))
    const rest = {
      echoes: echoes.filter((echo) => !isPaired(echo, named)),
      named: named.filter((one) => !isPaired(one, echoes)),
    }
    if (rest.named.length > 0) pairs.push(rest)
    return pairs.flatMap((pair) => weaker(pair.echoes, pair.named))
  })
  return uncounted.length === 0 ? all : all.filter((one) => !uncounted.includes(one))
}

/** A chain transaction fails as a whole, so a failure reported under one name holds for the other. */
export function withSharedFailures<One extends Sent>(all: readonly One[]): readonly One[] {
  const groups = groupsByHash(all)
  if (groups.length === 0) return all
  return all.map((one) => {
    const others = groups.flatMap(({ echoes, named }) =>
      named.includes(one) ? echoes : echoes.includes(one) ? named : [],
    )
    const failures = others.flatMap(({ transfer: { verdicts } }) =>
      'failed' in verdicts ? [{ failed: verdicts.failed ?? null }] : [],
    )
    if (failures.length === 0) return one
    const { transfer } = one
    return { ...one, transfer: { ...transfer, verdicts: failures.reduce(mergeVerdicts, transfer.verdicts) } }
  })
}

/** The same text for both names of a transfer, once its hash is known. */
export function transferName({ provider, transfer: { id, hash } }: Sent): string {
  return `${provider} transfer ${hash ?? id}`
}

function groupsByHash<One extends Sent>(all: readonly One[]) {
  const echoes = all.filter(({ transfer }) => goesByHash(transfer))
  return echoes.map((echo) => ({
    echoes: echoes.filter((one) => isSameHash(one, echo)),
    named: all.filter((one) => !goesByHash(one.transfer) && isSameHash(one, echo)),
  }))
}

/** Some messages contain no hash. */
function isSameHash({ provider, transfer: { id, hash } }: Sent, echo: Sent): boolean {
  return provider === echo.provider && (hash === echo.transfer.hash || id === echo.transfer.hash)
}
