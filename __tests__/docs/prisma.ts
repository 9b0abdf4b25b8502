/** Replaces the client that Prisma generates for the recipe, because its tools would have to be downloaded. */
import pg from 'pg'

/** The part of the client that the recipe uses, with the signatures of 7.10. */
export const PRISMA_TYPES = `
declare module '@prisma/adapter-pg' {
  export class PrismaPg {
    constructor(options: { connectionString?: string | undefined })
  }
}

declare module '*/generated/prisma/client.js' {
  import type { PrismaPg } from '@prisma/adapter-pg'

  interface Client {
    order: {
      updateMany(args: { where?: { id?: string }; data: { status?: string } }): Promise<{ count: number }>
    }
    handledEvent: {
      createMany(args: { data: { key: string; at?: Date }[]; skipDuplicates?: boolean }): Promise<{ count: number }>
    }
  }
  export class PrismaClient {
    constructor(options: { adapter: PrismaPg })
    $transaction<R>(run: (tx: Client) => Promise<R>): Promise<R>
  }
}
`

/** The tables of the recipe's models. */
export const PRISMA_TABLES = `
  CREATE TABLE "Order" (id text PRIMARY KEY, status text NOT NULL);
  CREATE TABLE "HandledEvent" (key text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
`

class PrismaPg {
  readonly options: pg.PoolConfig
  constructor(options: pg.PoolConfig) {
    this.options = options
  }
}

class PrismaClient {
  readonly #options: pg.PoolConfig
  constructor({ adapter }: { readonly adapter: PrismaPg }) {
    this.#options = adapter.options
  }

  async $transaction<Result>(run: (tx: object) => Promise<Result>): Promise<Result> {
    const client = new pg.Client(this.#options)
    await client.connect()
    const count = async (statement: string, values: unknown[]) => ({
      count: (await client.query(statement, values)).rowCount,
    })
    try {
      await client.query('BEGIN')
      const result = await run({
        order: {
          updateMany: ({ where, data }: { where: { id: string }; data: { status: string } }) =>
            count('UPDATE "Order" SET status = $2 WHERE id = $1', [where.id, data.status]),
        },
        handledEvent: {
          createMany: ({ data: [note] }: { data: { key: string }[] }) =>
            count('INSERT INTO "HandledEvent" (key) VALUES ($1) ON CONFLICT DO NOTHING', [note!.key]),
        },
      })
      await client.query('COMMIT')
      return result
    } finally {
      // Undoes uncommitted changes.
      await client.end()
    }
  }
}

export const PRISMA_MODULES = {
  '@prisma/adapter-pg': { PrismaPg },
  './generated/prisma/client.js': { PrismaClient },
}
