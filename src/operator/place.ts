/** The place of one request: the path of the page as the browser sees it, the current store, and the operator. */
export interface Place {
  readonly store: string
  /** The names of all stores. */
  readonly stores: readonly string[]
  /** Null if `authorize` returns no name. */
  readonly operator: string | null
  /** Returns the address of an order in the shop; null if the option is not set. */
  readonly orderUrl: ((orderId: string) => string) | null
  /** The address of a view, including the store if there are several. Fields that are null or undefined are left out. */
  readonly link: (path: string, fields?: Readonly<Record<string, string | null | undefined>>) => string
}

interface Parts extends Omit<Place, 'link'> {
  readonly base: string
}

export function placeAt({ base, ...parts }: Parts): Place {
  const { store, stores } = parts
  return {
    ...parts,
    link(path, fields = {}) {
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries({ ...(stores.length > 1 && { store }), ...fields }))
        if (typeof value === 'string' && value !== '') query.set(name, value)
      return `${base}${path}${query.size === 0 ? '' : `?${query}`}`
    },
  }
}
