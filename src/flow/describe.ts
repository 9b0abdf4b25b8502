/** What was thrown, as text. Anything may be thrown, and describing it must not throw again. */

export function messageOf(thrown: unknown): string {
  return textOf(() => (thrown instanceof Error ? thrown.message : thrown))
}

export function stackOf(thrown: unknown): string {
  return textOf(() => (thrown instanceof Error ? (thrown.stack ?? thrown.message) : thrown))
}

function textOf(read: () => unknown): string {
  try {
    return String(read())
  } catch {
    return 'something that cannot be shown as text'
  }
}
