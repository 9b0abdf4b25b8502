/** A request that ends with an error page. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: 400 | 403 | 404 | 503

  constructor(status: HttpError['status']) {
    super(`status ${status}`)
    this.status = status
  }
}
