/** An application on its own port, on the loopback interface. */
import { createServer, type RequestListener, type ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RunningServer {
  readonly port: number
  close(): Promise<void>
}

/** @param options.port a free port, if it must be known before */
export async function startServer(
  listener: RequestListener,
  { port = 0, ...options }: ServerOptions & { readonly port?: number } = {},
): Promise<RunningServer> {
  const server = createServer(options, listener)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
