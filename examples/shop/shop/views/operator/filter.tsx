/** Links that limit a list to one value, or show all of it again. */
interface FilterProps {
  readonly label: string
  readonly path: string
  /** The name of the query parameter. */
  readonly parameter: string
  /** The chosen value; null for all. */
  readonly chosen: string | null
  readonly choices: readonly { readonly value: string; readonly label: string; readonly count?: number }[]
}

export function Filter({ label, path, parameter, chosen, choices }: FilterProps) {
  return (
    <nav class="filter" aria-label={label}>
      <a href={path} aria-current={chosen === null ? 'true' : undefined}>
        All
      </a>
      {choices.map((choice) => (
        <a
          key={choice.value}
          href={`${path}?${new URLSearchParams({ [parameter]: choice.value }).toString()}`}
          aria-current={choice.value === chosen ? 'true' : undefined}
        >
          {choice.label}
          {choice.count !== undefined && <span class="count">{choice.count}</span>}
        </a>
      ))}
    </nav>
  )
}
