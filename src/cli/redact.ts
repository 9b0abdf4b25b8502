/** Clients put into their errors what they like; a password must not be among it. */

export function redact(message: string, url: string | undefined): string {
  const hidden = message.replace(/\b[a-z][a-z0-9+.-]*:\/\/\S*@\S*/gi, '***')
  return secretsOf(url ?? '').reduce((text, secret) => text.replaceAll(secret, '***'), hidden)
}

function secretsOf(url: string): string[] {
  // Not every URL with a password can be parsed, so the text between the user's colon and the last @ counts as well.
  const raw = /^[^:]+:\/\/[^:/]*:(.*)@/.exec(url)?.[1] ?? ''
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const passwords = [raw, parsed?.password ?? '', parsed?.searchParams.get('password') ?? '']
  return [url, ...passwords, ...passwords.map(decoded)]
    .filter((secret) => secret !== '')
    .sort((a, b) => b.length - a.length)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
