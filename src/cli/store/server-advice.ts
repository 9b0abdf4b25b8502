/** Refusals of database servers in words, with the fix. */

interface Advice {
  /** Matches the code and the message, with a space between them. */
  readonly pattern: RegExp
  readonly problem: string
  readonly fix: string
}

const POSTGRES: readonly Advice[] = [
  {
    pattern: /^28P01 |client password must be a string/,
    problem: 'it refuses the user name or password',
    fix: 'correct them in the URL, with / ? # @ and % escaped',
  },
  {
    pattern: /^28000 .*no encryption/,
    problem: 'it takes no connection without TLS from here',
    fix: 'add ?sslmode=verify-full to the URL',
  },
  {
    pattern: /^28000 no PostgreSQL user name/,
    problem: 'the URL has no user',
    fix: 'write user:password@ before the host in the URL, or set PGUSER and PGPASSWORD',
  },
  {
    pattern: /^28000 /,
    problem: 'it has no such user, or does not let the user in from here',
    fix: 'correct the user in the URL, or allow this address in pg_hba.conf',
  },
  {
    pattern: /^3D000 /,
    problem: 'it has no database of this name',
    fix: 'correct the name behind the host in the URL',
  },
  {
    pattern: /^42501 /,
    problem: 'this user may not read the table',
    fix: 'use the user of the shop, or grant SELECT and UPDATE',
  },
  {
    pattern: /^53300 /,
    problem: 'it has no connection left',
    fix: 'wait, or raise max_connections',
  },
  {
    pattern: /^57P03 /,
    problem: 'it is starting up or shutting down',
    fix: 'try again in a moment',
  },
  {
    pattern: /does not support SSL connections/,
    problem: 'it does not speak TLS',
    fix: 'remove sslmode from the URL',
  },
]

const REDIS: readonly Advice[] = [
  {
    pattern: / NOAUTH /,
    problem: 'it requires a password',
    fix: 'write :password@ or user:password@ before the host in the URL',
  },
  {
    pattern: / WRONGPASS | ERR invalid password/,
    problem: 'it refuses the user name or password',
    fix: 'correct them in the URL, with / ? # @ and % escaped',
  },
  {
    pattern: /without any password configured|no password is set/,
    problem: 'it has no password, and the URL has one',
    fix: 'remove the password from the URL',
  },
  {
    pattern: / NOPERM /,
    problem: 'this user may not run a command that is needed',
    fix: 'use the user of the shop',
  },
  {
    pattern: /DB index is out of range|invalid DB index/,
    problem: 'it has no database of this number',
    fix: 'correct the number behind the host in the URL',
  },
  {
    pattern: / LOADING /,
    problem: 'it is still loading its data',
    fix: 'try again in a moment',
  },
  {
    pattern: / READONLY /,
    problem: 'it is a replica, which takes no changes',
    fix: 'name the primary in the URL',
  },
  {
    pattern: / MOVED /,
    problem: 'another node of the cluster has the keys of the store',
    fix: 'name that node in the URL',
  },
]

const SQLITE: readonly Advice[] = [
  {
    pattern: /file is not a database/,
    problem: 'the file is not a database',
    fix: 'correct the path',
  },
  {
    pattern: /unable to open database file|SQLITE_CANTOPEN|Unable to open connection to local database/,
    problem: 'the file cannot be opened',
    fix: 'check that the path is a file, which this user may read and write, in a folder where this user may write',
  },
  {
    pattern: /database is locked/,
    problem: 'another process is writing to the file',
    fix: 'try again in a moment',
  },
]

export const SERVER_ADVICE: readonly Advice[] = [...POSTGRES, ...REDIS, ...SQLITE]
