/** JSON in PHP's spelling. */

/**
 * Rewrites a JSON text as PHP's `json_encode` writes it with `JSON_UNESCAPED_UNICODE`: slashes and the two line
 * separators of Unicode are escaped, everything else is plain (php.net, json_encode).
 *
 * @param json a result of `JSON.stringify`
 */
export function asPhpWrites(json: string): string {
  return json.replaceAll('/', '\\/').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}
