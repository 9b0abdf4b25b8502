/** What there is to buy. */
import type { CataloguePageProps } from './props.js'

export function CataloguePage(props: CataloguePageProps) {
  return <pre>{JSON.stringify(props, null, 2)}</pre>
}
