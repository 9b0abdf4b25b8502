/** Where one request is: the path of the page as the browser sees it, the store that is looked at, and who looks. */
export interface Place {
  readonly store: string
  /** The names of all stores. */
  readonly stores: readonly string[]
  /** Null where `authorize` does not say. */
  readonly operator: string | null
  /** The address of a view, with the store in it where there are several. Fields that are null or undefined are left out. */
  link(path: string, fields?: Readonly<Record<string, string | null | undefined>>): string
}

export function placeAt(parts: Pick<Place, 'store' | 'stores' | 'operator'> & { readonly base: string }): Place {
  const { base, store, stores, operator } = parts
  return {
    store,
    stores,
    operator,
    link(path, fields = {}) {
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries({ ...(stores.length > 1 && { store }), ...fields }))
        if (typeof value === 'string' && value !== '') query.set(name, value)
      return `${base}${path}${query.size === 0 ? '' : `?${query}`}`
    },
  }
}
