/** The way to what is older. */
interface NextPageProps {
  readonly path: string
  /** What the list is narrowed down to, by query parameter; null for nothing. */
  readonly filter: Readonly<Record<string, string | null>>
  /** Where the next page begins; null on the last one. */
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
