/** Names of tenants come from the paths of requests, so anybody writes them: into a look-up, a log and a record. */

/** What ids, slugs and domains are made of; nothing that a path, a query or a log takes for its own. */
const TENANT_ID = /^[A-Za-z0-9][\w.:-]{0,127}$/

/** Also where a shop keeps its tenants in a plain object, `constructor` is none of them. */
export function isTenantId(id: unknown): id is string {
  return typeof id === 'string' && TENANT_ID.test(id) && !(id in {})
}
