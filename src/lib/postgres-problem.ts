/**
 * Explains in one line, with the fix, why a Postgres database cannot be used at all. Imports no client, because the
 * error contains enough.
 */

interface Advice {
  /** Matches the error's code and message, joined by a space. */
  readonly pattern: RegExp
  readonly problem: string
  readonly fix: string
}

const ADVICE: readonly Advice[] = [
  {
    pattern: /^28000 no PostgreSQL user name/,
    problem: 'the address names no user',
    fix: 'write postgres://USER:PASSWORD@HOST/DATABASE, or set PGUSER and PGPASSWORD',
  },
  {
    pattern: /^28000 /,
    problem: 'Postgres has no such user, or does not let it in from here',
    fix: 'correct the user in the address, or allow this machine in pg_hba.conf',
  },
  {
    pattern: /^28P01 |client password must be a string/,
    problem: 'Postgres refuses the user name or password',
    fix: 'correct them in the address, with / ? # @ and % escaped',
  },
  {
    pattern: /^3D000 /,
    problem: 'there is no database of this name',
    fix: 'run createdb, or correct the name after the host in the address',
  },
  {
    pattern: /^ECONNREFUSED /,
    problem: 'nothing listens at the address',
    fix: 'start Postgres, or correct the host and the port',
  },
  {
    pattern: /^(ENOTFOUND|EAI_AGAIN) /,
    problem: 'the host of the address cannot be found',
    fix: 'correct the host, or check the network and its name server',
  },
  {
    pattern: /timeout exceeded when trying to connect|due to connection timeout/,
    problem: 'Postgres does not answer at the address',
    fix: 'check host, port and any firewall in between, and that the pool has a connection left',
  },
]

/** Undefined for any other error. */
export function postgresProblem(error: unknown): string | undefined {
  const { code = '', message = '' } = Object(error) as { code?: unknown; message?: unknown }
  const advice = ADVICE.find(({ pattern }) => pattern.test(`${String(code)} ${String(message)}`))
  if (advice === undefined) return undefined
  return `${advice.problem}${code === '' ? '' : ` (${String(code)})`}. To fix it, ${advice.fix}`
}
