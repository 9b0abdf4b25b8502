/** Names of tenants come from the paths of requests, so anybody can send any text. It ends up in look-ups, logs and records. */

/** The characters of ids, slugs and domains; none has a meaning in a path, a query or a log. */
const TENANT_ID = /^[A-Za-z0-9][\w.:-]{0,127}$/

/** Excludes names such as `constructor`, because a shop may keep its tenants in a plain object. */
export function isTenantId(id: unknown): id is string {
  return typeof id === 'string' && TENANT_ID.test(id) && !(id in {})
}
