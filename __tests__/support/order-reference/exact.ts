/** Exact amounts without the library that the package uses: whole numbers of 10^-24. */
const PLACES = 24

export function exact(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(PLACES, '0'))
}

export function written(amount: bigint): string {
  const digits = amount.toString().padStart(PLACES + 1, '0')
  return `${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`.replace(/\.?0+$/, '')
}

export const total = (amounts: readonly bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n)

export const most = (amounts: readonly bigint[]) =>
  amounts.reduce((best, amount) => (amount > best ? amount : best), 0n)

export const notBelowZero = (amount: bigint) => (amount > 0n ? amount : 0n)
