/** What a token must allow for a push, and for mounting blobs of other repositories (distribution's token specification). */
export function writeScopes(
  { path }: { readonly path: string },
  mountFrom: readonly string[] = [],
): readonly string[] {
  return [`repository:${path}:pull,push`, ...mountFrom.map((repository) => `repository:${repository}:pull`)];
}
