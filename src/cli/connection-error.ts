/** Connection errors in words, with the fix. The code stays in the text so that a reader can look it up. */

interface Advice {
  readonly problem: string
  readonly fix: string
}

const UNKNOWN_AUTHORITY: Advice = {
  problem: 'its certificate is signed by nobody whom Node knows',
  fix: 'save the certificate of its authority, or the certificate itself if it is self-signed, as a PEM file, and set NODE_EXTRA_CA_CERTS=<file>',
}
const NO_ANSWER: Advice = {
  problem: 'no answer from this host',
  fix: 'check host, port and TLS in the URL (rediss:// and https:// are with TLS), and any firewall in between',
}
const CLOSED: Advice = {
  problem: 'the connection was closed without an answer',
  fix: 'check port and TLS in the URL (rediss:// and https:// are with TLS)',
}
const NOT_TLS: Advice = {
  problem: 'the server does not speak TLS on this port',
  fix: 'name its TLS port, or use the URL without TLS',
}

const OTHER_PROGRAM: Advice = {
  problem: 'another program than Redis answers there',
  fix: 'correct the port in the URL',
}

const ADVICE: Readonly<Record<string, Advice>> = {
  ECONNREFUSED: {
    problem: 'nothing listens there',
    fix: 'start the server, or correct the host and the port in the URL',
  },
  ENOTFOUND: { problem: 'there is no such host', fix: 'correct the host in the URL' },
  EAI_AGAIN: { problem: 'the host cannot be looked up now', fix: 'check the network and its name server' },
  ETIMEDOUT: NO_ANSWER,
  EHOSTUNREACH: NO_ANSWER,
  ENETUNREACH: NO_ANSWER,
  UND_ERR_CONNECT_TIMEOUT: NO_ANSWER,
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  UND_ERR_SOCKET: CLOSED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: { problem: 'its certificate has expired', fix: 'renew the certificate of the server' },
  CERT_NOT_YET_VALID: {
    problem: 'its certificate is not valid yet',
    fix: 'correct the clock of this machine, or the certificate',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    problem: 'its certificate is for another host name',
    fix: 'write the host in the URL as the certificate does',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NOT_TLS,
  EPROTO: NOT_TLS,
}

/** Errors of clients that carry no code. */
const WITHOUT_CODE: readonly (readonly [RegExp, Advice])[] = [
  [/^Socket closed unexpectedly|^Connection is closed|^Connection terminated unexpectedly/, CLOSED],
  [/^Unknown RESP type|^Protocol error/, OTHER_PROGRAM],
  [/^Connection timeout|^timeout exceeded when trying to connect|due to connection timeout$/, NO_ANSWER],
]

/** Undefined if the error is not a connection error. */
export function connectionProblem(error: unknown): string | undefined {
  const { code, address, port } = firstOf(error) as { code?: unknown; address?: unknown; port?: unknown }
  if (typeof code === 'string' && Object.hasOwn(ADVICE, code)) {
    const { problem, fix } = ADVICE[code]!
    const place = typeof address === 'string' && typeof port === 'number' ? ` ${address}:${port}` : ''
    return `${problem} (${code}${place}). To fix it, ${fix}`
  }
  const message = messageOf(error)
  const advice = WITHOUT_CODE.find(([pattern]) => pattern.test(message))?.[1]
  return advice && `${advice.problem}. To fix it, ${advice.fix}`
}

/** The message of an error from other code. The thrown value can be anything. */
export function messageOf(error: unknown): string {
  const { message, code } = firstOf(error) as { message?: unknown; code?: unknown }
  return String(message || code || error)
}

/** Ends the message with a full stop if it has no end. */
export function sentence(message: string): string {
  return /[.?!]$/.test(message) ? message : `${message}.`
}

/** A host with several addresses fails with one error for each address, and with no message of its own. */
function firstOf(error: unknown): object {
  const { errors, message } = Object(error) as { errors?: unknown; message?: unknown }
  return Array.isArray(errors) && errors.length > 0 && !message ? firstOf(errors[0]) : (Object(error) as object)
}
