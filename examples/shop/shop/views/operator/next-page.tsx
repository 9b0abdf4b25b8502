/** The link to older entries. */
interface NextPageProps {
  readonly path: string
  /** The list's filter, by query parameter; null for none. */
  readonly filter: Readonly<Record<string, string | null>>
  /** The start of the next page; null on the last one. */
  readonly before: string | null
}

export function NextPage({ path, filter, before }: NextPageProps) {
  if (before === null) return null
  const query = new URLSearchParams({ before })
  for (const [name, value] of Object.entries(filter)) if (value !== null) query.set(name, value)
  return (
    <p>
      <a class="button" href={`${path}?${query.toString()}`}>
        Older
      </a>
    </p>
  )
}
