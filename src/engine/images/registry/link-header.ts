/** The address of `rel="next"` in a `Link` (RFC 8288, 3); undefined = this was the last page. */
export function nextPage(header: string | readonly string[] | undefined, from: URL): URL | undefined {
  const text = typeof header === 'string' ? header : (header ?? []).join(', ');
  for (const [, target = '', parameters = ''] of text.matchAll(/<([^>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i.test(parameters)) continue;
    if (!URL.canParse(target, from.href)) return undefined;
    const next = new URL(target, from);
    // Who asks for tags has no business elsewhere.
    return next.origin === from.origin ? next : undefined;
  }
  return undefined;
}
